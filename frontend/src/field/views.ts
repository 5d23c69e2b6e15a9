// The pages around the job: the list, what waits to be sent, and the person.
import { html, nothing, type TemplateResult } from "lit-html";
import { app, drop, flow, jobs, logs, say, signOut, sites, sync, unsent, walks } from "./app";
import { clockOffset, clockText, day, isWrong, present, spanText } from "./clock";
import type { Job } from "./job";
import { due } from "./jobview";
import { badge, confirmed, icon, size, text } from "./ui";
import { dayOfWalk, walkCard, walkOver, walkTitle } from "./walkview";
import type { Walk } from "./walk";
import type { Site } from "./installation";
import { pieceName } from "./loanview";
import { dayOfSite, siteCard, siteOver } from "./installationview";
import { logList } from "./logview";
import type { Log } from "./log";
import { describe } from "./words";

// The list

export function listView(): TemplateResult {
  const all = jobs();
  const over = all.filter((job) => ["signed", "reviewed", "closed"].includes(job.state));
  const unsigned = all.filter((job) => job.state === "completed").sort(byTime);
  const open = all.filter((job) => !over.includes(job) && !unsigned.includes(job)).sort(byTime);
  const today = day(present());
  const rounds = walks().sort((one, other) => one.kept.pack.route.localeCompare(other.kept.pack.route));
  const walkable = rounds.filter((one) => !walkOver(one));
  const installations = sites();
  const ahead = installations.filter((one) => !siteOver(one));
  const days = [...new Set([...ahead.map((one) => dayOfSite(one, today)), ...open.map((job) => dayOf(job, today)), ...walkable.map((one) => dayOfWalk(one, today))])].sort();
  const group = (title: string, found: Job[], shown: string, walked: Walk[] = [], installed: Site[] = []) =>
    found.length + walked.length + installed.length
      ? html`<h2 class="j-h1 j-day">${title} <span class="text-secondary">${found.length + walked.length + installed.length}</span></h2>${found.map((job) => card(job, shown))}${walked.map(walkCard)}${installed.map(siteCard)}`
      : nothing;
  return html`<div class="j-public-heading"><h1>${text("my_jobs")}</h1><p class="j-subtitle">${app.meta ? text("as_of", { at: clockText(app.meta.synced) }) : ""}</p></div>
    ${logList(true)} ${days.map((one) => group(dayName(one, today), open.filter((job) => dayOf(job, today) === one), one, walkable.filter((walk) => dayOfWalk(walk, today) === one), ahead.filter((site) => dayOfSite(site, today) === one)))} ${group(text("to_be_signed"), unsigned, today)} ${group(text("done_today"), over, today, rounds.filter(walkOver), installations.filter(siteOver))}
    ${logList(false)}
    ${!all.length && !rounds.length && !installations.length && app.store && app.meta ? html`<div class="empty"><p class="empty-title">${text("no_jobs")}</p><p class="text-secondary">${text("no_jobs_hint")}</p></div>` : nothing}`;
}

/** When the person means to begin: by the plan, else by the appointment. */
function begins(job: Job): string | null {
  const { from, planned_from } = job.kept.pack.appointment;
  return planned_from ?? from;
}

/** The day under which a job stands: today as well for what is late, begun or has no time. */
function dayOf(job: Job, today: string): string {
  const at = begins(job);
  if (!at || !["dispatched", "accepted"].includes(job.state)) return today;
  const found = day(new Date(at));
  return found > today ? found : today;
}

function dayName(one: string, today: string): string {
  if (one === today) return text("today");
  const tomorrow = day(new Date(present().getTime() + 86_400_000));
  const [, month = "", date = ""] = one.split("-");
  const plain = `${Number(month)}-${Number(date)}`;
  return one === tomorrow ? `${text("tomorrow")} ${plain}` : plain;
}

function byTime(one: Job, other: Job): number {
  const at = (job: Job) => Date.parse(begins(job) ?? job.kept.pack.due_at ?? "9999-12-31");
  return at(one) - at(other) || one.kept.number.localeCompare(other.kept.number);
}

/** The appointment, else the plan with a word that the customer was told nothing, else that there is neither. */
function time(job: Job, shown: string): TemplateResult {
  const { from, to, planned_from, planned_to } = job.kept.pack.appointment;
  if (from) return html`<strong class="fs-3">${spanText(from, to, shown)}</strong>`;
  if (!planned_from || ["completed", "signed", "reviewed", "closed"].includes(job.state)) return html`<strong class="fs-3">${job.state in flow().next ? text("no_appointment") : job.kept.pack.job}</strong>`;
  return html`<span><strong class="fs-3">${text("planned", { span: spanText(planned_from, planned_to, shown) })}</strong><br><small class="text-secondary">${text("not_promised")}</small></span>`;
}

function card(job: Job, shown: string): TemplateResult {
  const pack = job.kept.pack;
  return html`<article class="card"><a class="card-body d-block text-reset text-decoration-none" href="#/job/${pack.number}">
    <div class="d-flex justify-content-between align-items-start gap-2 mb-1">${time(job, shown)}
      ${badge(flow().states[job.state] ?? job.state, flow().styles[job.state] ?? "secondary")}</div>
    <div>${pack.customer}${pack.unit ? ` · ${pack.unit.model}` : ""}</div>
    ${pack.fault ? html`<div class="text-secondary text-truncate">${pack.fault}</div>` : nothing}
    ${pack.place ? html`<div class="text-secondary">${icon("map-pin")} ${pack.place}</div>` : nothing}
    ${due(pack.due_at, job.state)}
    ${job.refused ? html`<div class="text-danger">${icon("alert-triangle")} ${text("refused")}</div>` : job.waiting ? html`<div class="text-warning">${icon("cloud-upload")} ${text("unsent", { n: job.waiting })}</div>` : nothing}
  </a></article>`;
}

