// The forms of installations and loaners: drawn from a few declared fields, kept half-filled, checked before they are recorded.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { app, keepDraft, newItem, record, redraw, say } from "./app";
import { numberOf } from "./job";
import { prepared, thumb } from "./photos";
import { lastPlace } from "./place";
import { forgetSignature, signatureField, takeSignature } from "./signing";
import type { Item } from "./types";
import { icon, text } from "./ui";

export type Values = Record<string, string>;

export interface Ask {
  name: string;
  label: string;
  type?: "text" | "textarea" | "number" | "date" | "choice" | "buttons" | "ticks" | "photos" | "signature";
  required?: boolean;
  choices?: [string, string][];
  hint?: string;
  initial?: string;
  max?: number;
}

export interface Form {
  /** what the form is about: number/step or number/step/line; its draft is kept under it */
  key: string;
  asks: Ask[];
  button: string;
  sign?: string;
  style?: string;
  /** what else is drawn before the button, with what is typed now */
  more?: (values: Values) => unknown;
  /** what is wrong beside the fields themselves, by field */
  check?: (values: Values) => Values;
  /** the step to record from the answers */
  item: (fields: Values, files: Values) => Item;
  done?: () => void;
}

/** longest line of text, and of several */
const LINE = 200;
const MOST_PHOTOS = 12;

const drafts = new Map<string, Values>();
const errors = new Map<string, Values>();

/** Read half-filled forms of a project or a loaner back from the phone. */
export async function loadSiteDrafts(number: string): Promise<void> {
  for (const [key, values] of (await app.store?.draftsOf(`${number}/`)) ?? []) if (!drafts.has(key)) drafts.set(key, values);
}

export function forgetSiteDrafts(): void {
  drafts.clear();
  errors.clear();
}

export function draftOf(key: string): Values {
  return drafts.get(key) ?? {};
}

export function keep(key: string, change: Values | null): void {
  if (change === null) {
    drafts.delete(key);
    errors.delete(key);
    keepDraft(key, null);
    return;
  }
  const values = { ...drafts.get(key), ...change };
  drafts.set(key, values);
  keepDraft(key, values);
  redraw();
}

/** A step of an installation in the state that the project has on this phone. */
export function newSiteItem(number: string, step: string, fields: Values = {}, files: Values = {}): Item {
  return { ...newItem(number, step, fields, files), about: "installation" };
}

export function formView(form: Form): TemplateResult {
  const draft = draftOf(form.key);
  const wrong = errors.get(form.key) ?? {};
  const values = shown(form, draft);
  return html`<form novalidate data-form="${form.key}" @submit=${(event: Event) => void submit(event, form)}>
    ${form.asks.map((ask) => field(form, ask, values, wrong[ask.name]))}
    ${wrong[""] ? html`<div class="text-danger mb-2 is-invalid" role="alert">${wrong[""]}</div>` : nothing}
    ${form.more?.(values) ?? nothing}
    <button type="submit" class="btn ${form.style ?? "btn-primary"} w-100">${form.sign ? icon(form.sign) : nothing}${form.button}</button>
  </form>`;
}

/** What stands in the fields: what was typed, else what they begin with. */
function shown(form: Form, draft: Values): Values {
  return { ...Object.fromEntries(form.asks.map((ask) => [ask.name, ask.initial ?? ""])), ...draft };
}

function field(form: Form, ask: Ask, values: Values, wrong: string | undefined): TemplateResult {
  const id = `${form.key}-${ask.name}`.replaceAll("/", "-");
  const star = ask.required ? html` <span class="text-danger" aria-hidden="true">*</span>` : nothing;
  const hint = html`${wrong ? html`<div class="text-danger mt-1 is-invalid" role="alert">${wrong}</div>` : nothing}${ask.hint ? html`<small class="form-hint">${ask.hint}</small>` : nothing}`;
  if (ask.type === "signature") return html`${signatureField(form.key)}${hint}`;
  if (ask.type === "photos") return html`<div class="mb-3"><span class="form-label">${ask.label}${star}</span>${photos(form, ask, values)}${hint}</div>`;
  if (ask.type === "ticks" || ask.type === "buttons") return choices(form, ask, id, values, star, hint);
  return html`<div class="mb-3"><label class="form-label" for="${id}">${ask.label}${star}</label>${control(form, ask, id, values[ask.name] ?? "", wrong ? " is-invalid" : "")}${hint}</div>`;
}

function control(form: Form, ask: Ask, id: string, value: string, bad: string): TemplateResult {
  const typed = (event: Event) => keep(form.key, { [ask.name]: (event.target as HTMLInputElement).value });
  if (ask.type === "textarea") return html`<textarea class="form-control${bad}" id="${id}" name="${ask.name}" rows="3" maxlength="${ask.max ?? 1000}" .value=${live(value)} @input=${typed}></textarea>`;
  if (ask.type === "choice") {
    return html`<select class="form-select${bad}" id="${id}" name="${ask.name}" @change=${typed}><option value="">${text("choose")}</option>${ask.choices?.map(([key, label]) => html`<option value="${key}" .selected=${live(key === value)}>${label}</option>`)}</select>`;
  }
  return html`<input class="form-control${bad}" id="${id}" name="${ask.name}" type="${ask.type === "date" ? "date" : "text"}" inputmode="${ask.type === "number" ? "decimal" : nothing}" maxlength="${ask.type === "number" ? 18 : (ask.max ?? LINE)}" autocomplete="off" .value=${live(value)} @input=${typed}>`;
}

