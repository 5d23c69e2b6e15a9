// An installation as the technician sees it: what the server knows, and on top of it what was done on this phone since.
import { numberOf } from "./job";
import type { Item } from "./types";

/** A line that the server has is named by its number, one made on this phone by the key of its step. */
export type LineKey = number | string;

export interface SiteUnit {
  id: number;
  serial: string;
  label: string;
  model: string;
  order: string;
  order_state: string;
  order_done: boolean;
  accepted_at: string | null;
}

export interface PackLine {
  id: LineKey;
  unit: string;
  text: string;
  expected: number;
  received: number | null;
  condition: string;
  remark: string;
  faulty: boolean;
  photos: number;
  told: boolean;
  unsent?: boolean;
  blobs?: string[];
}

export interface Reading {
  value: string | null;
  passed: boolean;
  remark: string;
  at: string;
  unsent?: boolean;
}

export interface Measure {
  id: number;
  unit: string;
  text: string;
  measured_in: string;
  minimum: string | null;
  maximum: string | null;
  limits: string;
  is_number: boolean;
  required: boolean;
  readings: Reading[];
}

export interface Trial {
  hours: string | null;
  rule: "extend" | "restart";
  basis: string;
  started_at: string | null;
  entries: { kind: "note" | "stopped" | "resumed"; at: string; text: string }[];
}

export interface Paper {
  id: LineKey;
  title: string;
  required: boolean;
  copies: number;
  handed_at: string | null;
}

export interface Topic {
  id: LineKey;
  title: string;
  hours: string;
  held: string | null;
  trainer: string;
}

export interface Trainee {
  id: LineKey;
  name: string;
  duty: string;
  signed_at: string | null;
  assessed_at: string | null;
  known: number[];
}

export interface Remaining {
  id: LineKey;
  text: string;
  due_on: string;
  part: number | null;
  unit: string;
  person: string;
  from_refusal: boolean;
  done_at: string | null;
  how: string;
}

export interface SitePack {
  number: string;
  title: string;
  state: string;
  customer: string;
  contact: string;
  phone: string;
  place: string;
  navigation: string;
  contract: string;
  carrier: string;
  persons: string[];
  expected_at: string | null;
  agreed_with: string;
  commissioning_at: string | null;
  needed: string[];
  done: Record<string, string | null>;
  units: SiteUnit[];
  packing: PackLine[];
  measures: Measure[];
  trial: Trial;
  papers: Paper[];
  received_by: string;
  topics: Topic[];
  skills: { id: number; text: string }[];
  trainees: Trainee[];
  remaining: Remaining[];
  acceptances: { refusal: boolean; at: string; signed_by: string; opinion: string }[];
}

/** Names and looks that are the same for all installations. */
export interface SiteFlow {
  states: Record<string, string>;
  styles: Record<string, string>;
  stages: string[];
  names: Record<string, string>;
  conditions: Record<string, string>;
  kinds: Record<string, string>;
  rules: Record<string, string>;
  suppliers: [number, string][];
}

export interface KeptSite {
  number: string;
  stamp: string;
  pack: SitePack;
}

export interface Site {
  kept: KeptSite;
  /** the pack with what was done on this phone since */
  now: SitePack;
  photos: { blob: string; sent: boolean; caption: string }[];
  items: Item[];
  waiting: number;
  refused: Item | undefined;
}

export const NO_FLOW: SiteFlow = { states: {}, styles: {}, stages: [], names: {}, conditions: {}, kinds: {}, rules: {}, suppliers: [] };

/** The states in which a step that moves the project is possible. */
export const MOVES: Record<string, string[]> = {
  arrive: ["planned", "agreed"],
  "trial-start": ["trial"],
  accept: ["acceptance", "partly"],
  refuse: ["acceptance", "partly"],
  "present-again": ["refused"],
};

/** What the server refused because the whole project is no longer this person's to record. */
const LOST = ["not_yours", "cancelled", "over", "unknown"];

export function isLost(site: Site): boolean {
  return LOST.includes(site.refused?.refusal?.code ?? "");
}

