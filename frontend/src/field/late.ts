// Late, and the customer late, as far as it has nothing to do with pages: what was noted, and what may be.
import { text } from "../parts/texts";
import { clockText, present } from "./clock";
import type { Job } from "./job";
import type { Item, LateNote } from "./types";

/** so much later (minutes) at most; more is another appointment */
export const MOST_MINUTES = 24 * 60;
const MINUTE = 60_000;

export interface Noted extends LateNote {
  /** the step on this phone that noted it, until the server has it */
  item?: Item;
}

/** What the list of what waits says of a note. */
export function lateWords(fields: Record<string, string>): string {
  if (fields["minutes"]) return `：${fields["minutes"]} min`;
  return [`：${clockText(fields["expected_at"] ?? "")}`, fields["reason"]].filter(Boolean).join("；");
}

/** What was noted of the visit, the earliest first. */
export function notedOf(job: Job): Noted[] {
  const own = job.items
    .filter((item) => ["delay", "customer_late"].includes(item.step))
    .map((item): Noted => ({
      kind: item.step as LateNote["kind"],
      at: item.at,
      expected_at: item.fields["expected_at"] ?? null,
      minutes: item.fields["minutes"] ? Number(item.fields["minutes"]) : null,
      reason: item.fields["reason"] ?? "",
      untold: "",
      item,
    }));
  return [...(job.kept.pack.late ?? []), ...own].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** From when on a delay is counted: now, or when it was agreed. */
export function countedFrom(job: Job): number {
  return Math.max(present().getTime(), Date.parse(job.kept.pack.appointment.from ?? "") || 0);
}

/** So many minutes later, to the next five minutes. */
export function later(job: Job, minutes: number): Date {
  return new Date(Math.ceil((countedFrom(job) + minutes * MINUTE) / (5 * MINUTE)) * 5 * MINUTE);
}

/** What is wrong with a new time; empty when nothing is. The server looks at it again. */
export function wrongTime(job: Job, expected: number): string {
  if (Number.isNaN(expected)) return text("must_fill");
  if (expected <= present().getTime()) return text("late_over");
  if (expected <= Date.parse(job.kept.pack.appointment.from ?? "")) return text("late_not_later");
  return expected - countedFrom(job) > MOST_MINUTES * MINUTE ? text("late_too_far") : "";
}

export function mayDelay(job: Job): boolean {
  return Boolean(job.kept.pack.appointment.from) && ["dispatched", "accepted", "travelling"].includes(job.state);
}

export function mayWait(job: Job): boolean {
  return Boolean(job.kept.pack.appointment.from) && ["travelling", "on_site"].includes(job.state);
}

/** How long somebody has waited for the customer by now (minutes), as far as the phone knows. */
export function waited(job: Job): number {
  const begins = Math.max(Date.parse(job.arrivedAt) || 0, Date.parse(job.kept.pack.appointment.from ?? "") || 0);
  const minutes = Math.round((present().getTime() - begins) / MINUTE);
  return minutes >= 1 && minutes <= MOST_MINUTES ? minutes : 0;
}
