// <input type="file" data-max-bytes="…" data-too-large="…">: says at once that a file is too large. The server decides.
import { announce } from "./announce.js";

export function startFileHints() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (input.type !== "file" || !input.dataset.maxBytes) return;
    const tooLarge = [...input.files].some((file) => file.size > Number(input.dataset.maxBytes));
    const message = tooLarge ? input.dataset.tooLarge || "" : "";
    input.setCustomValidity(message);
    if (message) {
      announce(message);
      input.reportValidity();
    }
  });
}
