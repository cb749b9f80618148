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

// What is sent by itself shows that its writer was signed out, where it says else that it is kept.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, requestConfig } = detail;
  if (requestConfig.verb === "post" && [401, 403].includes(xhr.status)) detail.shouldSwap = true;
});

// What is shown anew beside what was asked for takes nothing out of the reader's hands.
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  const { target } = detail;
  if (target.contains(document.activeElement) || target.querySelector("details[open]"))
    detail.shouldSwap = false;
});

// "Next" and "Previous" go along the lines of a list; Enter opens the one that has the focus. They
// can be seen where they can do so.
for (const one of document.querySelectorAll("[data-step]")) one.hidden = false;
document.addEventListener("click", (event) => {
  const step = event.target.closest("[data-step]");
  if (!step) return;
  const lines = [...document.querySelectorAll("[data-line]")];
  const here = lines.findLastIndex((line) => line.classList.contains("here"));
  const next = lines[Math.min(Math.max(here + Number(step.dataset.step), 0), lines.length - 1)];
  if (!next) return;
  event.preventDefault();
  lines[here]?.classList.remove("here");
  next.classList.add("here");
  next.focus();
});
