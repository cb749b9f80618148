// Comfort of the staff's pages: keys that press what is there to see. Every page works without.
import { install } from "./hotkey-3.1.4.js";

// While a Chinese or Japanese word is being composed, its keys belong to the input method.
document.addEventListener(
  "keydown",
  (event) => {
    const isComposing = event.isComposing || event.keyCode === 229;
    // Enter alone belongs to the link or button that has the focus.
    const isPressed =
      event.key === "Enter" &&
      !event.ctrlKey &&
      !event.metaKey &&
      event.target.closest("a, button, summary");
    if (isComposing || isPressed) event.stopImmediatePropagation();
  },
  true,
);

function installIn(part) {
  for (const one of part.querySelectorAll("[data-hotkey]")) install(one);
}

installIn(document);

// Seconds that are left run down by themselves.
setInterval(() => {
  for (const one of document.querySelectorAll("[data-seconds]"))
    one.textContent = Math.max(0, Number(one.textContent) - 1);
}, 1000);
document.addEventListener("htmx:load", (event) => installIn(event.detail.elt));
