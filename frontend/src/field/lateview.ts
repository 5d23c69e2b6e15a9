// Late: the customer is told the new time as soon as there is a network. And how long somebody waited for the customer.
import { html, nothing, type TemplateResult } from "lit-html";
import { newItem, record, redraw, say } from "./app";
import { clockText, day, hour, present } from "./clock";
import type { Job } from "./job";
import { later, MOST_MINUTES, mayDelay, mayWait, notedOf, waited, wrongTime, type Noted } from "./late";
import { folded, icon, text } from "./ui";

const CHOICES = [15, 30, 60, 120];
/** number → what is wrong with what was typed */
const wrong = new Map<string, string>();

/** What was noted of this visit, and whether the customer knows it. */
export function lateNotes(job: Job): unknown {
  const noted = notedOf(job);
  if (!noted.length) return nothing;
  return html`<div class="card" id="late-notes"><ul class="list-group list-group-flush">${noted.map(row)}</ul></div>`;
}

function row(one: Noted): TemplateResult {
  const waits = one.item !== undefined && one.item.state !== "done";
  const words = one.kind === "delay" ? text("late_said", { at: shortly(one.expected_at ?? "") }) : text("customer_late_said", { n: one.minutes ?? 0 });
  return html`<li class="list-group-item" data-note="${one.kind}"><div>${icon(one.kind === "delay" ? "clock-exclamation" : "hourglass")} ${words} <small class="text-secondary j-number">${clockText(one.at)}</small></div>
    ${one.reason ? html`<div class="text-secondary">${one.reason}</div>` : nothing}
    ${one.untold ? html`<div class="text-secondary">${text("late_untold", { why: one.untold })}</div>` : nothing}
    ${waits ? html`<div class="text-warning">${icon("cloud-upload")} ${one.kind === "delay" ? text("late_waiting") : text("not_sent")}</div>` : nothing}</li>`;
}

/** A time of today without its day. */
const shortly = (iso: string) => (day(new Date(iso)) === day(present()) ? hour(iso) : clockText(iso));

export function lateForms(job: Job): TemplateResult {
  return html`${mayDelay(job) ? folded("delay", text("late_title"), "clock-exclamation", () => delayForm(job)) : nothing}
    ${mayWait(job) ? folded("customer-late", text("customer_late"), "hourglass", () => waitForm(job)) : nothing}`;
}

/** An instant as the input for date and time wants it. */
function typed(moment: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${day(moment)}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

function delayForm(job: Job): TemplateResult {
  const number = job.kept.number;
  const problem = wrong.get(`${number}/delay`);
  const agreed = job.kept.pack.appointment.from ?? "";
  const choose = (minutes: number) => (event: Event) => {
    const input = (event.target as HTMLElement).closest("form")?.querySelector<HTMLInputElement>("[name=expected]");
    if (input) input.value = typed(later(job, minutes));
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const expected = Date.parse(valueOf(form, "expected"));
    const found = wrongTime(job, expected);
    wrong.set(`${number}/delay`, found);
    if (found) return redraw();
    const fields = { expected_at: new Date(expected).toISOString(), reason: valueOf(form, "reason"), agreed };
    done(form, await record([newItem(number, "delay", fields)]), text("late_kept"));
  };
  return html`<form novalidate data-step="delay" @submit=${send}>
    <p class="text-secondary mb-2">${text("late_agreed", { at: clockText(agreed) })}</p>
    <div class="j-choices mb-3" role="group" aria-label="${text("late_title")}">${CHOICES.map((minutes) => html`<button type="button" class="btn" data-later="${minutes}" @click=${choose(minutes)}>${text("late_minutes", { n: minutes })}</button>`)}</div>
    <div class="mb-3"><label class="form-label" for="delay-expected">${text("late_expected")}</label><input class="form-control${problem ? " is-invalid" : ""}" id="delay-expected" name="expected" type="datetime-local" value="${typed(later(job, 30))}">
      ${problem ? html`<div class="text-danger mt-1" role="alert">${problem}</div>` : nothing}</div>
    <div class="mb-3"><label class="form-label" for="delay-reason">${text("late_reason")}</label><input class="form-control" id="delay-reason" name="reason" maxlength="200" autocomplete="off"></div>
    <button type="submit" class="btn btn-primary w-100">${icon("send")}${text("late_send")}</button>
  </form>`;
}

function waitForm(job: Job): TemplateResult {
  const number = job.kept.number;
  const problem = wrong.get(`${number}/wait`);
  const send = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const minutes = Number(valueOf(form, "minutes"));
    const found = Number.isInteger(minutes) && minutes >= 1 && minutes <= MOST_MINUTES ? "" : text("customer_late_range");
    wrong.set(`${number}/wait`, found);
    if (found) return redraw();
    done(form, await record([newItem(number, "customer_late", { minutes: String(minutes) })]), text("kept"));
  };
  return html`<form novalidate data-step="customer_late" @submit=${send}>
    <div class="mb-3"><label class="form-label" for="late-minutes">${text("customer_late_minutes")}</label><input class="form-control${problem ? " is-invalid" : ""}" id="late-minutes" name="minutes" inputmode="numeric" autocomplete="off" value="${waited(job) || ""}">
      ${problem ? html`<div class="text-danger mt-1" role="alert">${problem}</div>` : nothing}</div>
    <button type="submit" class="btn btn-primary w-100">${icon("check")}${text("customer_late_keep")}</button>
  </form>`;
}

/** What was typed in a field, without spaces around it. */
function valueOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value.trim() : "";
}

/** After a note was kept: an empty, folded form, and a word. */
function done(form: HTMLFormElement, kept: boolean, words: string): void {
  if (!kept) return;
  form.reset();
  form.closest("details")?.removeAttribute("open");
  say(words, "success");
  document.getElementById("late-notes")?.scrollIntoView({ block: "center" });
}