/** The state of the first stage after `state` that the project needs. */
export function stageAfter(flow: SiteFlow, needed: string[], state: string): string {
  const following = flow.stages.slice(flow.stages.indexOf(state) + 1);
  return following.find((one) => one === "acceptance" || needed.includes(flow.names[one] ?? "")) ?? "acceptance";
}

/** The project of `kept` with the queued steps applied in their order. */
export function siteOf(kept: KeptSite, queue: Item[], flow: SiteFlow): Site {
  const items = queue.filter((item) => item.about === "installation" && item.number === kept.number);
  const site: Site = {
    kept,
    now: structuredClone(kept.pack),
    photos: [],
    items,
    waiting: items.filter((item) => item.state !== "done").length,
    refused: items.find((item) => item.state === "refused"),
  };
  // What the server does not take is not shown as if it had been kept.
  for (const item of items) if (item.state !== "refused") STEPS[item.step]?.(site, item, flow);
  return site;
}

const found = <T extends { id: LineKey }>(rows: T[], key: string | undefined): T | undefined => rows.find((row) => String(row.id) === key);
const listed = (value: string | undefined): string[] => (value ?? "").split(",").filter(Boolean);

type Apply = (site: Site, item: Item, flow: SiteFlow) => void;

const STEPS: Record<string, Apply> = {
  arrive({ now }, item, flow) {
    now.done["arrived"] = item.at;
    now.state = stageAfter(flow, now.needed, "agreed");
  },
  "go-on"({ now }, item, flow) {
    now.state = stageAfter(flow, now.needed, item.fields["state"] ?? now.state);
  },
  packing({ now }, item) {
    const line = found(now.packing, item.fields["line"]);
    if (!line) return;
    line.received = Number(item.fields["received"]);
    line.condition = item.fields["condition"] ?? "good";
    line.remark = item.fields["remark"] ?? "";
    line.faulty = line.received < line.expected || line.condition !== "good";
    line.blobs = [...(line.blobs ?? []), ...Object.values(item.files)];
    line.unsent = item.state !== "done";
  },
  "packing-rest"({ now }, item) {
    for (const line of now.packing) if (line.received === null) Object.assign(line, { received: line.expected, condition: "good", unsent: item.state !== "done" });
  },
  "packing-add"({ now }, item) {
    const { text = "", expected = "0" } = item.fields;
    now.packing.push({ id: item.key, unit: "", text, expected: Number(expected), received: null, condition: "", remark: "", faulty: false, photos: 0, told: false, unsent: item.state !== "done" });
  },
  notice({ now }, item) {
    for (const key of listed(item.fields["lines"])) Object.assign(found(now.packing, key) ?? {}, { told: true });
  },
  photos(site, item) {
    for (const blob of Object.values(item.files)) site.photos.push({ blob, sent: item.state === "done", caption: item.fields["caption"] ?? "" });
  },
  measure({ now }, item) {
    const line = found(now.measures, item.fields["line"]);
    const { value = "", passed = "", remark = "" } = item.fields;
    line?.readings.push({ value: value || null, passed: line.is_number ? isWithin(line, value) && passed !== "no" : passed === "yes", remark, at: item.at, unsent: item.state !== "done" });
  },
  "trial-start"({ now }, item) {
    Object.assign(now.trial, { started_at: item.at, hours: item.fields["trial_hours"] ?? now.trial.hours, basis: item.fields["trial_basis"] ?? "" });
  },
  trial({ now }, item) {
    now.trial.entries.push({ kind: item.fields["kind"] as "note", at: item.at, text: item.fields["text"] ?? "" });
  },
  paper({ now }, item) {
    Object.assign(found(now.papers, item.fields["line"]) ?? {}, { handed_at: item.at, copies: Number(item.fields["copies"] ?? 1) });
  },
  "paper-add"({ now }, item) {
    now.papers.push({ id: item.key, title: item.fields["title"] ?? "", required: false, copies: Number(item.fields["copies"] ?? 1), handed_at: item.at });
  },
  "paper-sign"({ now }, item) {
    now.received_by = item.fields["name"] ?? "";
    now.done["documents"] = item.at;
  },
  topic({ now }, item) {
    Object.assign(found(now.topics, item.fields["line"]) ?? {}, { held: item.fields["hours"], trainer: item.fields["trainer"] });
  },
  "topic-add"({ now }, item) {
    now.topics.push({ id: item.key, title: item.fields["title"] ?? "", hours: item.fields["hours"] || "0", held: null, trainer: "" });
  },
  trainee({ now }, item) {
    now.trainees.push({ id: item.key, name: item.fields["name"] ?? "", duty: item.fields["duty"] ?? "", signed_at: null, assessed_at: null, known: [] });
  },
  "trainee-sign"({ now }, item) {
    Object.assign(found(now.trainees, item.fields["line"]) ?? {}, { signed_at: item.at });
  },
  assess({ now }, item) {
    Object.assign(found(now.trainees, item.fields["line"]) ?? {}, { assessed_at: item.at, known: listed(item.fields["skills"]).map(Number) });
  },
  remaining({ now }, item) {
    const part = Number(item.fields["part"]) || null;
    const unit = now.units.find((one) => one.id === part)?.serial ?? "";
    now.remaining.push({ id: item.key, text: item.fields["text"] ?? "", due_on: item.fields["due_on"] ?? "", part, unit, person: "", from_refusal: false, done_at: null, how: "" });
  },
  "remaining-done"({ now }, item) {
    Object.assign(found(now.remaining, item.fields["line"]) ?? {}, { done_at: item.at, how: item.fields["how"] });
  },
  accept({ now }, item) {
    const keys = listed(item.fields["parts"]);
    for (const unit of now.units) if (keys.includes(String(unit.id))) unit.accepted_at = item.at;
    now.state = now.units.every((unit) => unit.accepted_at) ? "accepted" : "partly";
    now.acceptances.push({ refusal: false, at: item.at, signed_by: item.fields["signed_by"] ?? "", opinion: item.fields["opinion"] ?? "" });
  },
  refuse({ now }, item) {
    const { reasons = "", due_on = "", signed_by = "" } = item.fields;
    now.state = "refused";
    now.acceptances.push({ refusal: true, at: item.at, signed_by, opinion: reasons });
    // What is to be mended gets its names from the server; until then it is done there.
    reasons.split("\n").forEach((line, n) => {
      if (line.trim()) now.remaining.push({ id: `${item.key}-${n}`, text: line.trim(), due_on, part: null, unit: "", person: "", from_refusal: true, done_at: null, how: "" });
    });
  },
  "present-again"({ now }) {
    now.state = now.units.some((unit) => unit.accepted_at) ? "partly" : "acceptance";
  },
};

