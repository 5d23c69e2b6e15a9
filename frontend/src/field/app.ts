// The state of the app and what can be done with it. Views draw it, nothing else changes it.
import { clockOffset, day, present, setOffset } from "./clock";
import { jobOf, missing, type Job } from "./job";
import { Full, Store, people } from "./store";
import { greet, synchronise, type Report, type Situation } from "./sync";
import { text } from "../parts/texts";
import { describe } from "./words";
import { logOf, type Log } from "./log";
import { walkOf, type Walk } from "./walk";
import { NO_FLOW, siteOf, type KeptSite, type Site } from "./installation";
import type { Flow, Hello, Item, Kept, KeptLog, KeptWalk, Meta, WalkFlow } from "./types";

const COOKIE = "jiannuo_field";
const NOBODY = "-";
const AGAIN = 30_000;
const SOON = 300;

export interface App {
  store: Store | null;
  meta: Meta | null;
  kept: Kept[];
  rounds: KeptWalk[];
  sites: KeptSite[];
  logs: KeptLog[];
  queue: Item[];
  situation: Situation;
  report: Report | null;
  /** steps of other people that wait on this phone */
  foreign: number;
  locked: boolean;
  started: boolean;
  storage: { usage: number; quota: number; persisted: boolean };
  message: { text: string; level: "success" | "info" | "warning" | "error" } | null;
}

export const app: App = {
  store: null,
  meta: null,
  kept: [],
  rounds: [],
  sites: [],
  logs: [],
  queue: [],
  situation: "sending",
  report: null,
  foreign: 0,
  locked: false,
  started: false,
  storage: { usage: 0, quota: 0, persisted: false },
  message: null,
};

let draw: () => void = () => undefined;
let running: Promise<void> | null = null;
let timer = 0;
let asked = false;

export function onChange(listener: () => void): void {
  draw = listener;
}

export function redraw(): void {
  draw();
}

