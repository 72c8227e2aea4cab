// A page of a form refreshes its questions while somebody goes on typing. An answer of the server that is older than
// what stands in the page by then is not put in; the page asks again instead.
import htmx from "htmx.org";

const asked = new WeakMap();

function contentOf(form) {
  const entries = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  return JSON.stringify(entries.map(([name, value]) => [name, value instanceof File ? value.name : value]));
}

export function startRefreshing() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest("form");
    if (form) asked.set(event.detail.xhr, contentOf(form));
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target, requestConfig } = event.detail;
    const form = target.closest("form");
    if (target.id !== "form-fields" || !form || asked.get(xhr) === contentOf(form)) return;
    event.detail.shouldSwap = false;
    htmx.trigger(requestConfig.elt, "change");
  });
}
