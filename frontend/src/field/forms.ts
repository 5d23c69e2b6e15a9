// A form drawn from what the server declares for the step, checked before it is kept, its draft kept while it is typed.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { app, keepDraft, newItem, record } from "./app";
import { numberOf, type Job } from "./job";
import { scanInto } from "./scan";
import type { Spec } from "./types";
import { icon, text } from "./ui";
import { ordered, vanNow } from "./van";
import { sourceField } from "./vanview";

/** number/step → what was typed and not kept yet */
const drafts = new Map<string, Record<string, string>>();
const errors = new Map<string, Record<string, string>>();
const LONG_LIST = 25;
const SCANNED = ["old_serial", "new_serial"];

const keyOf = (job: Job, step: string) => `${job.kept.number}/${step}`;

/** Read half-filled forms of a job back from the phone. */
export async function loadDrafts(number: string): Promise<void> {
  for (const step of ["finding", "test", "part", "labour", "added", "sign"]) {
    const key = `${number}/${step}`;
    if (!drafts.has(key) && app.store) drafts.set(key, await app.store.draft(key));
  }
}

export function draftOf(job: Job, step: string): Record<string, string> {
  return drafts.get(keyOf(job, step)) ?? {};
}

export function setDraft(job: Job, step: string, values: Record<string, string> | null): void {
  const key = keyOf(job, step);
  if (values === null) drafts.delete(key);
  else drafts.set(key, values);
  keepDraft(key, values);
}

export function forgetDrafts(): void {
  drafts.clear();
  errors.clear();
}

export interface FormOptions {
  /** what stands in the fields when nothing was typed */
  values?: Record<string, string>;
  button: string;
  sign?: string;
  style?: string;
  /** further parts before the button, drawn with what is typed now */
  more?: (values: Record<string, string>) => unknown;
  /** fields that the view fills itself */
  own?: string[];
  /** what to add, or null to stop */
  finish?: (values: Record<string, string>) => Promise<Record<string, string> | null> | Record<string, string> | null;
  done?: () => void;
  /** the name of the redraw that follows typing */
  changed: () => void;
}

/** fields that choosing a part fills in */
const FILLED_IN = ["source", "component"];

export function stepForm(job: Job, step: string, options: FormOptions): TemplateResult {
  const specs = (job.kept.pack.forms[step] ?? []).filter((spec) => spec.type !== "hidden" && !options.own?.includes(spec.name));
  const draft = draftOf(job, step);
  const wrong = errors.get(keyOf(job, step)) ?? {};
  const value = (spec: Spec) => draft[spec.name] ?? options.values?.[spec.name] ?? spec.initial ?? "";
  const typed = (event: Event) => {
    const form = (event.target as Element).closest("form") as HTMLFormElement;
    const values = read(form, specs);
    sit(job, step, values, event.target as HTMLElement, draft);
    supply(specs, values, event.target as HTMLElement, draft);
    setDraft(job, step, values);
    options.changed();
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values = { ...read(form, specs) };
    for (const name of options.own ?? []) values[name] = draft[name] ?? "";
    // What the choice of a part filled in may not be drawn yet.
    const latest = draftOf(job, step);
    for (const name of FILLED_IN) if (name in values) values[name] = latest[name] ?? values[name] ?? "";
    const found = check(specs, values);
    errors.set(keyOf(job, step), found);
    const extra = Object.keys(found).length ? null : await (options.finish?.(values) ?? {});
    if (extra === null) {
      options.changed();
      document.querySelector(`#s-${step} .is-invalid`)?.scrollIntoView({ block: "center" });
      return;
    }
    const ok = await record([newItem(job.kept.number, step, { ...resolved(specs, values), ...extra })]);
    if (!ok) return;
    setDraft(job, step, null);
    form.reset();
    options.done?.();
    options.changed();
  };
  return html`<form novalidate data-step="${step}" @submit=${submit} @change=${typed} @input=${typed}>
    ${specs.map((spec) => html`${field(job, step, spec, value(spec), wrong[spec.name], draft[spec.name] !== undefined)}${spec.name === "quantity" && takesParts(specs) ? sourceField(step, partIn(specs, draft), draft["source"] ?? "", wrong["source"]) : nothing}`)}
    ${options.more?.(draft) ?? nothing}
    <button type="submit" class="btn ${options.style ?? "btn-primary"} w-100">${options.sign ? icon(options.sign) : nothing}${options.button}</button>
  </form>`;
}

