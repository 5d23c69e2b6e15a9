// Proof of work instead of a picture puzzle: the page's own server sets the task, nobody else is asked.
import "altcha/external";
import "altcha/altcha.css";
import Pbkdf2Worker from "altcha/workers/pbkdf2?worker";
import ShaWorker from "altcha/workers/sha?worker";
import { text } from "./texts";

interface Registry {
  algorithms: Map<string, () => Worker>;
  i18n: { get: (language: string) => Record<string, string>; set: (language: string, words: Record<string, string>) => void };
}
const registry = (globalThis as unknown as { $altcha: Registry }).$altcha;
for (const bits of ["256", "384", "512"]) {
  registry.algorithms.set(`PBKDF2/SHA-${bits}`, () => new Pbkdf2Worker());
  registry.algorithms.set(`SHA-${bits}`, () => new ShaWorker());
}
// The words come with the page, in its language, whatever the browser speaks.
registry.i18n.set("en", {
  ...registry.i18n.get("en"),
  label: text("verify"),
  verifying: text("verifying"),
  verified: text("verified"),
  error: text("verify_failed"),
  expired: text("verify_failed"),
});

export default function mount(frame: HTMLElement): void {
  const widget = document.createElement("altcha-widget");
  widget.setAttribute("challenge", frame.dataset.url ?? "/portal/challenge");
  widget.setAttribute("name", frame.dataset.name ?? "altcha");
  widget.setAttribute("auto", "onload");
  widget.setAttribute("language", "en");
  widget.setAttribute(
    "configuration",
    JSON.stringify({ hideLogo: true, hideFooter: true, humanInteractionSignature: false }),
  );
  frame.append(widget);
}