/** Whose mark the cookie holds: of who is signed in, or was until the session ran out. */
function marked(): string {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${COOKIE}=`));
  return found?.slice(COOKIE.length + 1) ?? "";
}

/** Show what is on the phone at once, then ask the server. */
export async function start(): Promise<void> {
  const mark = marked();
  const last = localStorage.getItem("jiannuo.field.last") ?? "";
  const person = mark && mark !== NOBODY ? mark : mark === NOBODY ? "" : last;
  app.locked = mark === NOBODY;
  if (person && person in people()) await open(person);
  countForeign();
  app.started = true;
  redraw();
  window.addEventListener("online", () => void sync());
  window.addEventListener("offline", () => {
    app.situation = "offline";
    redraw();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && void sync());
  void navigator.storage?.persist?.().then(measure, () => undefined);
  await sync();
}

async function open(person: string): Promise<void> {
  if (app.store?.person === person) return;
  app.store?.close();
  app.store = await Store.open(person);
  localStorage.setItem("jiannuo.field.last", person);
  app.locked = false;
  await load();
}

async function load(): Promise<void> {
  if (!app.store) return;
  const meta = await app.store.meta();
  if (meta && !app.meta) setOffset(meta.offset);
  app.meta = meta ?? null;
  const today = day(present());
  app.kept = (await app.store.jobs()).filter((job) => !job.finished || job.finished >= today);
  app.rounds = await app.store.rounds();
  app.sites = await app.store.sites();
  app.logs = await app.store.logs();
  app.queue = await app.store.queue();
}

function countForeign(): void {
  app.foreign = Object.entries(people())
    .filter(([person]) => person !== app.store?.person)
    .reduce((sum, [, waiting]) => sum + waiting, 0);
}

async function measure(): Promise<void> {
  const { usage = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  app.storage = { usage, quota, persisted: (await navigator.storage?.persisted?.()) ?? false };
  redraw();
}

/**
 * Send and fetch, in one tab at a time. Asked for while it is being done, it is done once more if something waits:
 * the network may have come back, or a step been recorded, after the running one looked.
 */
export function sync(): Promise<void> {
  if (running) {
    asked = true;
    return running;
  }
  asked = false;
  running = locked(run).finally(() => {
    running = null;
    window.clearTimeout(timer);
    if (unsent().some((item) => item.state === "waiting")) timer = window.setTimeout(() => void sync(), asked ? SOON : AGAIN);
  });
  return running;
}

async function locked(work: () => Promise<void>): Promise<void> {
  if (navigator.locks) await navigator.locks.request("jiannuo-field", work);
  else await work();
}

async function run(): Promise<void> {
  const greeting = await greet();
  app.situation = greeting.situation;
  if (greeting.hello) {
    const changed = app.store !== null && app.store.person !== greeting.hello.person;
    if (changed) {
      // Somebody else is signed in: what is left of the first person stays locked, the rest is taken away.
      await leave();
    }
    await open(greeting.hello.person);
    await clean(greeting.hello.person);
    countForeign();
    if (!app.store) return;
    app.situation = "sending";
    redraw();
    const report = await synchronised(app.store, greeting.hello);
    await load();
    sayRoom(report.situation);
    if (report.left.length) say(text("taken_away", { numbers: report.left.join("、") }), "warning");
    void measure();
  } else if (greeting.situation === "signed_out" && marked() === NOBODY) {
    await leave();
    app.locked = true;
  }
  redraw();
}

/** Send and fetch; whatever goes wrong, it is no longer under way afterwards. */
async function synchronised(store: Store, greeting: Hello): Promise<Report> {
  try {
    const report = await synchronise(store, greeting, (state) => {
      app.report = state;
      void load().then(redraw);
    });
    [app.report, app.situation] = [report, report.situation];
    return report;
  } catch (error) {
    app.situation = "trouble";
    redraw();
    throw error;
  }
}

/** Say that the phone is full, until that is over. */
function sayRoom(situation: Situation): void {
  const words = text("phone_full_fetch");
  if (situation === "full") say(words, "error");
  else if (app.message?.text === words) hush();
}

/** Keep a half-filled form; what is typed stays on the page when the phone has no room for it. */
export function keepDraft(key: string, values: Record<string, string> | null): void {
  void app.store?.setDraft(key, values).catch((error: unknown) => error instanceof Full && say(text("draft_full"), "error"));
}

/** Take away what other people left on the phone, but for what they have not sent. */
async function clean(person: string): Promise<void> {
  for (const [other, waiting] of Object.entries(people())) {
    if (other === person) continue;
    const store = await Store.open(other);
    if (waiting || (await store.unsent()).length) {
      await store.lock();
      store.close();
    } else await store.erase();
  }
}

/** Close the store of the present person and show nothing of it any more. */
async function leave(): Promise<void> {
  const store = app.store;
  [app.store, app.meta, app.kept, app.rounds, app.sites, app.logs, app.queue] = [null, null, [], [], [], [], []];
  if (!store) return;
  if ((await store.unsent()).length) {
    await store.lock();
    store.close();
  } else await store.erase();
  countForeign();
}

export function say(words: string, level: "success" | "info" | "warning" | "error" = "info"): void {
  app.message = { text: words, level };
  redraw();
  if (level === "success" || level === "info") window.setTimeout(() => app.message?.text === words && hush(), 5000);
}

export function hush(): void {
  app.message = null;
  redraw();
}

export function unsent(): Item[] {
  return app.queue.filter((item) => item.state !== "done");
}

export function flow(): Flow {
  return app.meta?.flow ?? { next: {}, other: {}, sections: {}, steps: {}, states: {}, styles: {} };
}

export function job(number: string): Job | undefined {
  const kept = app.kept.find((one) => one.number === number);
  return kept ? jobOf(kept, app.queue, flow()) : undefined;
}

export function jobs(): Job[] {
  return app.kept.map((kept) => jobOf(kept, app.queue, flow()));
}

export function walkFlow(): WalkFlow {
  return app.meta?.walk ?? { states: {}, styles: {}, points: {}, point_styles: {} };
}

export function walk(number: string): Walk | undefined {
  const kept = app.rounds.find((one) => one.number === number);
  return kept ? walkOf(kept, app.queue) : undefined;
}

export function walks(): Walk[] {
  return app.rounds.map((kept) => walkOf(kept, app.queue));
}

export function sites(): Site[] {
  return app.sites.map((kept) => siteOf(kept, app.queue, app.meta?.site ?? NO_FLOW));
}

export function logs(): Log[] {
  return app.logs.map((kept) => logOf(kept, app.queue, app.meta?.name ?? ""));
}

/** A step of a duty log. */
export function newLogItem(number: string, step: string, fields: Record<string, string>, files: Record<string, string> = {}): Item {
  return { ...newItem(number, step, fields, files), about: "log" };
}

/** Put other steps in the place of some that were refused, and send them. */
export async function replaceSteps(old: Item[], fresh: Item[]): Promise<void> {
  await app.store?.replace(old, fresh);
  await load();
  redraw();
  await sync();
}

/** A step of a patrol round. */
export function newWalkItem(number: string, step: string, fields: Record<string, string> = {}, files: Record<string, string> = {}): Item {
  return { ...newItem(number, step, fields, files), about: "round" };
}

export function newItem(number: string, step: string, fields: Record<string, string>, files: Record<string, string> = {}): Item {
  return {
    key: crypto.randomUUID().replaceAll("-", ""),
    number,
    step,
    fields,
    files,
    at: present().toISOString(),
    offset: clockOffset(),
    state: "waiting",
  };
}

/** Keep a step that was done, and send it as soon as there is a network. False when the phone has no room. */
export async function record(items: Item[], pictures = new Map<string, Blob>()): Promise<boolean> {
  if (!app.store) return false;
  try {
    await app.store.record(items, pictures);
  } catch (error) {
    if (!(error instanceof Full)) throw error;
    await measure();
    say(text("phone_full"), "error");
    return false;
  }
  await load();
  redraw();
  void sync();
  return true;
}

// What to do with what was refused

export async function retry(number: string): Promise<void> {
  for (const item of app.queue.filter((one) => one.number === number && one.state === "refused")) {
    item.state = "waiting";
    delete item.refusal;
    await app.store?.change(item);
  }
  await load();
  redraw();
  await sync();
}

/** Send a step anew whose part the van no longer had: the part was used and came from elsewhere. Its place stays. */
export async function keepElsewhere(item: Item): Promise<void> {
  await sendAnew(item, { source: "", gone: "1" });
}

/** Send a step that was refused anew with other answers and a key of its own; its place and its time stay. */
export async function sendAnew(item: Item, fields: Record<string, string>, number = item.number): Promise<void> {
  const fresh = { ...item, number, key: newItem(item.number, item.step, {}).key, fields: { ...item.fields, ...fields }, state: "waiting" as const };
  delete fresh.refusal;
  await app.store?.replace([item], [fresh]);
  await load();
  redraw();
  await sync();
}

export async function drop(items: Item[]): Promise<void> {
  await app.store?.drop(items);
  await load();
  redraw();
  void sync();
}

/**
 * Send what waits of a job, a round or an installation as a note to the dispatcher, its photos one by one, in place of
 * the steps; perhaps only some of them.
 */
export async function sendAsNote(number: string, only?: Item[]): Promise<void> {
  const known = job(number) ?? walk(number) ?? sites().find((one) => one.kept.number === number);
  const old = (only ?? unsent().filter((item) => item.number === number)).filter((item) => item.step !== "note");
  if (!app.store || !known || !old.length) return;
  const about = old[0]?.about;
  const make = (...step: Parameters<typeof newItem>): Item => ({ ...newItem(...step), ...(about ? { about } : {}) });
  const words = old.map((item) => describe(item, known)).filter(Boolean);
  const first = make(number, "note", { text: words.join("\n") });
  first.fields["note"] = first.key;
  const photos = old.flatMap((item) => Object.values(item.files).map((blob) => ({ blob, item })));
  const fresh = [
    first,
    ...photos.map(({ blob, item }) => ({
      ...make(number, "note", { text: "", note: first.key }, { photos: blob }),
      at: item.at,
    })),
  ];
  await app.store.replace(old, fresh);
  await load();
  redraw();
  await sync();
}

/** Complete the job only when nothing is missing; the words of what is. */
export function stillMissing(known: Job): string[] {
  return missing(known);
}

/** Sign out, with everything of this person taken off the phone but what is not sent. */
export async function signOut(): Promise<void> {
  const greeting = await greet();
  if (!greeting.hello) {
    say(text("sign_out_offline"), "warning");
    return;
  }
  await leave();
  localStorage.removeItem("jiannuo.field.last");
  const form = document.createElement("form");
  form.method = "post";
  form.action = document.body.dataset["signOut"] ?? "/accounts/logout/";
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "csrfmiddlewaretoken";
  field.value = greeting.hello.token;
  form.append(field);
  document.body.append(form);
  form.submit();
}
