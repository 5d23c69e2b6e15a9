// What is charged and why, by the quotes that the server sent with the job; they come from its own rules.
import type { Job } from "./job";
import type { Line, Quote } from "./types";

/** The component that labour and travel follow: that of the first part that names one. */
function usual(job: Job): string {
  return job.lines.find((line) => line.kind === "parts" && line.component)?.component ?? "";
}

export function causeClass(job: Job): string {
  return job.kept.pack.catalogue.causes[job.record["cause"] ?? ""] ?? "";
}

/** The quote for a line: of its component, else of the whole. */
export function quoteFor(job: Job, line: Line): Quote | undefined {
  const plain = line.added || line.kind === "other";
  const component = line.component || (plain ? "" : usual(job));
  const { quotes } = job.kept.pack;
  // A class of causes that no clause speaks of has no quotes of its own.
  const named = causeClass(job);
  const cause = quotes.some((quote) => quote.cause === named) ? named : "";
  const own = quotes.filter(
    (quote) =>
      quote.kind === line.kind &&
      quote.cause === cause &&
      quote.added === line.added &&
      quote.consumable === Boolean(line.consumable && line.kind === "parts"),
  );
  return own.find((quote) => quote.component === component) ?? own.find((quote) => quote.component === "");
}

/** Reckon the lines anew where the server has not done so yet. */
export function reckon(job: Job): void {
  const changed = job.lines.some((line) => line.id === null) || job.items.some((item) => item.step === "finding" || item.step === "line_remove");
  if (!changed) return;
  const fixed = new Set<string>();
  for (const line of job.lines) {
    if (line.overridden) continue;
    const quote = quoteFor(job, line);
    if (!quote) {
      if (line.id === null) [line.customer_amount, line.payer, line.estimate] = [line.amount, "customer", true];
      continue;
    }
    const group = `${quote.kind}/${quote.fixed}/${quote.why}`;
    let sum = Number(line.amount) * Number(quote.factor);
    if (quote.fixed) sum = fixed.has(group) ? 0 : Number(quote.fixed);
    if (quote.fixed) fixed.add(group);
    line.customer_amount = quote.payer === "customer" ? sum.toFixed(2) : "0.00";
    [line.payer, line.payer_label, line.why, line.estimate] = [quote.payer, quote.payer_label, quote.why, quote.estimate];
  }
}

/** What the customer pays in all, and whether a clause may make it less. */
export function total(job: Job): { sum: string; estimate: boolean } {
  const fen = job.lines.reduce((sum, line) => sum + Math.round(Number(line.customer_amount) * 100), 0);
  return { sum: (fen / 100).toFixed(2), estimate: job.lines.some((line) => line.estimate && Number(line.customer_amount) > 0) };
}

const YUAN = new Intl.NumberFormat("zh-CN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

export function money(value: string | number): string {
  return `¥${YUAN.format(Number(value))}`;
}
