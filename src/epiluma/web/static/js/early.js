// Runs before the first paint: says that JavaScript is there, and applies the theme the reader chose here before.
(function () {
  const root = document.documentElement;
  root.classList.add("js");
  let chosen = null;
  try {
    chosen = localStorage.getItem("epiluma.theme");
  } catch {
    // Storage may be forbidden; the system's theme is a good one too.
  }
  if (chosen === "light" || chosen === "dark") root.dataset.bsTheme = chosen;
})();