/** A few choices as buttons of which one is pressed, or ticks of which several are. */
function choices(form: Form, ask: Ask, id: string, values: Values, star: unknown, hint: unknown): TemplateResult {
  const many = ask.type === "ticks";
  const chosen = (values[ask.name] ?? "").split(",").filter(Boolean);
  const choose = (key: string) => {
    const rest = chosen.filter((one) => one !== key);
    keep(form.key, { [ask.name]: many ? (rest.length < chosen.length ? rest : [...rest, key]).join(",") : key });
  };
  const box = ([key, label]: [string, string]) =>
    many
      ? html`<label class="form-check j-tick"><input class="form-check-input" type="checkbox" name="${ask.name}" value="${key}" .checked=${live(chosen.includes(key))} @change=${() => choose(key)}><span class="form-check-label j-wrap">${label}</span></label>`
      : html`<input type="radio" class="btn-check" name="${id}" id="${id}-${key}" value="${key}" .checked=${live(chosen.includes(key))} @change=${() => choose(key)}><label class="btn" for="${id}-${key}">${label}</label>`;
  return html`<fieldset class="mb-3"><legend class="form-label mb-1">${ask.label}${star}</legend>${many ? ask.choices?.map(box) : html`<div class="btn-group w-100" role="group">${ask.choices?.map(box)}</div>`}${hint}</fieldset>`;
}

// Photos of a form: kept with it, so that they outlive a browser that was closed behind the camera

const pictures = (ask: Ask, values: Values) => Object.keys(values).filter((name) => name.startsWith(`${ask.name}-`) && values[name]);

function photos(form: Form, ask: Ask, values: Values): TemplateResult {
  const taken = pictures(ask, values);
  const take = async (event: Event) => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    for (const file of files) await keepPhoto(form, ask, file);
  };
  return html`<div class="j-photo-list mb-2">${taken.map((name) => thumb(values[name] ?? "", ask.label, true))}</div>
    ${taken.length < MOST_PHOTOS ? html`<label class="btn w-100">${icon("camera")}${text("take_photo")}<input type="file" class="visually-hidden" accept="image/*" capture="environment" multiple @change=${take}></label>` : nothing}`;
}

async function keepPhoto(form: Form, ask: Ask, file: File): Promise<void> {
  if (!file.type.startsWith("image/")) return say(text("no_picture"), "warning");
  const { blob, taken } = await prepared(file);
  const draft = draftOf(form.key);
  const picture = crypto.randomUUID();
  const name = `${ask.name}-${pictures(ask, draft).length}`;
  const values = { ...draft, [name]: picture, [`taken ${name}`]: taken };
  if (!(await app.store?.keepDraftPicture(form.key, values, picture, blob))) return say(text("phone_full"), "error");
  drafts.set(form.key, values);
  redraw();
}

// Recording

function lacking(form: Form, values: Values): Values {
  const found: Values = {};
  for (const ask of form.asks) {
    const value = (values[ask.name] ?? "").trim();
    if (ask.type === "signature") {
      if (ask.required && !takeSignature(form.key)) found[ask.name] = text("signature_missing");
    } else if (ask.type === "photos") {
      if (ask.required && !pictures(ask, values).length) found[ask.name] = text("photo_missing");
    } else if (ask.required && !value) found[ask.name] = text("must_fill");
    else if (ask.type === "number" && value && Number.isNaN(numberOf(value))) found[ask.name] = text("not_a_number");
  }
  return Object.keys(found).length ? found : (form.check?.(values) ?? {});
}

/** The answers as a step carries them: numbers plain, photos as files with when they were taken. */
function answers(form: Form, values: Values): [Values, Values] {
  const [fields, files]: [Values, Values] = [{}, {}];
  for (const ask of form.asks) {
    const value = (values[ask.name] ?? "").trim();
    if (ask.type === "photos") {
      const names = pictures(ask, values);
      if (!names.length) continue;
      names.forEach((name, n) => (files[ask.name === "paper" ? "paper" : `photo-${n}`] = values[name] ?? ""));
      Object.assign(fields, lastPlace(), { taken: names.map((name) => values[`taken ${name}`] ?? "").join(",") });
    } else if (ask.type === "signature") fields[ask.name] = takeSignature(form.key);
    else if (value) fields[ask.name] = ask.type === "number" ? String(numberOf(value)) : value;
  }
  return [fields, files];
}

async function submit(event: Event, form: Form): Promise<void> {
  event.preventDefault();
  const values = shown(form, draftOf(form.key));
  const wrong = lacking(form, values);
  errors.set(form.key, wrong);
  if (Object.keys(wrong).length) {
    redraw();
    requestAnimationFrame(() => document.querySelector(`[data-form="${form.key}"] .is-invalid`)?.scrollIntoView({ block: "center" }));
    return;
  }
  const [fields, files] = answers(form, values);
  if (!(await record([form.item(fields, files)]))) return;
  keep(form.key, null);
  forgetSignature(form.key);
  form.done?.();
  redraw();
}
