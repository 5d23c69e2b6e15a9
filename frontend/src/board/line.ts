// The middle of the board: the days of the technicians as rows of a time line (EventCalendar).
import { type Calendar, createCalendar, Interaction, ResourceTimeline } from "@event-calendar/core";
import "@event-calendar/core/index.css";
import { type Board, clock, type Desk, type Job, part, sign, type Trip, type Waiting } from "./types";

const VIEWS: Record<number, string> = { 1: "resourceTimelineDay", 7: "resourceTimelineWeek" };
const SOONEST = 8;
const LATEST = 18;
/** Pixels of the column of names, with a scroll bar. */
const LABELS = 185;

/** An instant of the office as the server writes it, from a date of the calendar. */
export function instant(date: Date): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

function before(at: string, minutes: number): string {
  return instant(new Date(new Date(at).getTime() - minutes * 60_000));
}

function hours(board: Board): [number, number] {
  // Standby lasts nights and weeks: only what is planned in it makes the day longer.
  const rows = [...board.back.filter((one) => one.k === "shift"), ...board.jobs];
  const whole = (text: string): number => Number(text.slice(11, 13));
  const first = Math.min(SOONEST, ...rows.map((one) => whole(one.f)));
  const last = Math.max(
    LATEST,
    ...rows.map((one) => (one.f.slice(0, 10) === one.t.slice(0, 10) ? whole(one.t) + 1 : 24)),
  );
  return [first, Math.min(24, last)];
}

function content(job: Job, desk: Desk, days: number): Node[] {
  const nodes: Node[] = [];
  const line = part("span", "j-job-line");
  const narrow = days > 1 && job.part !== undefined;
  if (narrow) {
    // In a week bars are as narrow as two letters: the sign has a line of its own, in the place of the times.
    const first = part("span", "j-job-line");
    first.append(...sign(job, desk));
    nodes.push(first);
  } else line.append(...sign(job, desk));
  if (job.w.length) line.append(part("span", "j-job-mark", `⚠ ${job.w.length}`));
  if (job.lock) line.append(part("span", "j-job-mark", `🔒`));
  if (job.rough_place) line.append(roughly(desk));
  line.append(part("strong", "", job.c));
  nodes.push(line);
  if (!narrow) nodes.push(part("span", "j-job-line", `${clock(job.f)}–${clock(job.t)} ${job.d}`));
  const said = [
    job.n,
    job.x,
    ...(narrow ? [`${clock(job.f)}–${clock(job.t)} ${job.d}`] : []),
    ...(job.part ? [desk.say("part", { part: job.part, purpose: job.for ?? "" })] : []),
    ...(job.a ? [desk.say("appointment", { window: job.a })] : []),
    ...(job.lock ? [desk.say("locked")] : []),
    ...(job.rough ? [desk.say("rough")] : []),
    ...(job.rough_place ? [desk.say("rough_place")] : []),
    ...(job.way ? [desk.say("way", { n: job.way })] : []),
    ...job.w,
  ];
  nodes.push(part("span", "visually-hidden", said.join("。")));
  return [body(nodes)];
}

/** The sign of a place that is only the centre of its area. */
function roughly(desk: Desk): HTMLElement {
  const mark = part("span", "j-job-mark", "≈");
  mark.title = desk.say("rough_place");
  return mark;
}

function body(nodes: Node[]): HTMLElement {
  const whole = part("div", "j-job-body");
  whole.append(...nodes);
  return whole;
}

function looks(job: Job, days: number): string[] {
  const names = ["j-job", `is-${job.st}`];
  if (job.part) names.push("is-part");
  if (job.part && days > 1) names.push("is-narrow");
  if (job.w.length) names.push("has-warnings");
  if (job.rough) names.push("is-rough");
  if (job.s === "critical") names.push("is-critical");
  return names;
}

