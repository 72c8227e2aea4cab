// Keys for lists: j and k move, Enter opens, x marks, / goes to the search, ? shows the help (an element #tasten).
// Whoever uses speech input can switch single keys off there (<input type="checkbox" data-keys-off>).
const STORE = "rathaus-keys-off";

const isOff = () => localStorage.getItem(STORE) === "1";
const isTyping = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

function rows() {
  const list = document.querySelector("[data-keyboard-list]");
  return list ? [...list.querySelectorAll("[data-row], .rh-list__row")] : [];
}

function select(row) {
  rows().forEach((other) => other.classList.toggle("rh-selected", other === row));
  const link = row.querySelector("a[href]");
  if (link) link.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const current = all.findIndex((row) => row.classList.contains("rh-selected") || row.contains(document.activeElement));
  const next = current < 0 ? (step > 0 ? 0 : all.length - 1) : current + step;
  select(all[Math.max(0, Math.min(all.length - 1, next))]);
}

function mark() {
  document.querySelector(".rh-selected input[type=checkbox]")?.click();
}

function help() {
  const sheet = document.getElementById("tasten");
  if (sheet?.togglePopover) sheet.togglePopover();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  x: mark,
  "/": () => document.querySelector("[data-search]")?.focus(),
  "?": help,
};

export function startKeyboard() {
  const off = document.querySelector("[data-keys-off]");
  if (off) {
    off.checked = isOff();
    off.addEventListener("change", () => localStorage.setItem(STORE, off.checked ? "1" : "0"));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isOff()) return;
    const action = KEYS[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
