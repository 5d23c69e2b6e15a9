// Countdowns and relative times, by the server's clock, so that a wrong device clock shows no wrong promise.
import { icon } from "./icon";
import { text } from "./texts";

const started = document.documentElement.dataset.now;
const skew = started ? Date.parse(started) - (Date.now() - performance.now()) - performance.now() : 0;

/** The server's present, in milliseconds. */
export function now(): number {
  return Date.now() + skew;
}

/** A length of time in at most two units. */
export function span(milliseconds: number): string {
  let rest = Math.floor(Math.abs(milliseconds) / 1000);
  const parts: string[] = [];
  for (const [unit, size] of [["days", 86400], ["hours", 3600], ["minutes", 60], ["seconds", 1]] as const) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n) parts.push(text(unit, { n }));
    if (parts.length && (parts.length === 2 || unit === "minutes" || (unit === "seconds" && n))) break;
    if (!n && parts.length) break;
  }
  return parts.join(" ") || text("seconds", { n: 0 });
}

const ICONS: Record<string, string> = {
  ok: "clock",
  warn: "clock-exclamation",
  late: "alert-triangle",
  paused: "player-pause",
  met: "circle-check",
  met_late: "clock-check",
  waived: "circle-minus",
  cancelled: "ban",
};

function phase(element: HTMLElement, at: number): string {
  const { state = "open", due, warn } = element.dataset;
  if (state === "missed") return "late";
  if (state !== "open") return state;
  if (!due) return "ok";
  if (at > Date.parse(due)) return "late";
  return warn && at >= Date.parse(warn) ? "warn" : "ok";
}

function tick(element: HTMLElement): void {
  const at = now();
  const shown = phase(element, at);
  const due = element.dataset.due ? Date.parse(element.dataset.due) : NaN;
  const words = element.querySelector("[data-countdown-text]") ?? element;
  let said: string;
  if (shown === "ok" || shown === "warn") said = Number.isNaN(due) ? "" : text("left", { span: span(due - at) });
  else if (shown === "late") said = Number.isNaN(due) ? text("missed") : text("late", { span: span(at - due) });
  else said = text(shown);
  if (said && words.textContent !== said) words.textContent = said;
  if (element.dataset.phase !== shown) {
    element.dataset.phase = shown;
    element.querySelector("svg")?.replaceWith(icon(ICONS[shown] ?? "clock"));
    element.closest(".j-countdown")?.setAttribute("data-phase", shown);
  }
}

function refresh(element: HTMLElement & { dateTime?: string }): void {
  const instant = Date.parse(element.getAttribute("datetime") ?? "");
  if (Number.isNaN(instant)) return;
  const ahead = instant - now();
  const said = Math.abs(ahead) < 60_000 ? text("now") : text(ahead > 0 ? "in" : "ago", { span: span(ahead) });
  if (element.textContent !== said) element.textContent = said;
}

function all(): void {
  for (const element of document.querySelectorAll<HTMLElement>("[data-countdown]")) tick(element);
}
function relatives(): void {
  for (const element of document.querySelectorAll<HTMLElement>("time[data-relative]")) refresh(element);
}

document.addEventListener("htmx:load", () => {
  all();
  relatives();
});
window.setInterval(() => !document.hidden && all(), 1000);
window.setInterval(() => !document.hidden && relatives(), 30_000);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    all();
    relatives();
  }
});
queueMicrotask(() => {
  all();
  relatives();
});
