// Small pieces that all views use.
import { html, nothing, type TemplateResult } from "lit-html";
import { text } from "../parts/texts";

export type View = TemplateResult | typeof nothing;

export function icon(name: string): TemplateResult {
  return html`<svg class="icon" aria-hidden="true"><use href="${document.body.dataset["icons"] ?? ""}#${name}"></use></svg>`;
}

const STATE_SIGNS: Record<string, string> = { success: "circle-check", warning: "clock-exclamation", danger: "alert-triangle", info: "circle-dot", primary: "player-play" };

/** A state as the pages show it: with a sign, so that colour is not all that tells it. */
export function badge(label: string, style: string, sign = ""): TemplateResult {
  return html`<span class="j-state j-state-${style} flex-shrink-0">${icon(sign || (STATE_SIGNS[style] ?? "circle-dashed"))}<span>${label}</span></span>`;
}

export function alert(style: string, title: string, body: unknown): TemplateResult {
  return html`<div class="alert alert-${style}" role="${style === "danger" ? "alert" : "status"}"><div>
    ${title ? html`<h3 class="alert-title">${title}</h3>` : nothing}${body}
  </div></div>`;
}

/** A folded part of a page. */
export function folded(name: string, title: string, sign: string, body: () => unknown, open = false): TemplateResult {
  return html`<details class="card" id="s-${name}" ?open=${open}>
    <summary class="card-body">${icon(sign)} ${title}</summary>
    <div class="card-body pt-2">${body()}</div>
  </details>`;
}

export function section(name: string, title: string, sign: string, body: unknown, side: unknown = nothing): TemplateResult {
  return html`<section class="card" id="s-${name}">
    <div class="card-header"><h2 class="card-title">${icon(sign)}${title}</h2><div class="card-actions text-secondary j-number">${side}</div></div>
    ${body}
  </section>`;
}

/** Ask in a dialog of our own; whether the answer was yes. */
export function confirmed(question: string, yes: string): Promise<boolean> {
  const dialog = document.getElementById("ask") as HTMLDialogElement;
  const [words, button] = [dialog.querySelector("p"), dialog.querySelector<HTMLButtonElement>("button[value=yes]")];
  if (words) words.textContent = question;
  if (button) button.textContent = yes;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}

export function size(bytes: number): string {
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return bytes < 1_000_000_000 ? `${Math.round(bytes / 1_000_000)} MB` : `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

export { text };
