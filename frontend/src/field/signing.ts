// The customer's signature, drawn with a finger.
import { html, type TemplateResult } from "lit-html";
import SignaturePad from "signature_pad";
import { text } from "./ui";

const pads = new Map<string, { canvas: HTMLCanvasElement; pad: SignaturePad }>();

function padOf(number: string): { canvas: HTMLCanvasElement; pad: SignaturePad } {
  const known = pads.get(number);
  if (known) return known;
  const canvas = document.createElement("canvas");
  const pad = new SignaturePad(canvas, { penColor: "#10243e", backgroundColor: "#ffffff", minWidth: 0.8, maxWidth: 2.6 });
  const fit = () => {
    const strokes = pad.toData();
    const ratio = Math.max(window.devicePixelRatio, 1);
    const { width, height } = canvas.getBoundingClientRect();
    if (!width || (canvas.width === Math.round(width * ratio) && canvas.height === Math.round(height * ratio))) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.getContext("2d")?.scale(ratio, ratio);
    pad.clear();
    pad.fromData(strokes);
  };
  new ResizeObserver(fit).observe(canvas);
  const made = { canvas, pad };
  pads.set(number, made);
  return made;
}

export function signatureField(number: string): TemplateResult {
  const { canvas, pad } = padOf(number);
  return html`<div class="j-signature mb-3"><div class="j-signature-head"><span class="form-label">${text("signature")} <span class="text-danger" aria-hidden="true">*</span></span><button type="button" class="btn" @click=${() => pad.clear()}>${text("clear")}</button></div>${canvas}</div>`;
}

/** The drawing as a PNG data address; empty while nothing was drawn. */
export function takeSignature(number: string): string {
  const known = pads.get(number);
  return known && !known.pad.isEmpty() ? known.pad.toDataURL("image/png") : "";
}

/** Forget one drawing, after it was recorded. */
export function forgetSignature(number: string): void {
  pads.delete(number);
}

export function forgetSignatures(): void {
  pads.clear();
}
