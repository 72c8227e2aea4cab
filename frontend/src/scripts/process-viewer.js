// <div data-process-viewer data-xml-url="…" data-active="id,id" data-completed="…" data-failed="…">: the drawn process with its state.
import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";

const STATES = { completed: "rh-done", active: "rh-active", failed: "rh-failed" };

function markElements(viewer, container) {
  const canvas = viewer.get("canvas");
  const registry = viewer.get("elementRegistry");
  for (const [state, css] of Object.entries(STATES)) {
    const ids = (container.dataset[state] || "").split(",").filter(Boolean);
    ids.filter((id) => registry.get(id)).forEach((id) => canvas.addMarker(id, css));
  }
}

async function show(container) {
  const response = await fetch(container.dataset.xmlUrl, { headers: { Accept: "application/xml" } });
  if (!response.ok) throw new Error(`process picture: ${response.status}`);
  const viewer = new NavigatedViewer({ container });
  await viewer.importXML(await response.text());
  viewer.get("canvas").zoom("fit-viewport", "auto");
  markElements(viewer, container);
  container.dataset.ready = "1";
}

document.querySelectorAll("[data-process-viewer]").forEach((container) => {
  show(container).catch(() => { container.hidden = true; });
});
