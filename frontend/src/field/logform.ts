// The form of an entry: what happened, values read off, photos. Half-filled it outlives a browser that was closed.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { app, keepDraft, newLogItem, record, redraw, say } from "./app";
import { present } from "./clock";
import { numberOf } from "./job";
import type { Log, Reading, Shift } from "./log";
import { prepared, thumb } from "./photos";
import { icon, section, text } from "./ui";

const MOST_PHOTOS = 9;
/** values that are offered at first, more on demand */
const FIRST = 6;

/** log → what was typed and not written yet */
const drafts = new Map<string, Record<string, string>>();
const errors = new Map<string, Record<string, string>>();

const keyOf = (number: string) => `${number}/entry`;

/** Read the half-filled entry of a log back from the phone. */
export async function loadLogDraft(number: string): Promise<void> {
  const key = keyOf(number);
  if (!drafts.has(key) && app.store) drafts.set(key, await app.store.draft(key));
}

export function forgetLogDrafts(): void {
  drafts.clear();
  errors.clear();
}

function keep(log: Log, change: Record<string, string>): void {
  const key = keyOf(log.kept.number);
  const values = { ...drafts.get(key), ...change };
  drafts.set(key, values);
  keepDraft(key, values);
  redraw();
}

interface Row {
  n: number;
  name: string;
  value: string;
  unit: string;
  /** known to the log: only the value is typed */
  known: boolean;
}

/** Values that the log has had lately, then those that were added in this entry. */
function rowsOf(log: Log, draft: Record<string, string>): Row[] {
  const known = log.readings.slice(0, FIRST).map(([name, unit]): [string, string, boolean] => [name, unit, true]);
  const more = Array.from({ length: Number(draft["more"] ?? 0) }, (): [string, string, boolean] => ["", "", false]);
  return [...known, ...more].map(([name, unit, is], n) => ({
    n,
    name: is ? name : (draft[`name-${n}`] ?? ""),
    value: draft[`value-${n}`] ?? "",
    unit: is ? unit : (draft[`unit-${n}`] ?? ""),
    known: is,
  }));
}

export function entryForm(log: Log, shift: Shift): TemplateResult {
  const key = keyOf(log.kept.number);
  const draft = drafts.get(key) ?? {};
  const wrong = errors.get(key) ?? {};
  const typed = (event: Event) => {
    const field = event.target as HTMLInputElement;
    if (field.name && field.type !== "file") keep(log, { [field.name]: field.value });
  };
  const send = (event: Event) => {
    event.preventDefault();
    void write(log, shift, event.target as HTMLFormElement);
  };
  const problem = (name: string) => (wrong[name] ? html`<div class="text-danger mt-1 is-invalid" role="alert">${wrong[name]}</div>` : nothing);
  return section("entry", text("log_new"), "pencil", html`<form class="card-body" novalidate id="entry-form" @input=${typed} @submit=${send}>
    <div class="mb-3"><label class="form-label" for="entry-kind">${text("log_kind")}</label><select class="form-select" id="entry-kind" name="kind">${log.kept.pack.kinds.map(([value, label]) => html`<option value="${value}" .selected=${live(value === (draft["kind"] ?? log.kept.pack.kinds[0]?.[0]))}>${label}</option>`)}</select></div>
    <div class="mb-3"><label class="form-label" for="entry-text">${text("log_what")}</label><textarea class="form-control" id="entry-text" name="text" rows="2" maxlength="1000" .value=${live(draft["text"] ?? "")}></textarea>${problem("text")}</div>
    <fieldset class="mb-3"><legend class="form-label mb-1">${text("log_readings")}</legend>${rowsOf(log, draft).map((row) => reading(row, problem(`value-${row.n}`)))}
      <button type="button" class="btn w-100" id="more-values" @click=${() => keep(log, { more: String(Number(draft["more"] ?? 0) + 1) })}>${icon("plus")}${text("log_more_values")}</button>${problem("readings")}</fieldset>
    ${pictures(log, draft)}
    <div class="mb-3"><label class="form-label" for="entry-when">${text("log_when")}</label><input class="form-control" id="entry-when" name="when" type="datetime-local" .value=${live(draft["when"] ?? "")}>${problem("when")}</div>
    <button type="submit" class="btn btn-primary btn-lg w-100">${icon("check")}${text("log_write")}</button>
  </form>`);
}