/** Whether a value keeps the limits, both included. */
export function isWithin(line: Measure, value: string): boolean {
  const number = numberOf(value);
  return !Number.isNaN(number) && (line.minimum === null || number >= Number(line.minimum)) && (line.maximum === null || number <= Number(line.maximum));
}

export interface TrialState {
  /** when the hours that count began, when they are over, since when it is interrupted */
  from: string | null;
  ends: string | null;
  stopped: string | null;
}

/** How far the trial run has come: its hours, less the time lost, or counted anew after an interruption. */
export function trialState({ started_at, hours, rule, entries }: Trial): TrialState {
  if (!started_at || !hours) return { from: null, ends: null, stopped: null };
  let [start, lost] = [Date.parse(started_at), 0];
  let stopped: string | null = null;
  for (const entry of [...entries].sort((one, other) => Date.parse(one.at) - Date.parse(other.at))) {
    if (entry.kind === "stopped") stopped = entry.at;
    else if (entry.kind === "resumed" && stopped) {
      if (rule === "restart") [start, lost] = [Date.parse(entry.at), 0];
      else lost += Date.parse(entry.at) - Date.parse(stopped);
      stopped = null;
    }
  }
  const ends = stopped ? null : new Date(start + Number(hours) * 3_600_000 + lost).toISOString();
  return { from: new Date(start).toISOString(), ends, stopped };
}

/** A step and everything that names the line it made. */
export function withDependents(items: Item[], first: Item): Item[] {
  const named = (item: Item) => ["line", "lines"].some((name) => listed(item.fields[name]).some((key) => key === first.key));
  return [first, ...items.filter((item) => item !== first && named(item))];
}
