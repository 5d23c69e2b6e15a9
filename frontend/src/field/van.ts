// The van as the technician sees it: what the server said lies in it, less what was recorded on this phone since.
import { app } from "./app";
import type { Item, Spec, VanPart } from "./types";

/** Whether a step changes the van and the server's word does not know of it yet. */
function counts(item: Item): boolean {
  return !item.counted && item.state !== "refused" && !item.about;
}

/** Part → how many were taken on this phone (put back: negative) that the server's word does not hold yet. */
function taken(): Map<string, number> {
  const found = new Map<string, number>();
  const add = (part: string, quantity: number) => part && found.set(part, (found.get(part) ?? 0) + quantity);
  for (const item of app.queue) {
    if (!counts(item)) continue;
    const { fields, step } = item;
    const isPart = step === "part" || (step === "added" && fields["kind"] === "parts");
    if (isPart && fields["source"] === "van") add(fields["part"] ?? "", amount(fields["quantity"]));
    if (step !== "line_remove") continue;
    const line = app.kept.find((one) => one.number === item.number)?.pack.lines.find((one) => String(one.id) === fields["line"]);
    if (line?.source === "van") add(String(line.part ?? ""), -amount(line.quantity));
  }
  return found;
}

function amount(text: string | undefined): number {
  const number = Number((text ?? "1").replace("，", ".").replace(",", ".") || 1);
  return Number.isNaN(number) ? 0 : number;
}

/** Sums of hundredths stay hundredths. */
const round = (number: number) => Math.round(number * 100) / 100;

/** Part → how many are still in the van, as far as the phone knows. */
export function vanNow(): Map<string, number> {
  const less = taken();
  const found = new Map<string, number>();
  for (const part of app.meta?.van ?? []) found.set(String(part.id), round(Number(part.quantity) - (less.get(String(part.id)) ?? 0)));
  return found;
}

export interface Held {
  part: VanPart;
  /** how many are left, and how many of the server's number were used on this phone and not sent */
  left: number;
  unsent: number;
}

export function vanList(): Held[] {
  const less = taken();
  return (app.meta?.van ?? []).map((part) => {
    const unsent = round(less.get(String(part.id)) ?? 0);
    return { part, left: round(Number(part.quantity) - unsent), unsent };
  });
}

/** The parts of a list, those in the van first, with how many there are. */
export function ordered(spec: Spec, held: Map<string, number>): [string, string, number][] {
  const all = (spec.choices ?? []).map(([key, label]): [string, string, number] => [key, label, held.get(key) ?? 0]);
  return spec.name === "part" ? [...all.filter(([, , left]) => left > 0), ...all.filter(([, , left]) => left <= 0)] : all;
}