function read(form: HTMLFormElement, specs: Spec[]): Record<string, string> {
  const data = new FormData(form);
  const values: Record<string, string> = {};
  for (const spec of specs) {
    const value = data.get(spec.name);
    values[spec.name] = typeof value === "string" ? value : "";
  }
  if (takesParts(specs)) values["source"] = data.get("source") === "van" ? "van" : "";
  return values;
}

const takesParts = (specs: Spec[]) => specs.some((spec) => spec.name === "part");

/** The key of the part that a form names, by its key or by its label. */
const partIn = (specs: Spec[], values: Record<string, string>) => resolved(specs.filter((spec) => spec.name === "part"), values)["part"] ?? "";

/** Choosing a part lets it come from the van where the van has one. */
function supply(specs: Spec[], values: Record<string, string>, target: HTMLElement, draft: Record<string, string>): void {
  if (!takesParts(specs) || target.getAttribute("name") !== "part" || values["part"] === draft["part"]) return;
  values["source"] = (vanNow().get(partIn(specs, values)) ?? 0) > 0 ? "van" : "";
}

/** Choosing a part fills in the component that it sits in, where the list of parts says so. */
function sit(job: Job, step: string, values: Record<string, string>, target: HTMLElement, draft: Record<string, string>): void {
  if (step !== "part" || target.getAttribute("name") !== "part" || values["part"] === draft["part"]) return;
  const spec = job.kept.pack.forms["part"]?.find((one) => one.name === "part");
  const key = spec ? (resolved([spec], values)["part"] ?? "") : "";
  const component = job.kept.pack.catalogue.parts[key]?.component;
  if (!component) return;
  const list = job.kept.pack.forms["part"]?.find((one) => one.name === "component");
  values["component"] = list && isLong(list) ? (list.choices?.find(([one]) => one === String(component))?.[1].trim() ?? "") : String(component);
}

/** Long lists are typed with suggestions; what was typed becomes the key again. */
function resolved(specs: Spec[], values: Record<string, string>): Record<string, string> {
  const plain = { ...values };
  for (const spec of specs) {
    const typed = values[spec.name]?.trim() ?? "";
    if (!isLong(spec) || !typed) continue;
    const found = spec.choices?.find(([, label]) => label.trim() === typed);
    plain[spec.name] = found?.[0] ?? "";
    // What is not in the list is kept in words.
    if (!found && "description" in plain && !plain["description"]) plain["description"] = typed;
  }
  return plain;
}

const isLong = (spec: Spec) => (spec.choices?.length ?? 0) > LONG_LIST && spec.type === "choice";

/** What is wrong with what was typed, by field, in the words of the app. The server looks at it again. */
function check(specs: Spec[], values: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const spec of specs) {
    const value = values[spec.name]?.trim() ?? "";
    if (spec.required && !value) found[spec.name] = text(spec.type === "tick" ? "must_agree" : "must_fill");
    else if (spec.type === "number" && value) {
      const number = numberOf(value);
      const low = spec.min_value !== undefined && number < spec.min_value;
      const high = spec.max_value !== undefined && number > spec.max_value;
      if (Number.isNaN(number)) found[spec.name] = text("not_a_number");
      else if (low || high) found[spec.name] = text("out_of_range");
      else if (spec.name === "quantity" && number === 0) found[spec.name] = text("out_of_range");
    }
  }
  if (values["source"] === "van") {
    const left = vanNow().get(partIn(specs, values)) ?? 0;
    if (numberOf(values["quantity"] || "1") > left) found["source"] = text("van_short", { n: Math.max(0, left) });
  }
  const names = new Set(specs.map((spec) => spec.name));
  const said = ["part", "labour", "description"].filter((name) => names.has(name));
  if (names.has("quantity") && said.length && !said.some((name) => values[name]?.trim())) found["description"] ??= text("say_what");
  return found;
}