function events(board: Board, desk: Desk): Calendar.EventInput[] {
  const found: Calendar.EventInput[] = board.back.map((one, index) => ({
    id: `b${index}`,
    resourceId: String(one.p),
    start: one.f,
    end: one.t,
    display: "background",
    title: one.w ?? (one.k === "standby" || one.k === "lunch" ? desk.say(one.k) : ""),
    classNames: ["j-back", `is-${one.k}`],
  }));
  for (const job of board.jobs) {
    if (job.way && !job.trip) {
      found.push({
        id: `w${job.o}`,
        resourceId: String(job.p),
        start: before(job.f, job.way),
        end: job.f,
        display: "background",
        classNames: ["j-back", "is-way"],
      });
    }
    if (job.trip) continue;
    const common = { start: job.f, end: job.t, classNames: looks(job, board.days), title: { domNodes: content(job, desk, board.days) } };
    found.push({
      ...common,
      id: `j${job.o}`,
      resourceId: String(job.p),
      editable: Boolean(job.edit),
      extendedProps: { job },
    });
    for (const person of job.crew ?? []) {
      found.push({
        ...common,
        id: `c${job.o}-${person}`,
        resourceId: String(person),
        title: { domNodes: [body([part("span", "j-job-line", `${desk.say("crew")} · ${job.c}`)])] },
        classNames: ["j-job", "is-crew"],
        editable: false,
        extendedProps: { job },
      });
    }
  }
  return [...found, ...board.trips.map((trip) => block(trip, board, desk))];
}

function block(trip: Trip, board: Board, desk: Desk): Calendar.EventInput {
  const jobs = trip.jobs.map((key) => board.jobs.find((job) => job.o === key)).filter((job) => job !== undefined);
  const words = [`${desk.say("trip")} · ${desk.say("stops", { n: jobs.length })}`, trip.how];
  if (trip.saved) words.push(desk.say("saved", { n: trip.saved }));
  const warned = jobs.reduce((sum, job) => sum + job.w.length, 0);
  const head = part("span", "j-job-line");
  if (warned) head.append(part("span", "j-job-mark", `⚠ ${warned}`));
  head.append(part("strong", "", words.filter(Boolean).join(" · ")));
  const stops = jobs.map((job) => `${clock(job.f)} ${job.c}`).join(" → ");
  return {
    id: `t${trip.id}`,
    resourceId: String(trip.p),
    start: trip.f,
    end: trip.t,
    title: { domNodes: [body([head, part("span", "j-job-line", stops)])] },
    classNames: ["j-job", "is-trip", ...(warned ? ["has-warnings"] : [])],
    startEditable: Boolean(trip.edit),
    durationEditable: false,
    extendedProps: { trip },
  };
}

function rows(board: Board): Calendar.ResourceInput[] {
  return board.groups.map((group) => ({
    id: `g${group.id}`,
    title: { domNodes: [part("strong", "j-line-group", group.name)] },
    expanded: true,
    children: group.people.map((person) => {
      const label = part("span", "j-line-person", person.name);
      if (person.skills) {
        label.title = person.skills;
        label.append(part("small", "", person.skills));
      }
      if (person.from) {
        label.title = [person.skills, person.from].filter(Boolean).join(" · ");
        label.append(part("small", "", person.from));
      }
      return { id: String(person.id), title: { domNodes: [label] } };
    }),
  }));
}

/** Slots of half an hour on a day, of two hours in a week: as wide as there is room, as narrow as can be read. */
function slotWidth(place: HTMLElement, board: Board): number {
  const [first, last] = hours(board);
  const slots = board.days === 1 ? (last - first) * 2 : board.days * Math.ceil((last - first) / 2);
  return Math.max(board.days === 1 ? 24 : 20, Math.floor(((place.clientWidth - LABELS) / slots) * 10) / 10);
}

export class Line {
  private readonly calendar: Calendar;
  private board: Board;

  constructor(
    private readonly place: HTMLElement,
    board: Board,
    private readonly desk: Desk,
  ) {
    this.board = board;
    const [first, last] = hours(board);
    this.calendar = createCalendar(place, [ResourceTimeline, Interaction], {
      view: VIEWS[board.days],
      date: board.first,
      firstDay: 1,
      headerToolbar: { start: "", center: "", end: "" },
      locale: document.documentElement.lang || "zh-CN",
      views: {
        resourceTimelineDay: { slotDuration: "00:30", slotLabelInterval: "01:00" },
        resourceTimelineWeek: { slotDuration: "02:00", slotLabelInterval: "04:00" },
      },
      slotWidth: slotWidth(place, board),
      slotMinTime: `${first}:00`,
      slotMaxTime: `${last}:00`,
      snapDuration: "00:05",
      slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
      dayHeaderFormat: { weekday: "short", month: "numeric", day: "numeric" },
      resources: rows(board),
      events: events(board, desk),
      nowIndicator: true,
      editable: true,
      eventResizableFromStart: false,
      eventContent: (info) => ({ domNodes: (info.event.title as { domNodes?: Node[] }).domNodes ?? [] }),
      eventDidMount: ({ event, el }) => {
        const { job } = event.extendedProps as { job?: Job };
        if (job?.job) el.dataset.job = String(job.job);
        else delete el.dataset.job;
      },
      eventClick: ({ event }) => this.clicked(event),
      eventDragStart: () => desk.hold(true),
      eventDragStop: () => desk.hold(false),
      eventResizeStart: () => desk.hold(true),
      eventResizeStop: () => desk.hold(false),
      eventDrop: (info) => this.dropped(info.event),
      eventResize: (info) => this.dropped(info.event),
    });
    new ResizeObserver(() => {
      if (place.clientWidth) this.calendar.setOption("slotWidth", slotWidth(place, this.board));
    }).observe(place);
  }

