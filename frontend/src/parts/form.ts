// Forms: a warning before what was typed is lost, the progress of an upload, one submit only.
import { onMount } from "./mount";
import { text } from "./texts";

const dirty = new Set<HTMLFormElement>();

onMount("form[data-unsaved]", (element) => {
  const form = element as HTMLFormElement;
  const change = () => dirty.add(form);
  form.addEventListener("input", change);
  form.addEventListener("change", change);
  form.addEventListener("submit", () => dirty.delete(form));
  // Errors that came back: go to the first one.
  form.querySelector<HTMLElement>(".is-invalid")?.focus();
});

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});

// A plain form (without htmx) is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method.toLowerCase() !== "post" || event.defaultPrevented) return;
  if (form.hasAttribute("hx-post") || form.hasAttribute("hx-put")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  queueMicrotask(() => {
    if (event.defaultPrevented) return;
    form.dataset.sent = "1";
    form.classList.add("j-sending");
  });
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
    delete form.dataset.sent;
    form.classList.remove("j-sending");
  }
});

// Progress of an upload sent by htmx.
document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target;
  const { loaded, total } = (event as CustomEvent<{ loaded: number; total: number }>).detail;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-upload]") || !total) return;
  let bar = form.querySelector<HTMLProgressElement>("progress[data-upload-progress]");
  if (!bar) {
    bar = document.createElement("progress");
    bar.dataset.uploadProgress = "";
    bar.className = "j-upload";
    form.append(bar);
  }
  bar.max = total;
  bar.value = loaded;
  bar.setAttribute("aria-label", text("uploading", { percent: Math.round((100 * loaded) / total) }));
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target instanceof Element) event.target.querySelector("progress[data-upload-progress]")?.remove();
});
