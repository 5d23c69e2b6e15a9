// A patrol round as the technician sees it: what the server knows, and on top of it what was done on this phone since.
import { inOrder } from "./job";
import type { Check, Item, KeptWalk, WalkCheck, WalkPoint } from "./types";

export interface Point extends WalkPoint {
  /** the step on this phone that recorded it, until the server has it */
  item?: Item;
  /** check → the picture taken on this phone */
  blobs: Record<string, string>;
}

export interface Walk {
  kept: KeptWalk;
  state: string;
  points: Point[];
  items: Item[];
  waiting: number;
  refused: Item | undefined;
}

/** What the server refused because the whole round is no longer this person's to record. */
const LOST = ["not_yours", "cancelled", "over", "unknown"];

export function isLost(walk: Walk): boolean {
  return LOST.includes(walk.refused?.refusal?.code ?? "");
}

/** The round of `kept` with the queued steps applied in their order. */
export function walkOf(kept: KeptWalk, queue: Item[]): Walk {
  const items = queue.filter((item) => item.about === "round" && item.number === kept.number);
  const walk: Walk = {
    kept,
    state: kept.pack.state,
    points: kept.pack.points.map((point) => ({ ...point, checks: point.checks.map((check) => ({ ...check })), blobs: {} })),
    items,
    waiting: items.filter((item) => item.state !== "done").length,
    refused: items.find((item) => item.state === "refused"),
  };
  for (const item of items) apply(walk, item);
  return walk;
}

const TARGETS: Record<string, string> = { start: "under_way", finish: "finished", break_off: "incomplete" };

function apply(walk: Walk, item: Item): void {
  // What somebody else recorded, or what the server does not take, is not shown as if it had been kept.
  if (item.state === "refused" && item.step !== "start") return;
  walk.state = TARGETS[item.step] ?? walk.state;
  const point = walk.points.find((one) => String(one.id) === item.fields["point"]);
  if (!point || point.state !== "open") return;
  point.item = item;
  point.at = item.at;
  if (item.step === "skip") {
    point.state = "skipped";
    point.remark = item.fields["reason"] ?? "";
  }
  if (item.step === "point") {
    point.state = "done";
    point.remark = item.fields["remark"] ?? "";
    for (const check of point.checks) {
      const blob = item.files[`photo-${check.key}`];
      if (blob) point.blobs[check.key] = blob;
      check.value = item.fields[`check-${check.key}`] ?? "";
      check.answered = Boolean(check.value || blob);
      check.passed = check.answered ? inOrder(check as unknown as Check, check.value) : null;
    }
  }
}

/** The points that are still to be met, in their order. */
export function openPoints(walk: Walk): Point[] {
  return walk.points.filter((point) => point.state === "open");
}

/** How many points are settled, of how many. */
export function progress(walk: Walk): [number, number] {
  const there = walk.points.filter((point) => point.state !== "removed");
  return [there.filter((point) => point.state !== "open").length, there.length];
}

/** An answer as people read it. */
export function shown(check: WalkCheck, yes: string, no: string): string {
  if (check.kind === "yes_no") return check.value === "yes" ? yes : check.value === "no" ? no : "";
  return check.kind === "number" && check.value ? `${check.value} ${check.unit}`.trim() : check.value;
}
