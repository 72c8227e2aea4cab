// <button hidden data-copy="text" data-copied="Kopiert">: shown only where it can work.
import { announce } from "./announce.js";

export function startCopying() {
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("rh-copied");
    announce(button.dataset.copied || button.textContent.trim());
    setTimeout(() => button.classList.remove("rh-copied"), 2500);
  });
}
