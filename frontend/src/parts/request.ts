// htmx: how answers of the server are taken, above all the bad ones.
import htmx from "htmx.org";
import { text } from "./texts";
import { toast } from "./toast";

htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "409", swap: true, error: true },
  { code: "422", swap: true },
  { code: "...", swap: false, error: true },
];

const REASONS: Record<number, string> = {
  401: "signed_out",
  403: "forbidden",
  404: "gone",
  409: "conflict",
  410: "gone",
  413: "too_large",
  429: "too_many",
};

interface RequestDetail {
  xhr: XMLHttpRequest;
  elt: HTMLElement;
  shouldSwap?: boolean;
}

function isForm(xhr: XMLHttpRequest): boolean {
  return /<form[\s>]/i.test(xhr.responseText) && !/<html[\s>]/i.test(xhr.responseText);
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = (event as CustomEvent<RequestDetail>).detail;
  // A conflict comes either as the form again, with the explanation in it, or as a bare status.
  if (detail.xhr.status === 409) detail.shouldSwap = isForm(detail.xhr);
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, elt } = (event as CustomEvent<RequestDetail>).detail;
  if (xhr.status === 409 && isForm(xhr)) return;
  if (elt.hasAttribute("data-quiet")) return;
  toast(text(REASONS[xhr.status] ?? "failed"), xhr.status >= 500 ? "error" : "warning");
});

for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, (event) => {
    // What asks by itself every few seconds is silent about a moment without a network.
    const { elt } = (event as CustomEvent<RequestDetail>).detail;
    if (!elt.hasAttribute("data-quiet")) toast(text("offline"), "error");
  });
}

// A question before a request is asked in our own dialog, not in the browser's.
document.addEventListener("htmx:confirm", (event) => {
  const detail = (event as CustomEvent<{ question: string | null; issueRequest: (skip: boolean) => void }>).detail;
  if (!detail.question) return;
  event.preventDefault();
  const dialog = document.getElementById("confirm");
  if (!(dialog instanceof HTMLDialogElement)) {
    if (window.confirm(detail.question)) detail.issueRequest(true);
    return;
  }
  const words = document.getElementById("confirm-text");
  if (words) words.textContent = detail.question;
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && detail.issueRequest(true), { once: true });
  dialog.showModal();
});

// While a form is on its way its buttons are off, so that nothing is sent twice.
function buttons(element: HTMLElement): NodeListOf<HTMLButtonElement> {
  return element.querySelectorAll<HTMLButtonElement>("button[type=submit]");
}
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt } = (event as CustomEvent<RequestDetail>).detail;
  if (elt instanceof HTMLFormElement) for (const button of buttons(elt)) button.disabled = true;
});
document.addEventListener("htmx:afterRequest", (event) => {
  const { elt } = (event as CustomEvent<RequestDetail>).detail;
  if (elt instanceof HTMLFormElement) for (const button of buttons(elt)) button.disabled = false;
});

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;
