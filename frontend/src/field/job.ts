// A job as the technician sees it: what the server knows, and on top of it what was done on this phone since.
import { quoteFor, reckon } from "./charges";
import type { Check, Flow, Item, Kept, Line } from "./types";

export interface Photo {
  blob: string;
  sent: boolean;
}

export interface Job {
  kept: Kept;
  state: string;
  record: Record<string, string>;
  checks: Check[];
  lines: Line[];
  photos: Record<string, { known: number; own: Photo[] }>;
  signedBy: string;
  arrivedAt: string;
  items: Item[];
  waiting: number;
  refused: Item | undefined;
}

/** The job of `kept` with the queued steps applied in their order. */
export function jobOf(kept: Kept, queue: Item[], flow: Flow): Job {
  const items = queue.filter((item) => !item.about && item.number === kept.number);
  const pack = kept.pack;
  const record: Record<string, string> = {};
  for (const [name, value] of Object.entries(pack.record)) {
    record[name] = value === null ? "" : typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  }
  const job: Job = {
    kept,
    state: pack.state,
    record,
    checks: pack.checks.map((check) => ({ ...check })),
    lines: pack.lines.map((line) => ({ ...line })),
    photos: { before: { known: pack.photos["before"] ?? 0, own: [] }, after: { known: pack.photos["after"] ?? 0, own: [] } },
    signedBy: pack.signed.by,
    arrivedAt: "",
    items,
    waiting: items.filter((item) => item.state !== "done").length,
    refused: items.find((item) => item.state === "refused"),
  };
  for (const item of items) apply(job, item, flow);
  reckon(job);
  return job;
}

function apply(job: Job, item: Item, flow: Flow): void {
  const { step, fields } = item;
  const moves = flow.steps[step];
  if (moves?.target && item.step !== "note") job.state = moves.target;
  if (step === "arrive") job.arrivedAt = item.at;
  if (step === "sign") job.signedBy = fields["signed_by"] ?? "";
  if (step === "finding" || step === "test") Object.assign(job.record, fields);
  if (step === "check") answer(job, item);
  if (step === "part" || step === "labour" || step === "added") job.lines.push(lineOf(job, item));
  if (step === "line_remove") job.lines = job.lines.filter((line) => String(line.id) !== fields["line"]);
  if (step === "photos") {
    const group = job.photos[fields["purpose"] ?? ""];
    const blob = item.files["photos"];
    if (group && blob) group.own.push({ blob, sent: item.state === "done" });
  }
}

function answer(job: Job, item: Item): void {
  const check = job.checks.find((one) => String(one.id) === item.fields["check"]);
  if (!check) return;
  const value = item.fields["value"] ?? "";
  const blob = item.files["photo"];
  if (blob) check.blob = blob;
  check.value = value;
  check.answered = Boolean(value || blob);
  check.passed = check.answered ? inOrder(check, value) : null;
}

/** A number as people type it; NaN for what is none. */
export function numberOf(text: string): number {
  const plain = text.trim().replace("，", ".").replace(",", ".");
  return plain && /^[+-]?\d*\.?\d+$/.test(plain) ? Number(plain) : NaN;
}

/** Whether an answer is in order, by the limits that came with the check. */
export function inOrder(check: Check, value: string): boolean {
  if (check.kind === "yes_no") return value === "yes";
  if (check.kind !== "number") return true;
  const number = numberOf(value);
  return (check.minimum === null || number >= Number(check.minimum)) && (check.maximum === null || number <= Number(check.maximum));
}

function lineOf(job: Job, item: Item): Line {
  const { fields, step } = item;
  const catalogue = job.kept.pack.catalogue;
  const part = catalogue.parts[fields["part"] ?? ""];
  const labour = catalogue.labour[fields["labour"] ?? ""];
  const component = catalogue.components[fields["component"] ?? ""];
  const kind = step === "part" ? "parts" : (fields["kind"] ?? "other");
  const chosen = kind === "labour" ? labour : kind === "parts" ? part : undefined;
  const price = Number(fields["unit_price"] || chosen?.price || 0);
  const quantity = Number(fields["quantity"] || 1);
  return {
    id: null,
    key: item.key,
    sent: item.state === "done",
    kind,
    description: fields["description"] || chosen?.name || "",
    part: kind === "parts" && fields["part"] ? Number(fields["part"]) : null,
    source: fields["source"] === "van" ? "van" : "",
    component: component?.path ?? "",
    quantity: String(quantity),
    amount: (price * quantity).toFixed(2),
    customer_amount: "0.00",
    payer: "",
    payer_label: "",
    why: "",
    added: step === "added",
    consented_by: fields["consented_by"] ?? "",
    new_serial: fields["new_serial"] ?? "",
    old_serial: fields["old_serial"] ?? "",
    overridden: false,
    consumable: kind === "parts" && (part?.consumable ?? false),
  };
}

/** What the record still lacks before the job can be completed, in the words of the server. */
export function missing(job: Job): string[] {
  const { pack } = job.kept;
  const found: string[] = [];
  for (const check of job.checks) if (check.required && !check.answered) found.push(check.text);
  // a photo that a clause wants may have been taken since without network
  for (const wanted of pack.needs.photos ?? []) {
    if (!wanted.purposes.some((purpose) => job.photos[purpose]?.own.length)) found.push(wanted.text);
  }
  const labels = new Map<string, string>();
  for (const step of ["finding", "test"]) for (const field of pack.forms[step] ?? []) labels.set(field.name, field.label);
  for (const [name, text] of Object.entries(pack.needs.fields)) {
    if (!job.record[name]?.trim()) found.push(`${labels.get(name) ?? ""}：${text}`);
  }
  if (job.record["test_passed"] === "no") found.push(pack.needs.not_passed);
  return found;
}

/** What the customer pays of a line about to be added, and why. */
export function preview(job: Job, step: string, fields: Record<string, string>): { line: Line; sum: number } {
  const item = { key: "", number: "", step, fields, files: {}, at: "", offset: 0, state: "waiting" } as Item;
  const line = lineOf(job, item);
  const quote = quoteFor(job, line);
  line.why = quote?.why ?? "";
  line.payer = quote?.payer ?? "customer";
  line.payer_label = quote?.payer_label ?? "";
  return { line, sum: quote ? Number(quote.fixed || Number(line.amount) * Number(quote.factor)) : Number(line.amount) };
}
