// A duty log on the phone: who is on duty, what is written, the hand-over, and what the server refused.
import { html, nothing, type TemplateResult } from "lit-html";
import { app, drop, logs, newLogItem, record, replaceSteps, retry, say } from "./app";
import { clockText, day, hour, present } from "./clock";
import { entryForm } from "./logform";
import { lateOnes, type Log, type Open, type Shift, type Written } from "./log";
import { thumb } from "./photos";
import { signatureField, takeSignature } from "./signing";
import type { Item } from "./types";
import { alert, badge, confirmed, folded, icon, section, text } from "./ui";
import { describe } from "./words";

export { forgetLogDrafts, loadLogDraft } from "./logform";

const LOST = ["not_yours", "unknown"];

/** A time of today without its day. */
const shortly = (iso: string) => (day(new Date(iso)) === day(present()) ? hour(iso) : clockText(iso));

// In the list

/** The logs of who is on duty stand before the jobs, the others behind them. */
export function logList(mine: boolean): unknown {
  const found = logs().filter((log) => Boolean(log.shift?.mine || log.waiting) === mine);
  return found.length ? html`<h2 class="j-h1 j-day">${text("logs")} <span class="text-secondary">${found.length}</span></h2>${found.map(logCard)}` : nothing;
}

function logCard(log: Log): TemplateResult {
  const { pack } = log.kept;
  return html`<article class="card" data-log="${pack.key}"><a class="card-body d-block text-reset text-decoration-none" href="#/log/${pack.key}">
    <div class="d-flex justify-content-between align-items-start gap-2 mb-1"><strong class="fs-3">${icon("book")} ${pack.name}</strong>${stateBadge(log.shift)}</div>
    ${pack.customer ? html`<div>${pack.customer}</div>` : nothing}
    <div class="text-secondary">${onDuty(log.shift)}${log.open.length ? ` · ${text("log_items")} ${log.open.length}` : nothing}</div>
    ${log.refused ? html`<div class="text-danger">${icon("alert-triangle")} ${text("refused")}</div>` : log.waiting ? html`<div class="text-warning">${icon("cloud-upload")} ${text("unsent", { n: log.waiting })}</div>` : nothing}
  </a></article>`;
}

function stateBadge(shift: Shift | null): unknown {
  if (!shift) return badge(text("log_none_short"), "secondary");
  return shift.state === "on_duty" ? badge(text("log_duty_short"), shift.mine ? "primary" : "success") : badge(text("log_waits_short"), "warning");
}

function onDuty(shift: Shift | null): string {
  if (!shift) return text("log_nobody");
  const words = shift.mine ? text("log_mine", { shift: shift.name }) : shift.state === "handed_over" ? text("log_waits", { person: shift.person }) : text("log_on_duty", { person: shift.person, shift: shift.name });
  return `${words} · ${text("log_since", { at: shortly(shift.state === "handed_over" && shift.handed_at ? shift.handed_at : shift.began_at) })}`;
}

// The log

export function logPage(key: string): TemplateResult {
  const log = logs().find((one) => one.kept.number === key);
  if (!log) return html`<div class="empty"><p class="empty-title">${text("no_such_log")}</p><a class="btn" href="#/">${text("my_jobs")}</a></div>`;
  const { pack } = log.kept;
  return html`<div class="j-public-heading">
      <a class="j-back" href="#/">${icon("arrow-left")} ${text("my_jobs")}</a>
      <h1>${pack.name}</h1>
      <p class="j-subtitle">${pack.customer ? `${pack.customer} · ` : nothing}${onDuty(log.shift)}${log.waiting ? html` ${badge(text("unsent", { n: log.waiting }), "warning", "cloud-upload")}` : nothing}</p>
    </div>
    ${refusal(log)}
    ${isLost(log) ? nothing : now(log)}`;
}

function isLost(log: Log): boolean {
  return LOST.includes(log.refused?.refusal?.code ?? "");
}

/** What can be done in the state that the log is in. */
function now(log: Log): unknown {
  const { shift } = log;
  if (!shift) return html`${beginForm(log)}${items(log, false)}`;
  const written = shift.state === "on_duty" && shift.mine;
  if (written) {
    return html`${shift.remark ? alert("danger", "", text("log_sent_back", { reason: shift.remark })) : nothing}
      ${entryForm(log, shift)} ${items(log, true)} ${entries(shift, log)} ${folded("hand-over", text("log_hand_over"), "send", () => handOverForm(log))}`;
  }
  const word = shift.state === "handed_over" ? (shift.mine ? text("log_waits_mine") : "") : text("log_others");
  return html`${word ? alert("info", "", word) : nothing} ${!shift.mine && shift.state === "handed_over" ? acceptForm(log, shift) : items(log, false)} ${entries(shift, log)}`;
}

