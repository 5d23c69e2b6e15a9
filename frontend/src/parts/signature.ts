// A box to sign in with the finger; the drawing goes as a PNG data address into the hidden field.
import SignaturePad from "signature_pad";
import { text } from "./texts";

export default function mount(frame: HTMLElement): void {
  const canvas = frame.querySelector("canvas");
  const field = frame.querySelector<HTMLInputElement>("input[type=hidden]");
  const error = frame.querySelector<HTMLElement>("[data-signature-error]");
  if (!canvas || !field) return;
  const pad = new SignaturePad(canvas, { penColor: "#10243e", backgroundColor: "#ffffff", minWidth: 0.8, maxWidth: 2.6 });

  const fit = () => {
    const strokes = pad.toData();
    const ratio = Math.max(window.devicePixelRatio, 1);
    const { width, height } = canvas.getBoundingClientRect();
    if (!width) return;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    canvas.getContext("2d")?.scale(ratio, ratio);
    pad.clear();
    pad.fromData(strokes);
  };
  new ResizeObserver(fit).observe(canvas);

  pad.addEventListener("endStroke", () => {
    field.value = pad.toDataURL("image/png");
    field.dispatchEvent(new Event("change", { bubbles: true }));
    error?.classList.remove("d-block");
  });
  frame.querySelector("[data-signature-clear]")?.addEventListener("click", () => {
    pad.clear();
    field.value = "";
  });
  frame.closest("form")?.addEventListener(
    "submit",
    (event) => {
      if (!("required" in frame.dataset) || field.value) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (error) {
        error.textContent = text("signature_missing");
        error.classList.add("d-block");
      }
      frame.scrollIntoView({ block: "center" });
    },
    true,
  );
}
