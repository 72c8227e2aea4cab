// What every page loads. Each page works without it.
import htmx from "htmx.org";
import { startCopying } from "./copy.js";
import { startFileHints } from "./files.js";
import { startKeyboard } from "./keyboard.js";
import { startRefreshing } from "./refresh.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  selfRequestsOnly: true,
  historyCacheSize: 0,
});

function focusErrorSummary(root) {
  const summary = root.querySelector?.("#error-summary");
  if (summary) summary.focus();
}

// A menu made of <details> closes by Escape and by a click beside it.
function startMenus() {
  const openMenus = () => document.querySelectorAll("details.rh-menu[open]");
  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
}

// A second click on "send" sends nothing twice; the server would refuse it anyway.
function startSendingOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });
}

startMenus();
startSendingOnce();
startCopying();
startFileHints();
startKeyboard();
startRefreshing();
focusErrorSummary(document);
document.addEventListener("htmx:afterSwap", (event) => focusErrorSummary(event.detail.target));
