// The left of the board: what waits, the most urgent first. Each card opens by click or Enter, and can be dragged.
import { icon } from "../parts/icon";
import { type Board, type Desk, type Waiting, part, sign } from "./types";

const WARNED = ["critical", "major"];

function card(one: Waiting, desk: Desk, loose: boolean): HTMLLIElement {
  const item = document.createElement("li");
  item.className = `j-card-job${WARNED.includes(one.s) ? ` is-${one.s}` : ""}`;
  item.dataset.number = one.n;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "j-card-open";
  const head = part("span", "j-card-head");
  if (one.job) item.dataset.job = String(one.job);
  head.append(part("span", "j-number", one.n), ...sign(one, desk));
  if (one.s) head.append(part("span", `j-card-severity is-${one.s}`, desk.say(one.s)));
  button.append(head);
  if (one.due) button.append(countdown(one.due));
  button.append(part("span", "j-card-title", [one.c, one.m].filter(Boolean).join(" · ")));
  const facts = [one.for ?? "", one.d];
  if (one.who) facts.unshift(one.who);
  if (loose && one.st) facts.push(one.st);
  if (one.win) facts.push(desk.say("wished", { window: one.win }));
  if (one.was) facts.push(desk.say("was", { window: one.was }));
  if (one.wait) facts.push(one.wait);
  if (one.rough_place) facts.push(desk.say("rough_place"));
  if (one.nowhere) facts.push(desk.say("no_place"));
  button.append(part("span", "j-card-facts", facts.filter(Boolean).join(" · ")));
  button.addEventListener("click", () => desk.open(one.n));
  item.append(button);
  if (!loose || one.edit) {
    const label = part("label", "j-card-choose");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.className = "form-check-input";
    box.checked = desk.isChosen(one.n);
    box.addEventListener("change", () => desk.choose(one.n, box.checked));
    label.title = desk.say("select");
    label.append(box, part("span", "visually-hidden", `${desk.say("select")} ${one.n}`));
    item.append(label);
  }
  return item;
}

function countdown(due: string): HTMLElement {
  const whole = part("span", "j-countdown j-countdown-compact j-countdown-open");
  const time = document.createElement("time");
  time.className = "j-countdown-time";
  time.dateTime = due;
  time.dataset.countdown = "";
  time.dataset.due = due;
  time.dataset.state = "open";
  const words = part("span", "");
  words.dataset.countdownText = "";
  time.append(icon("clock"), words);
  whole.append(time);
  return whole;
}

function matches(one: Waiting, asked: string): boolean {
  return !asked || [one.n, one.c, one.d, one.m, one.x, one.who ?? ""].some((text) => text.toLowerCase().includes(asked));
}

function group(title: string, rows: Waiting[], desk: Desk, loose: boolean): HTMLElement {
  const section = part("section", "");
  section.append(part("h2", "j-board-label", `${title} (${rows.length})`));
  const list = part("ul", "j-card-list");
  list.append(...rows.map((one) => card(one, desk, loose)));
  section.append(rows.length ? list : part("p", "text-secondary px-2", desk.say("empty")));
  return section;
}

/** Draw what waits into `place`, only what fits the words `asked` for. */
export function drawQueue(place: HTMLElement, board: Board, desk: Desk, asked: string): void {
  const held = document.activeElement?.closest<HTMLElement>("[data-number]")?.dataset.number;
  const wanted = asked.trim().toLowerCase();
  const parts = [
    group(desk.say("unassigned"), board.queue.filter((one) => matches(one, wanted)), desk, false),
  ];
  const loose = board.loose.filter((one) => matches(one, wanted));
  if (loose.length) parts.push(group(desk.say("loose"), loose, desk, true));
  place.replaceChildren(...parts);
  if (held) place.querySelector<HTMLElement>(`[data-number="${CSS.escape(held)}"] button`)?.focus();
  document.dispatchEvent(new CustomEvent("htmx:load")); // countdowns are written at once
}