function field(job: Job, step: string, spec: Spec, value: string, wrong: string | undefined, typed: boolean): TemplateResult {
  const id = `${step}-${spec.name}`;
  const bad = wrong ? " is-invalid" : "";
  const star = spec.required ? html` <span class="text-danger" aria-hidden="true">*</span>` : nothing;
  const hint = html`${wrong ? html`<div class="text-danger mt-1" role="alert">${wrong}</div>` : nothing}${
    spec.help ? html`<small class="form-hint">${spec.help}</small>` : nothing
  }`;
  if (spec.type === "tick") {
    return html`<div class="mb-3"><label class="form-check j-tick"><input class="form-check-input${bad}" type="checkbox" name="${spec.name}" .checked=${live(value === "on")}><span class="form-check-label">${spec.label}${star}</span></label>${hint}</div>`;
  }
  if (spec.type === "radio") return radio(id, spec, value, star, hint);
  const label = html`<label class="form-label" for="${id}">${spec.label}${star}</label>`;
  return html`<div class="mb-3">${label}${control(job, id, spec, value, bad, typed)}${hint}</div>`;
}

function radio(id: string, spec: Spec, value: string, star: unknown, hint: unknown): TemplateResult {
  return html`<fieldset class="mb-3"><legend class="form-label mb-1">${spec.label}${star}</legend><div class="btn-group w-100" role="group">
    ${spec.choices?.map(
      ([key, label]) => html`<input type="radio" class="btn-check" name="${spec.name}" id="${id}-${key}" value="${key}" .checked=${live(value === key)}><label class="btn" for="${id}-${key}">${label}</label>`,
    )}
  </div>${hint}</fieldset>`;
}

/** How many of each choice are in the van, where parts are chosen. */
const held = (spec: Spec) => (spec.name === "part" ? vanNow() : new Map<string, number>());

function control(job: Job, id: string, spec: Spec, value: string, bad: string, typed: boolean): TemplateResult {
  const most = spec.max_length ?? nothing;
  if (spec.type === "textarea") {
    return html`<textarea class="form-control${bad}" id="${id}" name="${spec.name}" rows="2" maxlength="${most}" .value=${live(value)}></textarea>`;
  }
  if (isLong(spec)) {
    // What was typed is shown as it is, also where it looks like a key.
    const shown = typed ? value : (spec.choices?.find(([key]) => key === value)?.[1].trim() ?? value);
    return html`<input class="form-control${bad}" id="${id}" name="${spec.name}" list="${id}-list" autocomplete="off" placeholder="${text("type_or_choose")}" .value=${live(shown)}>
      <datalist id="${id}-list">${ordered(spec, held(spec)).map(([, label, left]) => html`<option value="${label.trim()}">${left > 0 ? text("in_van", { n: left }) : ""}</option>`)}</datalist>`;
  }
  if (spec.type === "choice") {
    return html`<select class="form-select${bad}" id="${id}" name="${spec.name}">
      <option value="">${text("choose")}</option>
      ${ordered(spec, held(spec)).map(([key, label, left]) => html`<option value="${key}" .selected=${live(key === value)}>${label}${left > 0 ? ` · ${text("in_van", { n: left })}` : ""}</option>`)}
    </select>`;
  }
  const input = html`<input class="form-control${bad}" id="${id}" name="${spec.name}" type="${spec.type === "instant" ? "datetime-local" : "text"}" inputmode="${spec.type === "number" ? "decimal" : nothing}" maxlength="${most}" autocomplete="off" .value=${live(value)}>`;
  if (!SCANNED.includes(spec.name)) return input;
  const scan = async (event: Event) => {
    const target = (event.currentTarget as HTMLElement).parentElement?.querySelector("input");
    const code = await scanInto(job.kept.pack.unit);
    if (!code || !target) return;
    target.value = code;
    target.dispatchEvent(new Event("change", { bubbles: true }));
  };
  return html`<div class="input-group">${input}<button type="button" class="btn" @click=${scan}>${icon("scan")}${text("scan")}</button></div>`;
}
