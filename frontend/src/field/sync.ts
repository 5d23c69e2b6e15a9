// Sending what waits, in order, and fetching what is new. It may be cut at any point and begins again where it was:
// a step leaves the queue only when the server has said that it is done, and has its own key there.
import { clockOffset, day, learn, present } from "./clock";
import { hello, send, take, takeLog, takeWalk, type Outcome } from "./server";
import type { KeptSite } from "./installation";
import { pullSites } from "./installationsync";
import { Full, type Kind, type Store } from "./store";
import type { Hello, Item, Kept, KeptLog, KeptWalk } from "./types";

export type Situation = "idle" | "sending" | "offline" | "signed_out" | "other_person" | "forbidden" | "trouble" | "full";

export interface Report {
  situation: Situation;
  /** steps sent in this run, of how many that waited */
  sent: number;
  of: number;
  /** numbers that are no longer this person's and had nothing waiting */
  left: string[];
  hello?: Hello;
}

const MOST_TOKENS = 2;

/** Ask who is signed in. Nothing is read or sent before that is known. */
export async function greet(): Promise<Report> {
  const report: Report = { situation: "offline", sent: 0, of: 0, left: [] };
  const sent = Date.now();
  const answer = await hello();
  if (answer.kind === "ok") {
    learn(answer.data.now, sent, Date.now());
    return { ...report, situation: "idle", hello: answer.data };
  }
  if (answer.kind === "signed_out") report.situation = "signed_out";
  else if (answer.kind === "refused") report.situation = "forbidden";
  else if (answer.kind !== "unreachable") report.situation = "trouble";
  return report;
}

/** Send the queue of `store` to the server that said `greeting`, then bring the jobs up to date. */
export async function synchronise(store: Store, greeting: Hello, tell: (report: Report) => void): Promise<Report> {
  const report: Report = { situation: "sending", sent: 0, of: 0, left: [], hello: greeting };
  // What waits is sent from a full phone, too: that makes room.
  let noted = await keepGreeting(store, greeting);
  const touched = await push(store, greeting, report, tell);
  if (report.situation !== "sending") return report;
  // What was sent has changed the jobs: the words for their states are asked for again.
  let latest = greeting;
  if (report.sent) {
    const answer = await greet();
    if (!answer.hello) return { ...report, situation: answer.situation };
    if (answer.hello.person !== store.person) return { ...report, situation: "other_person" };
    latest = answer.hello;
    noted = await keepGreeting(store, latest);
  }
  await pull(store, latest, touched, report);
  if (report.situation === "sending") await pullRounds(store, latest, touched, report);
  if (report.situation === "sending") await pullSites(store, latest, touched, report);
  if (report.situation === "sending") await pullLogs(store, latest, touched, report);
  // What was done with loaners is in what the server said last.
  await store.drop((await store.queue()).filter((item) => item.about === "loaner" && item.state === "done" && item.counted));
  if (report.situation === "sending") report.situation = noted ? "idle" : "full";
  return { ...report, hello: latest };
}

async function keepGreeting(store: Store, { name, flow, walk, site, loans, van, video }: Hello): Promise<boolean> {
  const some = { ...(site ? { site } : {}), ...(loans ? { loans } : {}), ...(van ? { van } : {}), ...(video ? { video } : {}) };
  return roomFor(() => store.setMeta({ name, flow, walk, ...some, offset: clockOffset(), synced: present().toISOString() }));
}

/** Whether the phone has room for what is written. */
async function roomFor(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof Full) return false;
    throw error;
  }
}

/** Keep a step as it is now; without room the run ends, and the step is sent again under its own key. */
async function keepStep(store: Store, item: Item, report: Report): Promise<boolean> {
  if (await roomFor(() => store.change(item))) return true;
  report.situation = "full";
  return false;
}

/** Keep what was fetched; without room nothing more is fetched. */
export async function keepJob(store: Store, job: Kept | KeptWalk | KeptLog | KeptSite, report: Report, where: Kind = "jobs"): Promise<void> {
  if (!(await roomFor(() => store.keep(job, where)))) report.situation = "full";
}

async function push(store: Store, greeting: Hello, report: Report, tell: (report: Report) => void): Promise<Set<string>> {
  const queue = await store.queue();
  const touched = new Set(queue.filter((item) => item.state === "done").map((item) => item.number));
  const stopped = new Set(queue.filter((item) => item.state === "refused").map((item) => item.number));
  const waiting = clipsLast(queue.filter((item) => item.state === "waiting" && !stopped.has(item.number)));
  report.of = waiting.length;
  let token = greeting.token;
  let tokens = 0;
  let troubled = false;
  for (let position = 0; position < waiting.length; position++) {
    const item = waiting[position] as Item;
    if (stopped.has(item.number)) continue;
    tell({ ...report });
    const pictures = new Map<string, Blob>();
    for (const [name, key] of Object.entries(item.files)) {
      const blob = await store.blob(key);
      if (blob) pictures.set(name, blob);
    }
    const answer = await send(item, pictures, store.person, token);
    if (answer.kind === "ok") {
      touched.add(item.number);
      item.state = "done";
      if (!(await keepStep(store, item, report))) return touched;
      report.sent += 1;
    } else if (answer.kind === "refused") {
      stopped.add(item.number);
      item.state = "refused";
      item.refusal = { code: answer.code, text: answer.text, details: answer.details };
      if (!(await keepStep(store, item, report))) return touched;
    } else if (answer.kind === "token" && tokens++ < MOST_TOKENS) {
      const again = await greet();
      if (again.hello?.person === store.person) {
        token = again.hello.token;
        position -= 1;
        continue;
      }
      report.situation = again.hello ? "other_person" : again.situation;
      return touched;
    } else if (answer.kind === "broken" || answer.kind === "token") {
      // The server failed at this step: the others of its job wait, other jobs go on.
      stopped.add(item.number);
      troubled = true;
    } else {
      report.situation = answer.kind === "unreachable" ? "offline" : answer.kind === "busy" ? "trouble" : answer.kind;
      return touched;
    }
  }
  if (troubled) report.situation = "trouble";
  return touched;
}