// What waits to be sent

const OPENS = { job: "open_job", round: "open_walk", log: "open_log", installation: "open_site", loaner: "open_loan" };

export function queueView(): TemplateResult {
  const waiting = unsent();
  const numbers = [...new Set(waiting.map((item) => item.number))];
  const known = new Map<string, Job | Walk | Log | Site>([...jobs(), ...walks(), ...logs(), ...sites()].map((one) => [one.kept.number, one]));
  const group = (number: string) => {
    const items = waiting.filter((item) => item.number === number);
    const job = known.get(number);
    const about = items[0]?.about;
    const name = about === "round" ? walkTitle(job as Walk | undefined) : about === "loaner" ? pieceName(number) : about === "log" ? ((job as Log | undefined)?.kept.pack.name ?? text("log")) : number;
    const away = async () => {
      if (await confirmed(text("drop_all"), text("drop"))) await drop(items);
    };
    return html`<section class="card"><div class="card-header"><h2 class="card-title"><span class="j-number">${name}</span></h2></div>
      <ul class="list-group list-group-flush">${items.map(
        (item) => html`<li class="list-group-item d-flex justify-content-between align-items-start gap-2"><span>${describe(item, job)}${item.refusal ? html`<br><small class="text-danger">${item.refusal.text} ${item.refusal.details.join("；")}</small>` : nothing}</span>${
          item.state === "refused" ? badge(text("refused_short"), "danger") : badge(text("waits"), "warning", "cloud-upload")
        }</li>`,
      )}</ul>
      <div class="card-footer">${job || about === "loaner" ? html`<a class="btn w-100" href="#/${about ?? "job"}/${number}">${icon("arrow-right")}${text(OPENS[about ?? "job"])}</a>` : html`<button class="btn btn-outline-danger w-100" @click=${() => void away()}>${icon("trash")}${text("drop")}</button>`}</div></section>`;
  };
  return html`<div class="j-public-heading"><h1>${text("to_send")}</h1><p class="j-subtitle">${waiting.length ? text("unsent", { n: waiting.length }) : text("all_sent")}</p></div>
    ${progress()}
    ${waiting.length ? html`<button class="btn btn-primary w-100 mb-3" id="send-now" ?disabled=${app.situation === "sending"} @click=${() => void sync()}>${icon("refresh")}${text("send_now")}</button>` : nothing}
    ${waiting.length ? numbers.map(group) : html`<div class="empty"><div class="j-empty-icon">${icon("cloud-check")}</div><p class="text-secondary">${text("nothing_waits")}</p></div>`}`;
}

function progress(): unknown {
  const { report, situation } = app;
  if (situation !== "sending" || !report?.of) return nothing;
  return html`<div class="mb-3"><progress max="${report.of}" .value=${report.sent}></progress><div class="text-secondary">${text("sending_n", { n: report.sent, of: report.of })}</div></div>`;
}

// The person and the phone

export function meView(): TemplateResult {
  const { usage, quota, persisted } = app.storage;
  const row = (label: string, value: unknown) => html`<li class="list-group-item d-flex justify-content-between gap-3"><span class="text-secondary">${label}</span><span class="text-end">${value}</span></li>`;
  const leave = async () => {
    const waiting = unsent().length;
    if (await confirmed(waiting ? text("sign_out_unsent", { n: waiting }) : text("sign_out_sure"), text("sign_out"))) await signOut();
  };
  const refresh = async () => {
    await sync();
    if (app.situation === "idle") say(text("up_to_date"), "success");
  };
  return html`<div class="j-public-heading"><h1>${app.meta?.name ?? text("me")}</h1></div>
    <section class="card"><ul class="list-group list-group-flush">
      ${row(text("last_contact"), app.meta ? clockText(app.meta.synced) : "—")}
      ${row(text("to_send"), unsent().length)}
      ${row(text("phone_clock"), isWrong() ? html`<span class="text-danger">${clockWords()}</span>` : text("clock_right"))}
      ${row(text("storage"), quota ? `${size(usage)} / ${size(quota)}` : "—")}
      ${row(text("storage_kept"), text(persisted ? "yes" : "storage_maybe"))}
    </ul></section>
    <div class="j-big-links">
      <button id="refresh" ?disabled=${app.situation === "sending"} @click=${() => void refresh()}>${icon("refresh")}${text("refresh")}</button>
      ${app.meta?.loans ? html`<a href="#/loaner">${icon("package")}${text("loans")}</a>` : nothing}
      <a href="${document.body.dataset["pages"]}">${icon("world")}${text("web_pages")}</a>
      <a href="${document.body.dataset["notices"]}">${icon("bell")}${text("notices")}</a>
      <button id="sign-out" @click=${() => void leave()}>${icon("logout")}${text("sign_out")}</button>
    </div>`;
}

/** By how much the phone's clock is wrong, such as “1 d ahead”. */
export function clockWords(): string {
  const minutes = Math.round(Math.abs(clockOffset()) / 60_000);
  const span = minutes >= 1440 ? text("days", { n: Math.round(minutes / 144) / 10 }) : minutes >= 60 ? text("hours", { n: Math.round(minutes / 6) / 10 }) : text("minutes", { n: minutes });
  return text(clockOffset() < 0 ? "clock_ahead" : "clock_behind", { span });
}
