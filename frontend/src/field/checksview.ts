// The checklist: the machine first, then the conduct on site. Numbers are judged at once by the limits that came along.
import { html, nothing, type TemplateResult } from "lit-html";
import { newItem, record, say } from "./app";
import { numberOf, type Job } from "./job";
import { keepCheckPhoto, thumb } from "./photos";
import type { Check } from "./types";
import { icon, section, text } from "./ui";

export function checksSection(job: Job): TemplateResult {
  const groups = (["work", "conduct"] as const).map((purpose) => [purpose, job.checks.filter((check) => check.purpose === purpose)] as const);
  return html`${groups.map(([purpose, checks]) => {
    if (!checks.length && purpose === "conduct") return nothing;
    const count = `${checks.filter((check) => check.answered).length} / ${checks.length}`;
    const body = checks.length
      ? html`<ul class="list-group list-group-flush">${checks.map((check) => row(job, check))}</ul>`
      : html`<div class="card-body text-secondary">${text("no_checklist")}</div>`;
    return section(purpose === "work" ? "checks" : "conduct", text(purpose === "work" ? "checklist" : "conduct"), purpose === "work" ? "list-check" : "user-check", body, count);
  })}`;
}

async function answer(job: Job, check: Check, value: string): Promise<void> {
  if (value === check.value) return;
  if (check.kind === "number" && value && Number.isNaN(numberOf(value))) return say(text("check_number", { check: check.text }), "warning");
  await record([newItem(job.kept.number, "check", { check: String(check.id), value })]);
}

function row(job: Job, check: Check): TemplateResult {
  const out = check.kind === "number" && check.answered && check.passed === false;
  return html`<li class="list-group-item" id="check-${check.id}">
    <div class="d-flex justify-content-between align-items-center gap-2">
      <div><label for="${check.kind === "yes_no" ? nothing : `value-${check.id}`}">${check.text}${check.required ? html` <span class="text-danger" aria-hidden="true">*</span>` : nothing}</label>${check.limits ? html`<div class="text-secondary j-number">${check.limits}</div>` : nothing}</div>
      ${control(job, check, out)}
    </div>
    ${out ? html`<div class="text-danger mt-1" role="status">${icon("alert-triangle")} ${text("out_of_limits")}</div>` : nothing}
    ${check.blob ? html`<div class="j-photo-list">${thumb(check.blob, check.text, true)}</div>` : nothing}
  </li>`;
}

function control(job: Job, check: Check, out: boolean): TemplateResult {
  if (check.kind === "yes_no") {
    const button = (value: string, style: string) =>
      html`<button type="button" value="${value}" class="btn ${check.value === value ? style : ""}" aria-pressed="${check.value === value}" @click=${() => void answer(job, check, value)}>${text(value)}</button>`;
    return html`<div class="btn-group flex-shrink-0" role="group" aria-label="${check.text}">${button("yes", "btn-success")}${button("no", "btn-danger")}</div>`;
  }
  if (check.kind === "photo") {
    const take = async (event: Event) => {
      const input = event.target as HTMLInputElement;
      const file = input.files?.[0];
      input.value = "";
      if (file) await keepCheckPhoto(job, check, file);
    };
    return html`<label class="btn flex-shrink-0">${icon("camera")}${text(check.answered ? "again" : "photo")}<input id="value-${check.id}" type="file" class="visually-hidden" accept="image/*" capture="environment" @change=${take}></label>`;
  }
  const keep = (event: Event) => void answer(job, check, (event.target as HTMLInputElement).value.trim());
  return html`<div class="input-group flex-shrink-0 ${check.kind === "number" ? "j-narrow" : "j-medium"}">
    <input id="value-${check.id}" class="form-control${out ? " is-invalid" : ""}" maxlength="120" inputmode="${check.kind === "number" ? "decimal" : nothing}" autocomplete="off" .value=${check.value} @change=${keep}>
    ${check.unit ? html`<span class="input-group-text">${check.unit}</span>` : nothing}
  </div>`;
}