/** Clips are large: on a weak network nothing else shall wait for them. */
const clipsLast = (items: Item[]) => [...items.filter((item) => item.step !== "video"), ...items.filter((item) => item.step === "video")];

/** Numbers of which something is not sent; and those where a step waits that may have arrived without our knowing. */
export async function unsettled(store: Store): Promise<{ unsent: Set<string>; open: Set<string> }> {
  const [unsent, open] = [new Set<string>(), new Set<string>()];
  for (const item of await store.unsent()) {
    if (!unsent.has(item.number) && item.state === "waiting") open.add(item.number);
    unsent.add(item.number);
  }
  return { unsent, open };
}

async function pull(store: Store, latest: Hello, touched: Set<string>, report: Report): Promise<void> {
  // While such a step waits, the job stays as it was when that was recorded.
  const { unsent, open } = await unsettled(store);
  const kept = new Map((await store.jobs()).map((job) => [job.number, job]));
  for (const [number, stamp] of Object.entries(latest.jobs)) {
    const known = kept.get(number);
    if (known && open.has(number)) continue;
    if (known?.stamp === stamp && !touched.has(number)) continue;
    if (await fetchJob(store, number, stamp, report)) continue;
    if (report.situation !== "full") return;
    break; // what has left the list still goes, and makes room
  }
  const today = day(present());
  for (const job of kept.values()) {
    if (job.number in latest.jobs || unsent.has(job.number)) continue;
    if (job.finished && job.finished >= today && !touched.has(job.number)) continue;
    if (touched.has(job.number) && (await finished(store, job, today, report))) continue;
    if (report.situation !== "sending" && report.situation !== "full") return;
    if (!touched.has(job.number) && !job.finished) report.left.push(job.number);
    await store.forget(job.number);
  }
}

/** The rounds of the server's list; one that has left it goes, unless something of it is not sent. */
async function pullRounds(store: Store, latest: Hello, touched: Set<string>, report: Report): Promise<void> {
  const { unsent, open } = await unsettled(store);
  const kept = new Map((await store.rounds()).map((one) => [one.number, one]));
  const wanted = latest.rounds ?? {};
  for (const [number, stamp] of Object.entries(wanted)) {
    const known = kept.get(number);
    if (known && open.has(number)) continue;
    if (known?.stamp === stamp && !touched.has(number)) continue;
    if (!(await fetchRound(store, number, stamp, report))) return;
  }
  const today = day(present());
  for (const one of kept.values()) {
    if (one.number in wanted || unsent.has(one.number)) continue;
    if (wasTaken(one, today) && !touched.has(one.number)) report.left.push(one.pack.route);
    await store.forget(one.number, "rounds");
  }
}

/** The duty logs of the server's list; one that has left it goes, unless something of it is not sent. */
async function pullLogs(store: Store, latest: Hello, touched: Set<string>, report: Report): Promise<void> {
  const { unsent, open } = await unsettled(store);
  const kept = new Map((await store.logs()).map((one) => [one.number, one]));
  const wanted = latest.logs ?? {};
  for (const [number, stamp] of Object.entries(wanted)) {
    const known = kept.get(number);
    if (known && (open.has(number) || (known.stamp === stamp && !touched.has(number)))) continue;
    const answer = await takeLog(number, store.person);
    if (answer.kind === "ok") await keepJob(store, { number, stamp, pack: answer.data }, report, "logs");
    if (!settled(answer, report)) return;
  }
  for (const one of kept.values()) {
    if (!(one.number in wanted) && !unsent.has(one.number)) await store.forget(one.number, "logs");
  }
}

const wasTaken = (one: KeptWalk, today: string) => one.pack.day >= today && ["planned", "under_way"].includes(one.pack.state);

async function fetchRound(store: Store, number: string, stamp: string, report: Report): Promise<boolean> {
  const answer = await takeWalk(number, store.person);
  if (answer.kind === "ok") await keepJob(store, { number, stamp, pack: answer.data }, report, "rounds");
  return settled(answer, report);
}

/** Whether to go on with the next one; what is refused or broken stops no other. */
export function settled(answer: Outcome<unknown>, report: Report): boolean {
  if (report.situation === "full") return false;
  if (answer.kind === "ok" || answer.kind === "refused" || answer.kind === "broken") return true;
  report.situation = answer.kind === "unreachable" ? "offline" : answer.kind === "signed_out" || answer.kind === "other_person" ? answer.kind : "trouble";
  return false;
}

async function fetchJob(store: Store, number: string, stamp: string, report: Report): Promise<boolean> {
  const answer = await take(number, store.person);
  if (answer.kind === "ok") await keepJob(store, { number, stamp, pack: answer.data }, report);
  return settled(answer, report);
}

/** A job that has left the list because it was signed stays for the day. */
async function finished(store: Store, job: Kept, today: string, report: Report): Promise<boolean> {
  const answer = await take(job.number, store.person);
  if (answer.kind === "ok") {
    return roomFor(() => store.keep({ number: job.number, stamp: "", pack: answer.data, finished: today }));
  }
  if (answer.kind !== "refused") report.situation = answer.kind === "unreachable" ? "offline" : "trouble";
  return false;
}