function reading(row: Row, problem: unknown): TemplateResult {
  const value = html`<input class="form-control" id="value-${row.n}" name="value-${row.n}" inputmode="decimal" maxlength="20" autocomplete="off" aria-label="${row.known ? nothing : text("log_value")}" placeholder="${row.known ? "" : text("log_value")}" .value=${live(row.value)}>`;
  if (row.known) {
    return html`<div class="d-flex justify-content-between align-items-center gap-2 mb-2"><label class="j-wrap" for="value-${row.n}">${row.name}</label><div class="input-group flex-shrink-0 j-narrow">${value}${row.unit ? html`<span class="input-group-text">${row.unit}</span>` : nothing}</div></div>${problem}`;
  }
  return html`<div class="input-group mb-2"><input class="form-control" name="name-${row.n}" maxlength="60" autocomplete="off" aria-label="${text("log_value_name")}" placeholder="${text("log_value_name")}" .value=${live(row.name)}>${value}<input class="form-control" name="unit-${row.n}" maxlength="20" autocomplete="off" aria-label="${text("log_unit")}" placeholder="${text("log_unit")}" .value=${live(row.unit)}></div>${problem}`;
}

function pictures(log: Log, draft: Record<string, string>): TemplateResult {
  const own = photosOf(draft);
  const take = async (event: Event) => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    for (const file of files) await keepPhoto(log, file);
  };
  return html`<div class="mb-3">${own.length ? html`<div class="j-photo-list mb-2">${own.map(([, picture]) => thumb(picture, text("photo"), true))}</div>` : nothing}
    ${own.length < MOST_PHOTOS ? html`<label class="btn w-100">${icon("camera")}${text("take_photo")}<input type="file" class="visually-hidden" accept="image/*" capture="environment" multiple @change=${take}></label>` : nothing}</div>`;
}

/** The pictures of a half-filled entry by the names of their fields. */
function photosOf(draft: Record<string, string>): [string, string][] {
  return Object.entries(draft).filter(([name]) => name.startsWith("photo-"));
}

/** A photo is kept with the half-filled form, so that it outlives a browser that was closed behind the camera. */
async function keepPhoto(log: Log, file: File): Promise<void> {
  if (!file.type.startsWith("image/")) return say(text("no_picture"), "warning");
  const key = keyOf(log.kept.number);
  const n = photosOf(drafts.get(key) ?? {}).length;
  if (n >= MOST_PHOTOS) return;
  const { blob, taken } = await prepared(file);
  const picture = crypto.randomUUID();
  const values = { ...drafts.get(key), [`photo-${n}`]: picture, [`taken-${n}`]: taken };
  if (!(await app.store?.keepDraftPicture(key, values, picture, blob))) return say(text("phone_full"), "error");
  drafts.set(key, values);
  redraw();
}

/** What is wrong with what was typed, by field, in the words of the app. The server looks at it again. */
function check(rows: Row[], draft: Record<string, string>, shift: Shift): Record<string, string> {
  const found: Record<string, string> = {};
  const filled = rows.filter((row) => row.value.trim());
  for (const row of filled) {
    if (Number.isNaN(numberOf(row.value))) found[`value-${row.n}`] = text("not_a_number");
    else if (!row.name.trim()) found[`value-${row.n}`] = text("must_fill");
  }
  if (new Set(filled.map((row) => row.name.trim())).size < filled.length) found["readings"] = text("log_twice");
  if (!draft["text"]?.trim() && !filled.length && !photosOf(draft).length) found["text"] = text("log_empty");
  const when = draft["when"] ? Date.parse(draft["when"]) : NaN;
  if (when > present().getTime()) found["when"] = text("log_future");
  else if (when < Math.floor(Date.parse(shift.began_at) / 60_000) * 60_000) found["when"] = text("log_before");
  return found;
}

async function write(log: Log, shift: Shift, form: HTMLFormElement): Promise<void> {
  const key = keyOf(log.kept.number);
  const draft = drafts.get(key) ?? {};
  const rows = rowsOf(log, draft);
  const wrong = check(rows, draft, shift);
  errors.set(key, wrong);
  if (Object.keys(wrong).length) {
    redraw();
    requestAnimationFrame(() => document.querySelector("#entry-form .is-invalid")?.scrollIntoView({ block: "center" }));
    return;
  }
  const readings = rows.filter((row) => row.value.trim()).map((row): Reading => [row.name.trim(), row.value.trim(), row.unit.trim()]);
  const fields: Record<string, string> = { shift: shift.number, kind: draft["kind"] ?? log.kept.pack.kinds[0]?.[0] ?? "", text: draft["text"]?.trim() ?? "", readings: JSON.stringify(readings) };
  if (draft["when"]) fields["when"] = new Date(draft["when"]).toISOString();
  const files: Record<string, string> = {};
  for (const [name, picture] of photosOf(draft)) {
    files[name] = picture;
    fields[name.replace("photo-", "taken-")] = draft[name.replace("photo-", "taken-")] ?? "";
  }
  if (!(await record([newLogItem(log.kept.number, "entry", fields, files)]))) return;
  drafts.delete(key);
  keepDraft(key, null);
  form.reset();
  say(text("kept"), "success");
}
