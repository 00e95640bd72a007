// Starts each behaviour on the elements that ask for it by a data attribute.
import { adjust } from "./adjust/adjust.js";
import { camera } from "./camera/camera.js";
import { demonstration } from "./demonstration.js";
import { keep } from "./result/keep.js";
import { offline } from "./offline.js";
import { reading } from "./reading.js";
import { theme } from "./theme.js";

for (const button of document.querySelectorAll("[data-theme-switch]")) theme(button);
for (const form of document.querySelectorAll("[data-reading]")) reading(form);
for (const panel of document.querySelectorAll("[data-adjust]")) adjust(panel);
for (const dialog of document.querySelectorAll("[data-camera]")) camera(dialog);
for (const place of document.querySelectorAll("[data-result]")) keep(place);
for (const root of document.querySelectorAll("[data-demonstration]")) demonstration(root);
for (const link of document.querySelectorAll("[data-worker]")) offline(link);
const list = document.querySelector("[data-several]");
if (list) import("./several/several.js").then(({ several }) => several(list)); // only the page for several needs it
