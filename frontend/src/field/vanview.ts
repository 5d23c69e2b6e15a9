// My van: everything in it, also without network; where a part comes from; and a part that was gone.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { app, drop, keepElsewhere, redraw, retry, say } from "./app";
import { clockText } from "./clock";
import type { Job } from "./job";
import type { Item } from "./types";
import { confirmed, icon, text } from "./ui";
import { vanList, vanNow, type Held } from "./van";
import { describe } from "./words";

/** from so many parts on there is a box to find one */
const MANY = 8;
let sought = "";

export function vanView(): TemplateResult {
  const all = vanList();
  const wanted = sought.trim().toLowerCase();
  const found = all.filter(({ part }) => `${part.code} ${part.name}`.toLowerCase().includes(wanted));
  const type = (event: Event) => {
    sought = (event.target as HTMLInputElement).value;
    redraw();
  };
  return html`<div class="j-public-heading"><h1>${text("my_van")}</h1><p class="j-subtitle">${all.length ? text("van_parts", { n: all.length }) : nothing}${app.meta ? ` · ${text("as_of", { at: clockText(app.meta.synced) })}` : nothing}</p></div>
    ${all.length > MANY ? html`<input class="form-control mb-3" type="search" id="van-find" placeholder="${text("van_find")}" aria-label="${text("van_find")}" autocomplete="off" .value=${live(sought)} @input=${type}>` : nothing}
    ${all.length
      ? html`<section class="card" id="van"><ul class="list-group list-group-flush">${found.map(row)}${found.length ? nothing : html`<li class="list-group-item text-secondary">${text("van_none_found")}</li>`}</ul></section>`
      : html`<div class="empty"><div class="j-empty-icon">${icon("package")}</div><p class="empty-title">${text("van_empty")}</p><p class="text-secondary">${text("van_empty_hint")}</p></div>`}`;
}

function row({ part, left, unsent }: Held): TemplateResult {
  return html`<li class="list-group-item d-flex justify-content-between align-items-center gap-3 ${left > 0 ? "" : "text-secondary"}" data-van-part="${part.code}">
    <span class="j-wrap">${part.name}<br><small class="j-number text-secondary">${part.code}</small>${unsent > 0 ? html`<br><small class="text-warning">${icon("cloud-upload")} ${text("van_unsent", { n: unsent })}</small>` : nothing}</span>
    <span class="text-nowrap"><strong class="fs-3 j-number" data-left>${left}</strong> ${part.unit}</span></li>`;
}

// Where a part comes from

/** The choice between the van and elsewhere, for a part that is in the van; nothing for others. */
export function sourceField(step: string, part: string, value: string, wrong: string | undefined): unknown {
  const left = vanNow().get(part);
  if (!part || left === undefined) return nothing;
  const choice = (key: string, words: string, off = false) =>
    html`<input type="radio" class="btn-check" name="source" id="${step}-source-${key || "elsewhere"}" value="${key}" ?disabled=${off} .checked=${live(value === key)}><label class="btn" for="${step}-source-${key || "elsewhere"}">${words}</label>`;
  return html`<fieldset class="mb-3" data-source><legend class="form-label mb-1">${text("source")}</legend><div class="btn-group w-100" role="group">
      ${choice("van", `${text("from_van")} (${left})`, left <= 0 && value !== "van")}${choice("", text("from_elsewhere"))}
    </div>${wrong ? html`<div class="text-danger mt-1 is-invalid" role="alert">${wrong}</div>` : nothing}</fieldset>`;
}

// A part that was gone

/** What happened to a step that wanted a part which the van no longer had, and what can be done about it. */
export function goneView(job: Job, item: Item): TemplateResult {
  const keep = async () => {
    await keepElsewhere(item);
    say(text("gone_kept"), "success");
  };
  const away = async () => {
    if (await confirmed(text("drop_one"), text("drop"))) await drop([item]);
  };
  return html`<div class="alert alert-danger" role="alert" id="s-refused" data-code="part_gone"><div>
    <h3 class="alert-title">${text("gone_title")}</h3>
    <div>${describe(item, job)}</div>
    ${item.refusal?.details.length ? html`<div class="mt-1 fw-bold">${item.refusal.details.join("；")}</div>` : nothing}
    <div class="mt-1">${text("gone_words")}</div>
    <button class="btn btn-primary w-100 mt-2" data-keep @click=${() => void keep()}>${icon("check")}${text("gone_keep")}</button>
    <small class="text-secondary d-block mt-1">${text("gone_told")}</small>
    <div class="j-choices mt-2">
      <button class="btn btn-outline-danger" data-drop @click=${() => void away()}>${icon("trash")}${text("gone_drop")}</button>
      <button class="btn" data-retry @click=${() => void retry(job.kept.number)}>${icon("refresh")}${text("retry")}</button>
    </div>
  </div></div>`;
}
