// A recorded step in one line: for the list of what waits, and for a note to the dispatcher.
import { text } from "../parts/texts";
import { clockText } from "./clock";
import type { Job } from "./job";
import type { Site } from "./installation";
import { siteWords } from "./installationwords";
import { loanWords } from "./loanview";
import { clipWords } from "./clip";
import { lateWords } from "./late";
import { writtenWords, type Log } from "./log";
import type { Item, Spec } from "./types";
import { shown, type Walk } from "./walk";

/** The name of a step. */
export function nameOf(step: string, label = ""): string {
  const known = text(`step_${step}`);
  return known === `step_${step}` ? label || step : known;
}

/** What was recorded, such as “11-22 10:05 检查项：高压压力 2.1 MPa”. */
export function describe(item: Item, about: Job | Walk | Log | Site | undefined): string {
  if (item.about === "installation") return `${clockText(item.at)} ${nameOf(item.step === "note" ? "note" : `site_${item.step}`)}${siteWords(item, about as Site | undefined)}`;
  if (item.about === "loaner") return `${clockText(item.at)} ${nameOf(`loan_${item.step}`)}${loanWords(item)}`;
  if (item.about === "log") return `${clockText(item.at)} ${nameOf(`log_${item.step}`)}${writtenWords(item, about as Log | undefined)}`;
  const said = item.about === "round" ? walked(item, about as Walk | undefined) : details(item, about as Job | undefined);
  return `${clockText(item.at)} ${nameOf(item.about === "round" && item.step !== "note" ? `walk_${item.step}` : item.step)}${said}`;
}

function walked(item: Item, walk: Walk | undefined): string {
  const { fields } = item;
  if (item.step === "note") return fields["text"] ? "" : `：${text("photo")}`;
  const point = walk?.points.find((one) => String(one.id) === fields["point"]);
  const answers = (point?.checks ?? []).map((check) => {
    const value = shown({ ...check, value: fields[`check-${check.key}`] ?? "" }, text("yes"), text("no"));
    return value ? `${check.text} ${value}` : item.files[`photo-${check.key}`] ? `${check.text} ${text("photo")}` : "";
  });
  const said = [point?.name, ...answers, fields["reason"], fields["remark"]].filter(Boolean);
  return said.length ? `：${said.join("；")}` : "";
}

function details(item: Item, job: Job | undefined): string {
  const { fields } = item;
  if (item.step === "check") {
    const check = job?.kept.pack.checks.find((one) => String(one.id) === fields["check"]);
    const value = check?.kind === "yes_no" ? text(fields["value"] === "yes" ? "yes" : "no") : (fields["value"] ?? "");
    return `：${check?.text ?? ""} ${value} ${value && check?.kind === "number" ? check.unit : ""}`.trimEnd();
  }
  if (item.step === "photos") return `：${text(fields["purpose"] === "after" ? "after" : "before")}`;
  if (item.step === "delay" || item.step === "customer_late") return lateWords(fields);
  if (item.step === "video") return clipWords(fields);
  if (item.step === "line_remove") {
    return `：${job?.kept.pack.lines.find((line) => String(line.id) === fields["line"])?.description ?? ""}`;
  }
  if (item.step === "note") return fields["text"] ? "" : `：${text("photo")}`;
  const specs = job?.kept.pack.forms[item.step] ?? [];
  const said = specs.map((spec) => said_(spec, fields[spec.name] ?? "")).filter(Boolean);
  if (fields["source"] === "van") said.push(text("from_van"));
  return said.length ? `：${said.join("；")}` : "";
}

function said_(spec: Spec, value: string): string {
  if (!value || ["hidden", "signature", "file", "tick"].includes(spec.type)) return "";
  const shown = spec.choices?.find(([key]) => key === value)?.[1].trim() ?? value;
  return `${spec.label} ${shown}`;
}