  private clicked(event: Calendar.Event): void {
    const { job, trip } = event.extendedProps as { job?: Job; trip?: Trip };
    if (trip) this.desk.openTrip(trip.id);
    else if (job) this.desk.open(job.n);
  }

  private dropped(event: Calendar.Event): void {
    const { job, trip } = event.extendedProps as { job?: Job; trip?: Trip };
    const person = Number(event.resourceIds[0]);
    if (Number.isNaN(person)) this.desk.hold(false);
    else if (trip) this.desk.moveTrip(trip, person, instant(event.start));
    else if (job) this.desk.place(job, person, instant(event.start), instant(event.end));
  }

  draw(board: Board): void {
    this.board = board;
    this.calendar.setOption("slotWidth", slotWidth(this.place, board));
    const [first, last] = hours(board);
    this.calendar.setOption("slotMinTime", `${first}:00`);
    this.calendar.setOption("slotMaxTime", `${last}:00`);
    this.calendar.setOption("view", VIEWS[board.days]);
    this.calendar.setOption("date", board.first);
    this.calendar.setOption("resources", rows(board));
    this.calendar.setOption("events", events(board, this.desk));
  }

  /** Whose row and which time lie under a point; nothing beside the rows. */
  under(x: number, y: number): { person: number; begins: string } | undefined {
    const found = this.calendar.dateFromPoint(x, y);
    const person = Number(found?.resource?.id);
    return found && !Number.isNaN(person) ? { person, begins: instant(found.date) } : undefined;
  }
}

/** Let the cards of the queue be dragged onto the time line with a mouse or a pen. */
export function draggable(queue: HTMLElement, line: () => Line | undefined, find: (n: string) => Waiting | undefined, desk: Desk): void {
  queue.addEventListener("pointerdown", (down) => {
    const item = down.target instanceof Element ? down.target.closest<HTMLElement>("[data-number]") : null;
    const one = item?.dataset.number ? find(item.dataset.number) : undefined;
    if (!item || !one || down.button !== 0 || down.pointerType === "touch") return;
    if (down.target instanceof Element && down.target.closest("label")) return;
    let ghost: HTMLElement | undefined;
    const move = (event: PointerEvent): void => {
      if (!ghost) {
        if (Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) < 6) return;
        ghost = part("div", "j-card-ghost", `${one.n} ${one.c}`);
        document.body.append(ghost);
        document.body.classList.add("j-dragging");
        desk.hold(true);
      }
      ghost.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
      const target = line()?.under(event.clientX, event.clientY);
      ghost.textContent = target ? `${one.n} ${one.c} · ${clock(target.begins)}` : desk.say("drop");
    };
    const stop = (event: PointerEvent): void => {
      document.removeEventListener("pointermove", move);
      document.removeEventListener("pointerup", stop);
      document.removeEventListener("pointercancel", stop);
      document.removeEventListener("keydown", escape);
      if (!ghost) return;
      ghost.remove();
      document.body.classList.remove("j-dragging");
      // The click that follows a drag is none.
      item.addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
      window.setTimeout(() => desk.hold(false));
      const target = event.type === "pointerup" ? line()?.under(event.clientX, event.clientY) : undefined;
      if (target) desk.place(one, target.person, target.begins);
    };
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape") stop(new PointerEvent("pointercancel"));
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", stop);
    document.addEventListener("pointercancel", stop);
    document.addEventListener("keydown", escape);
  });
}
