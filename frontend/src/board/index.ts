// The dispatch board: fetches, draws, listens for what others change, and sends what is dragged. What speaks against
// it is said by the server, in the dialog of the page; until it is confirmed, nothing has changed.
import type htmx from "htmx.org";
import { draggable, Line } from "./line";
import { drawPeople } from "./people";
import { drawQueue } from "./queue";
import type { Board, Config, Desk, Trip, Waiting } from "./types";

declare global {
  interface Window {
    jiannuoBoard?: Promise<Response> | undefined;
  }
}

const EVERY = 4000;
const NARROW = window.matchMedia("(max-width: 767.98px)");

class Screen implements Desk {
  private board: Board | undefined;
  private line: Line | undefined;
  private tag = "";
  private busy = false;
  private wanted = false;
  private failures = 0;
  private own = 0;
  private opened = "";
  private job: string | undefined;
  private shown: Promise<void> = Promise.resolve();
  private readonly chosen = new Set<string>();
  private first: string;
  private days: number;
  private look: "line" | "list" = "line";

  constructor(
    private readonly root: HTMLElement,
    readonly config: Config,
  ) {
    this.first = config.first;
    this.days = config.days;
    this.listen();
    void this.load().then(() => this.pulse());
    window.setInterval(() => {
      if (!document.hidden) void this.pulse();
    }, EVERY);
  }

  private get htmx(): typeof htmx {
    return window.htmx;
  }

  private one<T extends HTMLElement>(name: string): T {
    const found = this.root.querySelector<T>(`[data-board-${name}]`);
    if (!found) throw new Error(`the board has no part ${name}`);
    return found;
  }

  private get details(): HTMLElement {
    const found = document.getElementById("board-details");
    if (!found) throw new Error("the board has no details");
    return found;
  }

