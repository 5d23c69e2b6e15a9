// The board as the server sends it: narrow keys, because there may be hundreds of each.

/** A visit with a time. */
export interface Job {
  o: number;
  n: string;
  v: number;
  p: number;
  f: string;
  t: string;
  c: string;
  d: string;
  x: string;
  s: string;
  st: string;
  w: string[];
  crew?: number[];
  rough?: 1;
  lock?: 1;
  edit?: 1;
  trip?: number;
  a?: string;
  way?: number;
  part?: string;
  job?: number;
  for?: string;
  rough_place?: 1;
}

/** An order that waits, or a visit without a time. */
export interface Waiting {
  o: number;
  n: string;
  v: number;
  c: string;
  d: string;
  m: string;
  x: string;
  s: string;
  due?: string;
  win?: string;
  nowhere?: 1;
  rough_place?: 1;
  wait?: string;
  who?: string;
  st?: string;
  was?: string;
  edit?: 1;
  part?: string;
  job?: number;
  for?: string;
}

export interface Trip {
  id: number;
  v: number;
  p: number;
  f: string;
  t: string;
  jobs: number[];
  how: string;
  saved: number;
  edit?: 1;
}

export interface Person {
  id: number;
  name: string;
  skills: string;
  from?: string;
}

export interface Board {
  first: string;
  days: number;
  groups: { id: number; name: string; people: Person[] }[];
  back: { p: number; k: "shift" | "standby" | "lunch" | "absence"; f: string; t: string; w?: string }[];
  jobs: Job[];
  queue: Waiting[];
  loose: Waiting[];
  trips: Trip[];
}

export interface Config {
  first: string;
  today: string;
  days: number;
  data: string;
  pulse: string;
  order: string;
  place: string;
  trip: string;
  move: string;
  new_trip: string;
  texts: Record<string, string>;
}

/** What the views of the board may ask for. */
export interface Desk {
  config: Config;
  say(key: string, values?: Record<string, string | number>): string;
  open(number: string): void;
  openTrip(id: number): void;
  place(job: { n: string; v: number }, person: number, begins: string, ends?: string): void;
  moveTrip(trip: Trip, person: number, begins: string): void;
  hold(busy: boolean): void;
  choose(number: string, chosen: boolean): void;
  isChosen(number: string): boolean;
}

export function part(tag: string, name: string, words = ""): HTMLElement {
  const element = document.createElement(tag);
  if (name) element.className = name;
  if (words) element.textContent = words;
  return element;
}

/** The sign of a part of a divided job, such as 1/2; the other parts are marked with it. */
export function sign(one: { part?: string; for?: string }, desk: Desk): HTMLElement[] {
  if (!one.part) return [];
  const found = part("span", "j-job-part", one.part);
  found.title = desk.say("part", { part: one.part, purpose: one.for ?? "" });
  return [found];
}

/** The clock of an instant of the office: 2026-11-22T09:00 → 09:00. */
export function clock(instant: string): string {
  return instant.slice(11, 16);
}
