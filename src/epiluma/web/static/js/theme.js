// Light or dark: the system's until the reader presses the switch.
import { remember } from "./memory.js";

export function theme(button) {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const shown = () => root.dataset.bsTheme ?? (system.matches ? "dark" : "light");
  const mark = () => {
    root.dataset.shownTheme = shown();
  };
  button.addEventListener("click", () => {
    root.dataset.bsTheme = shown() === "dark" ? "light" : "dark";
    remember("theme", root.dataset.bsTheme);
    mark();
  });
  system.addEventListener("change", mark);
  mark();
}
