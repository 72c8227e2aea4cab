// Says something to screen readers without moving the focus.
let region;

export function announce(text) {
  if (!region) {
    region = document.createElement("div");
    region.className = "kern-sr-only";
    region.setAttribute("role", "status");
    document.body.append(region);
  }
  region.textContent = "";
  setTimeout(() => { region.textContent = text; }, 50);
}
