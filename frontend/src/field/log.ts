// A duty log as the technician sees it: what the server knows, and on top of it what was written on this phone since.
import { text } from "../parts/texts";
import type { Item, KeptLog, LogEntry, LogItem, LogShift } from "./types";

/** What was read off: what, its value, its unit. */
export type Reading = [string, string, string];

export interface Written extends LogEntry {
  /** the step on this phone that wrote it, until the server has it */
  item?: Item;
}

export interface Shift extends Omit<LogShift, "entries"> {
  entries: Written[];
}

export interface Open extends LogItem {
  item?: Item;
}

export interface Log {
  kept: KeptLog;
  shift: Shift | null;
  open: Open[];
  /** what was read off lately, with its unit: also on this phone */
  readings: [string, string][];
  items: Item[];
  waiting: number;
  refused: Item | undefined;
}

/** The log of `kept` with the queued steps applied in their order; `me` is the name of who writes. */
export function logOf(kept: KeptLog, queue: Item[], me: string): Log {
  const items = queue.filter((item) => item.about === "log" && item.number === kept.number);
  const { shift } = kept.pack;
  const log: Log = {
    kept,
    shift: shift ? { ...shift, entries: [...shift.entries] } : null,
    open: [...kept.pack.items],
    readings: [...kept.pack.readings],
    items,
    waiting: items.filter((item) => item.state !== "done").length,
    refused: items.find((item) => item.state === "refused"),
  };
  for (const item of items) apply(log, item, me);
  log.shift?.entries.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return log;
}

function apply(log: Log, item: Item, me: string): void {
  // What the server does not take is not shown as if it had been kept.
  if (item.state === "refused") return;
  const { fields, step } = item;
  if (step === "begin" || step === "accept") {
    log.shift = { number: item.key, name: fields["shift_name"] ?? "", person: me, mine: true, state: "on_duty", began_at: item.at, handed_at: null, summary: "", remark: "", entries: [] };
  }
  const { shift } = log;
  if (!shift || shift.number !== fields["shift"]) return;
  if (step === "entry") {
    shift.entries.push(entryOf(item, me));
    for (const [name, , unit] of readingsOf(fields)) if (!log.readings.some(([one]) => one === name)) log.readings.push([name, unit]);
  }
  if (step === "item") log.open.push({ id: null, text: fields["text"] ?? "", by: me, at: item.at, item });
  if (step === "close") log.open = log.open.filter((one) => String(one.id) !== fields["item"]);
  if (step === "hand_over") [shift.state, shift.handed_at, shift.summary] = ["handed_over", item.at, fields["summary"] ?? ""];
}

function entryOf(item: Item, me: string): Written {
  const { fields } = item;
  return {
    at: fields["when"] || item.at,
    kind: fields["kind"] ?? "",
    text: fields["text"] ?? "",
    readings: readingsOf(fields).map(([name, value, unit]) => [name, `${value} ${unit}`.trim()]),
    photos: Object.keys(item.files).length,
    by: me,
    late: fields["late_reason"] ?? "",
    item,
  };
}

/** The values of a step. */
export function readingsOf(fields: Record<string, string>): Reading[] {
  return JSON.parse(fields["readings"] || "[]") as Reading[];
}

/** Steps of the same shift that may be kept late: entries and open items that are not sent. */
export function lateOnes(log: Log): Item[] {
  const shift = log.refused?.fields["shift"];
  return log.items.filter((item) => item.state !== "done" && ["entry", "item"].includes(item.step) && item.fields["shift"] === shift);
}

/** What the list of what waits says of a step. */
export function writtenWords(item: Item, log: Log | undefined): string {
  const { fields } = item;
  const closed = log?.kept.pack.items.find((one) => String(one.id) === fields["item"])?.text;
  const photos = Object.keys(item.files).length;
  const said = [
    fields["shift_name"],
    closed,
    fields["text"],
    ...readingsOf(fields).map(([name, value, unit]) => `${name} ${value} ${unit}`.trim()),
    photos ? text("log_photos", { n: photos }) : "",
    fields["result"],
    fields["summary"],
  ].filter(Boolean);
  return said.length ? `：${said.join("；")}` : "";
}