function entries(shift: Shift, log: Log): TemplateResult {
  const kinds = new Map(log.kept.pack.kinds);
  const row = (one: Written) => html`<li class="list-group-item" data-entry>
    <div class="d-flex justify-content-between gap-2"><span class="text-secondary"><span class="j-number">${shortly(one.at)}</span> ${kinds.get(one.kind) ?? ""}</span><span class="text-secondary text-end">${one.item && one.item.state !== "done" ? html`<span class="text-warning">${icon("cloud-upload")} ${text("not_sent")}</span>` : one.by}</span></div>
    ${one.text ? html`<div class="j-prose">${one.text}</div>` : nothing}
    ${one.readings.map(([name, value]) => html`<div class="d-flex justify-content-between gap-2"><span>${name}</span><strong class="j-number">${value}</strong></div>`)}
    ${one.item ? html`<div class="j-photo-list">${Object.values(one.item.files).map((key) => thumb(key, text("photo"), one.item?.state === "done"))}</div>` : one.photos ? html`<div class="text-secondary">${icon("camera")} ${text("log_photos", { n: one.photos })}</div>` : nothing}
    ${one.late ? html`<div class="text-warning">${icon("clock-exclamation")} ${text("log_late_mark", { reason: one.late })}</div>` : nothing}</li>`;
  return section("entries", text("log_entries"), "book", html`<ul class="list-group list-group-flush">${shift.entries.length ? shift.entries.map(row) : html`<li class="list-group-item text-secondary">${text("log_no_entries")}</li>`}</ul>`, shift.entries.length || nothing);
}

// Open items

function items(log: Log, mine: boolean): TemplateResult {
  const row = (one: Open) => html`<li class="list-group-item" data-open-item="${one.id ?? nothing}"><div class="j-wrap">${one.text}</div><small class="text-secondary">${one.by} ${clockText(one.at)}</small>${one.item && one.item.state !== "done" ? html` <small class="text-warning">${icon("cloud-upload")} ${text("not_sent")}</small>` : nothing}
    ${mine && one.id !== null ? html`<details class="mt-1"><summary class="btn w-100">${icon("check")}${text("log_item_close")}</summary>${closeForm(log, one)}</details>` : nothing}</li>`;
  return html`${section("items", text("log_items"), "flag", html`<ul class="list-group list-group-flush">${log.open.length ? log.open.map(row) : html`<li class="list-group-item text-secondary">${text("log_no_items")}</li>`}</ul>`, log.open.length || nothing)}
    ${mine ? folded("item", text("log_item"), "plus", () => itemForm(log)) : nothing}`;
}

/** A form with one text, sent as a step of the running shift. */
function oneText(log: Log, step: string, name: string, label: string, button: string, missing: string, fields: Record<string, string> = {}, most = 300, style = "btn-primary"): TemplateResult {
  const id = `${step}-${fields["item"] ?? "text"}`;
  const send = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const value = new FormData(form).get(name);
    const words = typeof value === "string" ? value.trim() : "";
    if (!words) return say(text(missing), "warning");
    if (!(await record([newLogItem(log.kept.number, step, { shift: log.shift?.number ?? "", [name]: words, ...fields })]))) return;
    form.reset();
    form.closest("details")?.removeAttribute("open");
  };
  return html`<form novalidate data-log-step="${step}" @submit=${send}><div class="mb-3"><label class="form-label" for="${id}">${text(label)}</label><textarea class="form-control" id="${id}" name="${name}" rows="3" maxlength="${most}"></textarea></div><button type="submit" class="btn ${style} w-100">${text(button)}</button></form>`;
}

const itemForm = (log: Log) => oneText(log, "item", "text", "log_item", "log_item_new", "log_item_say");
const closeForm = (log: Log, one: Open) => oneText(log, "close", "result", "log_result", "log_item_close", "log_result_say", { item: String(one.id) });
const handOverForm = (log: Log) => oneText(log, "hand_over", "summary", "log_summary", "log_hand_over", "log_summary_say", {}, 2000, "btn-success btn-lg");

// Beginning and taking over

function which(log: Log): TemplateResult {
  const names = log.kept.pack.shifts;
  return html`<div class="mb-3"><label class="form-label" for="shift-name">${text("log_which")}</label><select class="form-select" id="shift-name" name="shift_name">${names.map((name) => html`<option value="${name}">${name}</option>`)}</select></div>`;
}

/** What was chosen or typed in a form. */
function valueOf(form: HTMLFormElement, name: string): string {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value.trim() : "";
}

function beginForm(log: Log): TemplateResult {
  const begin = async (event: Event) => {
    event.preventDefault();
    await record([newLogItem(log.kept.number, "begin", { shift_name: valueOf(event.target as HTMLFormElement, "shift_name") })]);
  };
  return html`<form class="card card-body" id="s-begin" novalidate @submit=${begin}>${which(log)}<button type="submit" class="btn btn-primary btn-lg w-100">${icon("player-play")}${text("log_begin")}</button></form>`;
}

