// Short messages in the corner. The server sends them with the page, or in the header
// `HX-Trigger: {"toast": {"level": "success", "text": "…"}}`.
import { icon } from "./icon";
import { onMount } from "./mount";
import { text as words } from "./texts";

export type Level = "success" | "info" | "warning" | "error";
const ICONS: Record<Level, string> = {
  success: "circle-check",
  info: "info-circle",
  warning: "alert-triangle",
  error: "alert-octagon",
};

/** Show a message. Errors and warnings stay until they are closed. */
export function toast(message: string, level: Level = "info"): void {
  const frame = document.getElementById("toasts");
  if (!frame) return;
  for (const old of frame.querySelectorAll(".j-toast-text")) if (old.textContent === message) old.parentElement?.remove();
  const box = document.createElement("div");
  box.className = `j-toast j-toast-${level}`;
  box.setAttribute("role", level === "error" ? "alert" : "status");
  box.dataset.toast = "";
  const body = document.createElement("div");
  body.className = "j-toast-text";
  body.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.dataset.toastClose = "";
  close.setAttribute("aria-label", words("close"));
  box.append(icon(ICONS[level]), body, close);
  frame.append(box);
  expire(box);
}

function expire(box: HTMLElement): void {
  if (box.classList.contains("j-toast-error") || box.classList.contains("j-toast-warning")) return;
  let timer = window.setTimeout(() => box.remove(), 6000);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => (timer = window.setTimeout(() => box.remove(), 2000)));
}

onMount("[data-toast]", expire);
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]")?.remove();
});
document.addEventListener("toast", (event) => {
  const { text, message, level } = (event as CustomEvent<{ text?: string; message?: string; level?: Level }>).detail;
  const said = text ?? message;
  if (said) toast(said, level && level in ICONS ? level : "info");
});