  say(key: string, values: Record<string, string | number> = {}): string {
    return (this.config.texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
  }

  // Fetching

  private query(): string {
    return `?day=${this.first}&days=${this.days}`;
  }

  private async load(): Promise<void> {
    const early = window.jiannuoBoard; // asked by the page itself, before this script was there
    window.jiannuoBoard = undefined;
    const response = await (early ?? fetch(this.config.data + this.query(), { headers: { Accept: "application/json" } }));
    if (!response.ok) throw new Error(String(response.status));
    this.board = (await response.json()) as Board;
    this.draw();
    this.refreshDetails();
  }

  /** Ask whether anything changed; fetch the board when it did. */
  private async pulse(): Promise<void> {
    const asked = this.query();
    try {
      const response = await fetch(this.config.pulse + asked, {
        headers: this.tag ? { "If-None-Match": this.tag } : {},
        cache: "no-store",
      });
      if (response.status !== 304) {
        if (!response.ok) throw new Error(String(response.status));
        const tag = response.headers.get("ETag") ?? "";
        const known = this.tag !== "" && asked === this.query();
        if (known || !this.board) {
          await this.load();
          if (Date.now() - this.own > EVERY * 2) this.tell(this.say("changed"));
        }
        this.tag = tag;
      }
      if (this.failures) this.tell("");
      this.failures = 0;
    } catch {
      this.failures += 1;
      if (this.failures > 2) this.tell(this.say("lost"));
    }
  }

  private tell(words: string): void {
    this.one("news").textContent = words;
  }

  // Drawing

  private draw(): void {
    if (!this.board) return;
    if (this.busy) {
      this.wanted = true; // not under somebody's hand
      return;
    }
    this.wanted = false;
    const list = NARROW.matches || this.look === "list";
    this.one("line").hidden = list;
    this.one("people").hidden = !list;
    if (list) drawPeople(this.one("people"), this.board, this);
    else if (this.line) this.line.draw(this.board);
    else this.line = new Line(this.one("line"), this.board, this);
    drawQueue(this.one("queue"), this.board, this, this.one<HTMLInputElement>("filter").value);
    this.markOpened();
    requestAnimationFrame(() => this.markTogether()); // the bars are drawn by then
    this.root.removeAttribute("aria-busy");
    if (!performance.getEntriesByName("board-drawn").length) performance.mark("board-drawn");
  }

  private markOpened(): void {
    for (const item of this.root.querySelectorAll<HTMLElement>("[data-number]")) {
      item.classList.toggle("is-open", item.dataset.number === this.opened);
    }
  }

  /** Mark all parts of the divided job under the pointer or the focus. */
  private together(target: EventTarget | null): void {
    this.job = target instanceof Element ? target.closest<HTMLElement>("[data-job]")?.dataset.job : undefined;
    this.markTogether();
  }

  private markTogether(): void {
    for (const item of this.root.querySelectorAll<HTMLElement>("[data-job]")) {
      item.classList.toggle("is-together", item.dataset.job === this.job);
    }
  }

  hold(busy: boolean): void {
    this.busy = busy;
    if (!busy && this.wanted) this.draw();
  }

  // Details

  open(number: string): void {
    this.opened = number;
    this.markOpened();
    this.show(`${this.config.order.replace("NUMBER", encodeURIComponent(number))}?day=${this.first}`, true);
  }

  openTrip(id: number): void {
    this.opened = "";
    this.show(this.config.trip.replace("/0/", `/${id}/`), true);
  }

  /** Put the details away; the focus goes back to the order. */
  private close(): void {
    this.root.classList.remove("has-details");
    this.details.replaceChildren();
    const item = this.opened ? this.root.querySelector<HTMLElement>(`[data-number="${CSS.escape(this.opened)}"] button`) : null;
    (item ?? this.one<HTMLElement>("filter")).focus();
    this.opened = "";
    this.markOpened();
  }

  /** One after the other, so that what was asked for last is what stays. */
  private show(address: string, focus: boolean): void {
    this.shown = this.shown.then(() => this.fill(address, focus)).catch(() => undefined);
  }

  private async fill(address: string, focus: boolean): Promise<void> {
    await this.htmx.ajax("get", address, { target: "#board-details", swap: "innerHTML" });
    this.details.removeAttribute("data-touched");
    this.root.classList.add("has-details");
    if (!focus) return;
    this.details.focus({ preventScroll: true });
    if (NARROW.matches) this.details.scrollIntoView();
  }

  /** After a change, show the details anew, unless somebody is writing there. */
  private refreshDetails(): void {
    const shown = this.details.querySelector<HTMLElement>("[data-order]");
    if (!shown?.dataset.order || this.details.hasAttribute("data-touched") || !this.board) return;
    const number = shown.dataset.order;
    if (number !== this.opened) return; // another one is on its way
    const known = [...this.board.jobs, ...this.board.queue, ...this.board.loose].find((one) => one.n === number);
    if (known && String(known.v) === shown.dataset.version) return;
    this.show(`${this.config.order.replace("NUMBER", encodeURIComponent(number))}?day=${this.first}`, false);
  }

  // Changing

  place(job: { n: string; v: number }, person: number, begins: string, ends = ""): void {
    const values = { technician: person, begins, ends, version: job.v };
    this.send(this.config.place.replace("NUMBER", encodeURIComponent(job.n)), values);
  }

  moveTrip(trip: Trip, person: number, begins: string): void {
    this.send(this.config.move.replace("/0/", `/${trip.id}/`), { technician: person, begins, version: trip.v });
  }

  private send(address: string, values: Record<string, string | number>): void {
    this.tell(this.say("moving"));
    const again = (): void => {
      this.tell("");
      // Nothing was changed, or it was asked in the dialog: show what is so.
      if (!document.querySelector("dialog#modal[open]")) this.draw();
    };
    this.htmx.ajax("post", address, { values, target: "#modal-content", swap: "innerHTML" }).then(again, again);
  }

  choose(number: string, chosen: boolean): void {
    if (chosen) this.chosen.add(number);
    else this.chosen.delete(number);
    const button = this.one<HTMLButtonElement>("group");
    button.hidden = this.chosen.size < 2;
    const words = button.querySelector("span");
    if (words) words.textContent = this.say("chosen", { n: this.chosen.size });
  }

  isChosen(number: string): boolean {
    return this.chosen.has(number);
  }

  // Listening

  private listen(): void {
    document.addEventListener("board-changed", () => {
      this.own = Date.now();
      this.details.removeAttribute("data-touched");
      void this.load().catch(() => this.tell(this.say("lost")));
    });
    document.addEventListener(
      "close",
      (event) => {
        if (event.target instanceof HTMLDialogElement && event.target.id === "modal") void this.pulse().then(() => this.draw());
      },
      true,
    );
    this.details.addEventListener("input", () => this.details.setAttribute("data-touched", ""));
    this.details.addEventListener("click", (event) => {
      const target = event.target instanceof Element ? event.target : null;
      const other = target?.closest<HTMLElement>("[data-board-open]")?.dataset.boardOpen;
      if (target?.closest("[data-board-close]")) this.close();
      else if (other) this.open(other);
      else this.use(event);
    });
    this.details.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.defaultPrevented) this.close();
    });
    this.one("filter").addEventListener("input", () => this.board && drawQueue(this.one("queue"), this.board, this, this.one<HTMLInputElement>("filter").value));
    this.one("group").addEventListener("click", () => {
      const numbers = [...this.chosen].map((number) => `order=${encodeURIComponent(number)}`);
      window.location.assign(`${this.config.new_trip}?${numbers.join("&")}`);
    });
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-board-step]")) {
      button.addEventListener("click", () => this.go(this.shifted(Number(button.dataset.boardStep) * this.days)));
    }
    this.one("today").addEventListener("click", () => this.go(this.config.today));
    const day = this.root.querySelector<HTMLInputElement>("input[data-board-day]");
    day?.addEventListener("change", () => day.value && this.go(day.value));
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-board-days]")) {
      button.addEventListener("click", () => {
        this.days = Number(button.dataset.boardDays);
        this.go(this.first);
      });
    }
    for (const button of this.root.querySelectorAll<HTMLElement>("[data-board-look]")) {
      button.addEventListener("click", () => {
        this.look = button.dataset.boardLook === "list" ? "list" : "line";
        this.press("board-look", this.look);
        this.draw();
      });
    }
    for (const name of ["pointerover", "focusin"]) this.root.addEventListener(name, (event) => this.together(event.target));
    for (const name of ["pointerleave", "focusout"]) this.root.addEventListener(name, () => this.together(null));
    NARROW.addEventListener("change", () => this.draw());
    draggable(this.one("queue"), () => this.line, (number) => this.waiting(number), this);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) void this.pulse();
    });
  }

  private waiting(number: string): Waiting | undefined {
    return (
      this.board?.queue.find((one) => one.n === number) ?? this.board?.loose.find((one) => one.n === number && one.edit)
    );
  }

  /** A suggestion fills the form below it. */
  private use(event: Event): void {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-board-use]") : null;
    const form = this.details.querySelector<HTMLFormElement>("[data-board-form]");
    if (!button || !form) return;
    for (const name of ["technician", "begins", "ends"] as const) {
      const field = form.elements.namedItem(name);
      const value = button.dataset[name] ?? "";
      if (field instanceof HTMLSelectElement) {
        const select = field as HTMLSelectElement & { tomselect?: { setValue(value: string): void } };
        if (select.tomselect) select.tomselect.setValue(value);
        else select.value = value;
      } else if (field instanceof HTMLInputElement) field.value = value;
    }
    form.querySelector<HTMLElement>("button[type=submit]")?.focus();
  }

  private press(name: string, value: string): void {
    for (const button of this.root.querySelectorAll<HTMLElement>(`[data-${name}]`)) {
      button.setAttribute("aria-pressed", String(button.getAttribute(`data-${name}`) === value));
    }
  }

  private shifted(days: number): string {
    const date = new Date(`${this.first}T12:00`);
    date.setDate(date.getDate() + days);
    return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;
  }

  private go(first: string): void {
    this.first = first;
    this.tag = "";
    this.press("board-days", String(this.days));
    this.load().then(
      () => {
        this.first = this.board?.first ?? first;
        const day = this.root.querySelector<HTMLInputElement>("input[data-board-day]");
        if (day) day.value = this.first;
        void this.pulse();
      },
      () => this.tell(this.say("lost")),
    );
  }
}

export default function mount(element: HTMLElement): void {
  const config = JSON.parse(document.getElementById("board-config")?.textContent ?? "{}") as Config;
  new Screen(element, config);
}