function acceptForm(log: Log, shift: Shift): TemplateResult {
  const accept = async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const read = new FormData(form).getAll("read").filter((key): key is string => typeof key === "string");
    if (read.length < log.open.length) return say(text("log_accept_all"), "warning");
    const signature = takeSignature(log.kept.number);
    if (!signature) return say(text("log_accept_sign"), "warning");
    await record([newLogItem(log.kept.number, "accept", { shift: shift.number, shift_name: valueOf(form, "shift_name"), read: read.join(","), signature })]);
  };
  return html`<form class="card card-body" id="s-accept" novalidate @submit=${accept}>
    ${shift.summary ? html`<div class="mb-3"><span class="text-secondary">${text("log_summary")}</span><div class="j-prose">${shift.summary}</div></div>` : nothing}
    <div class="mb-3"><div class="form-label">${text("log_items")}</div>${log.open.length ? log.open.map((one) => html`<label class="form-check j-tick mb-2"><input class="form-check-input" type="checkbox" name="read" value="${one.id ?? ""}"><span class="form-check-label j-wrap">${one.text}<small class="d-block text-secondary">${one.by} ${clockText(one.at)}</small></span></label>`) : html`<div class="text-secondary">${text("log_no_items")}</div>`}</div>
    ${which(log)} ${signatureField(log.kept.number)}
    <button type="submit" class="btn btn-success btn-lg w-100">${icon("check")}${text("log_accept")}</button></form>`;
}

// What was refused

const ADVICE: Record<string, string> = { late: "log_late_words", over: "log_over_words", state: "log_state_words", changed: "log_state_words", running: "log_state_words", too_large: "refused_large" };

function refusal(log: Log): unknown {
  const item = log.refused;
  if (!item) return nothing;
  const lost = isLost(log);
  const code = item.refusal?.code ?? "";
  const late = code === "late" && ["entry", "item"].includes(item.step);
  const shown = lost || code === "running" ? log.items.filter((one) => one.state !== "done") : late ? lateOnes(log) : [item];
  return html`<div class="alert alert-danger" role="alert" id="s-refused" data-code="${code}"><div class="w-100">
    <h3 class="alert-title">${text("refused")}</h3>
    ${shown.map((one) => html`<div class="j-wrap">${describe(one, log)}</div>`)}
    <div class="mt-1">${item.refusal?.text}</div>
    ${item.refusal?.details.length ? html`<ul class="mb-1 ps-3">${item.refusal.details.map((one) => html`<li>${one}</li>`)}</ul>` : nothing}
    <div class="text-secondary mt-1">${text(lost ? "log_lost_words" : code === "late" && !late ? "log_state_words" : (ADVICE[code] ?? "log_invalid_words"))}</div>
    ${late ? lateForm(log) : nothing}
    <div class="j-choices mt-2">
      ${lost || late ? nothing : html`<button class="btn" data-retry @click=${() => void retry(log.kept.number)}>${icon("refresh")}${text("retry")}</button>`}
      <button class="btn btn-outline-danger" data-drop @click=${() => void away(log, shown)}>${icon("trash")}${text("drop")}</button>
    </div>
  </div></div>`;
}

/** Keep what was written after the hand-over as late, with one reason for all of it. */
function lateForm(log: Log): TemplateResult {
  const keep = async (event: Event) => {
    event.preventDefault();
    const reason = valueOf(event.target as HTMLFormElement, "reason");
    if (!reason) return say(text("say_why"), "warning");
    const old = lateOnes(log);
    await replaceSteps(old, old.map((one) => late(one, reason)));
    if (!app.queue.some((one) => one.state === "refused" && one.number === log.kept.number)) say(text("log_late_kept"), "success");
  };
  return html`<form class="mt-2" novalidate id="s-late" @submit=${keep}><label class="form-label" for="late-reason">${text("log_late_reason")}</label><input class="form-control mb-2" id="late-reason" name="reason" maxlength="200" autocomplete="off"><button type="submit" class="btn btn-primary w-100">${icon("clock-exclamation")}${text("log_late_keep")}</button></form>`;
}

/** The same step with a reason and a key of its own; its place in the queue stays. */
function late(item: Item, reason: string): Item {
  const fresh = { ...item, key: newLogItem(item.number, item.step, {}).key, fields: { ...item.fields, late_reason: reason }, state: "waiting" as const };
  delete fresh.refusal;
  return fresh;
}

async function away(log: Log, wanted: Item[]): Promise<void> {
  if (!(await confirmed(text(wanted.length > 1 ? "drop_log" : "drop_one"), text("drop")))) return;
  await drop(wanted);
  if (isLost(log) && !app.logs.some((one) => one.number === log.kept.number)) location.hash = "#/";
}
