// An installation on the phone: its card in the list, its page from the arrival to the signature, what was refused.
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { app, drop, record, retry, sendAnew, sendAsNote } from "./app";
import { clockText, day } from "./clock";
import { isLost, MOVES, NO_FLOW, withDependents, type Site, type SiteFlow } from "./installation";
import { newSiteItem } from "./installationforms";
import { lacks } from "./installationlacks";
import { acceptForms, acceptances, remainingSection } from "./installationend";
import { itemPage, stageSection, startTrial } from "./installationstages";
import { lastPlace } from "./place";
import { prepared, thumb } from "./photos";
import type { Item } from "./types";
import { alert, badge, confirmed, icon, section, text } from "./ui";
import { describe } from "./words";

export const siteFlow = (): SiteFlow => app.meta?.site ?? NO_FLOW;

// In the list

/** The day under which a project stands: that of the arrival while the goods are not there, else today. */
export function dayOfSite(site: Site, today: string): string {
  const { state, expected_at } = site.now;
  if (!expected_at || !MOVES["arrive"]?.includes(state)) return today;
  const expected = day(new Date(expected_at));
  return expected > today ? expected : today;
}

export function siteOver(site: Site): boolean {
  return ["accepted", "closed", "cancelled"].includes(site.now.state);
}

function stateBadge(site: Site): TemplateResult {
  return badge(siteFlow().states[site.now.state] ?? site.now.state, siteFlow().styles[site.now.state] ?? "secondary");
}

export function siteCard(site: Site): TemplateResult {
  const { number, customer, units, place, state, expected_at } = site.now;
  const models = [...new Set(units.map((unit) => unit.model))].join("、");
  return html`<article class="card" data-site="${number}"><a class="card-body d-block text-reset text-decoration-none" href="#/installation/${number}">
    <div class="d-flex justify-content-between align-items-start gap-2 mb-1"><strong class="fs-3">${icon("truck-delivery")} ${text("site")}</strong>${stateBadge(site)}</div>
    <div class="j-wrap">${customer} · ${models}${units.length > 1 ? ` ×${units.length}` : ""}</div>
    ${place ? html`<div class="text-secondary">${icon("map-pin")} ${place}</div>` : nothing}
    ${expected_at && MOVES["arrive"]?.includes(state) ? html`<div class="text-secondary">${icon("calendar-event")} ${text("site_expected", { at: clockText(expected_at) })}</div>` : nothing}
    ${site.refused ? html`<div class="text-danger">${icon("alert-triangle")} ${text("refused")}</div>` : site.waiting ? html`<div class="text-warning">${icon("cloud-upload")} ${text("unsent", { n: site.waiting })}</div>` : nothing}
  </a></article>`;
}

// The page

/** The project, or the form of one of its lines. */
export function sitePage(site: Site, step: string, line: string): TemplateResult {
  const form = step ? itemPage(site, step, line) : null;
  return form ?? siteView(site);
}

function siteView(site: Site): TemplateResult {
  const { number, customer } = site.now;
  const open = !isLost(site) && !siteOver(site);
  const here = open ? inOrder(site).find((stage) => stage === site.now.state) : "";
  return html`<div class="j-public-heading">
      <a class="j-back" href="#/">${icon("arrow-left")} ${text("my_jobs")}</a>
      <h1>${customer}</h1>
      <p class="j-subtitle"><span class="j-number">${number}</span> ${stateBadge(site)}${site.waiting ? html` ${badge(text("unsent", { n: site.waiting }), "warning", "cloud-upload")}` : nothing}</p>
    </div>
    ${refusal(site)} ${where(site)} ${stages(site)}
    ${open ? next(site) : nothing}
    ${here ? stageSection(site, here, true) : nothing}
    ${open ? photos(site) : nothing}
    ${repeat(inOrder(site).filter((stage) => stage !== here), (stage) => stage, (stage) => stageSection(site, stage, false))}
    ${remainingSection(site, open || site.now.state === "accepted")}
    ${acceptances(site)}
    ${open ? acceptForms(site) : nothing}`;
}

/** The stages with something to see: what comes next first, then those that are done. */
function inOrder(site: Site): string[] {
  const { names } = siteFlow();
  const shown = siteFlow().stages.filter((stage) => names[stage] && names[stage] !== "delivery" && site.now.needed.includes(names[stage] ?? ""));
  const here = shown.indexOf(site.now.state);
  return here < 0 ? shown : [...shown.slice(here), ...shown.slice(0, here)];
}

function where(site: Site): TemplateResult {
  const { contact, phone, place, navigation, contract, carrier, expected_at, agreed_with, commissioning_at, persons, units, done } = site.now;
  const calls = phone && !phone.includes("*");
  const row = (sign: string, words: unknown) => html`<div>${icon(sign)} ${words}</div>`;
  return html`<section class="card"><div class="card-body j-wrap">
      ${contact && contact !== site.now.customer ? html`<div class="fs-3 fw-bold">${contact}</div>` : nothing}
      ${place ? html`<div>${place}</div>` : nothing}
      ${units.map((unit) => html`<div>${icon("engine")} ${unit.model} <span class="j-number text-secondary">${unit.serial}</span>${unit.accepted_at ? html` <span class="text-success">${icon("circle-check")} ${text("site_accepted")}</span>` : nothing}</div>`)}
      ${done["arrived"] ? row("truck-delivery", text("site_arrived", { at: clockText(done["arrived"]) })) : expected_at ? row("calendar-event", html`${text("site_expected", { at: clockText(expected_at) })}${agreed_with ? html` <span class="text-secondary">${text("agreed_with", { name: agreed_with })}</span>` : nothing}`) : nothing}
      ${commissioning_at && !done["commissioned"] ? row("calendar-time", text("site_commissioning", { at: clockText(commissioning_at) })) : nothing}
      ${carrier ? row("truck", carrier) : nothing} ${contract ? row("contract", contract) : nothing}
      ${persons.length ? row("users", persons.join("、")) : nothing}
    </div>
    ${calls || navigation ? html`<div class="card-footer d-flex gap-2">
      ${calls ? html`<a class="btn flex-fill" href="tel:${phone}">${icon("phone")}${text("call")}</a>` : nothing}
      ${navigation ? html`<a class="btn flex-fill" href="${navigation}" target="_blank" rel="noopener noreferrer">${icon("route")}${text("navigate")}</a>` : nothing}
    </div>` : nothing}</section>`;
}

/** The stages in a line of short words: done, present, to come. */
function stages(site: Site): TemplateResult {
  const { stages: all, names } = siteFlow();
  const shown = all.filter((stage) => stage !== "planned" && (!names[stage] || site.now.needed.includes(names[stage] ?? "")));
  const here = ["refused", "partly"].includes(site.now.state) ? shown.length - 1 : siteOver(site) ? shown.length : shown.indexOf(site.now.state);
  return html`<ol class="j-stages" aria-label="${text("site_stages")}">${shown.map((stage, n) => {
    const sign = n < here ? "circle-check" : n === here ? "arrow-right" : "circle";
    return html`<li class="${n < here ? "text-success" : n > here ? "text-secondary" : "fw-bold"}" aria-current="${n === here ? "step" : nothing}">${icon(sign)} ${text(`site_stage_${names[stage] ?? stage}`)}</li>`;
  })}</ol>`;
}

// What comes next

function next(site: Site): unknown {
  const { state, number } = site.now;
  const flow = siteFlow();
  if (MOVES["arrive"]?.includes(state)) return button(site, "arrive", "truck-delivery", text("site_arrive"));
  if (state === "trial" && !site.now.trial.started_at) return startTrial(site);
  const missing = lacks(site);
  if (missing.length) return html`<div id="s-lacks">${alert("info", text("site_missing"), html`<ul class="mb-0 ps-3">${missing.map((one) => html`<li>${one}</li>`)}</ul>`)}</div>`;
  if (state === "refused") return button(site, "present-again", "repeat", text("site_present_again"));
  if (["acceptance", "partly"].includes(state)) return html`<a class="btn btn-success btn-lg w-100 mb-3" data-accept href="#/installation/${number}/accept">${icon("signature")}${text("site_accept")}</a>`;
  if (!flow.stages.includes(state)) return nothing;
  return button(site, "go-on", "check", text("site_go_on", { stage: text(`site_stage_${flow.names[state] ?? state}`) }));
}

function button(site: Site, step: string, sign: string, words: string): TemplateResult {
  const go = async (event: Event) => {
    const pressed = event.currentTarget as HTMLButtonElement;
    pressed.disabled = true;
    await record([newSiteItem(site.now.number, step, { state: site.now.state })]);
    pressed.disabled = false;
  };
  return html`<button class="btn btn-primary btn-lg w-100 mb-3" data-next="${step}" @click=${go}>${icon(sign)}${words}</button>`;
}

/** Photos of the present stage, each kept as a step of its own. */
function photos(site: Site): unknown {
  const { state, number } = site.now;
  if (MOVES["arrive"]?.includes(state)) return nothing;
  const stage = text(`site_stage_${siteFlow().names[state] ?? "acceptance"}`);
  const take = async (event: Event) => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])].filter((file) => file.type.startsWith("image/"));
    input.value = "";
    for (const file of files) {
      const { blob, taken } = await prepared(file);
      const key = crypto.randomUUID();
      if (!(await record([newSiteItem(number, "photos", { caption: stage, taken, ...lastPlace() }, { "photo-0": key })], new Map([[key, blob]])))) return;
    }
  };
  return section("photos", text("photos"), "camera", html`<div class="card-body">
    <div class="j-photo-list mb-2">${site.photos.map((photo) => thumb(photo.blob, photo.caption, photo.sent))}</div>
    <label class="btn w-100">${icon("camera")}${text("site_photo", { stage })}<input type="file" class="visually-hidden" accept="image/*" capture="environment" multiple @change=${take}></label></div>`);
}

// What was refused

function refusal(site: Site): unknown {
  const item = site.refused;
  if (!item) return nothing;
  const lost = isLost(site);
  const number = site.now.number;
  const items = lost ? site.items.filter((one) => one.state !== "done") : withDependents(site.items, item);
  return html`<div class="alert alert-danger" role="alert" id="s-refused" data-code="${item.refusal?.code}"><div class="j-wrap">
    <h3 class="alert-title">${text("refused")}</h3>
    ${items.map((one) => html`<div>${describe(one, site)}</div>`)}
    <div class="mt-1">${item.refusal?.text}</div>
    ${item.refusal?.details.length ? html`<ul class="mb-1 ps-3">${item.refusal.details.map((one) => html`<li>${one}</li>`)}</ul>` : nothing}
    <div class="text-secondary mt-1">${text(advice(site, item, lost))}</div>
    <div class="j-choices mt-2">
      ${again(site, item, lost)}
      <button class="btn btn-primary" data-send-note @click=${() => void sendAsNote(number, items)}>${icon("send")}${text("send_note")}</button>
      <button class="btn btn-outline-danger" data-drop @click=${() => void away(site, items, lost)}>${icon("trash")}${text("drop")}</button>
    </div>
  </div></div>`;
}

/** The state that the server last told allows the step: it can be sent as it is now. */
const fits = (site: Site, item: Item) => Boolean(MOVES[item.step]?.includes(site.kept.pack.state));

function again(site: Site, item: Item, lost: boolean): unknown {
  if (lost) return nothing;
  if (item.refusal?.code !== "state") return html`<button class="btn" data-retry @click=${() => void retry(site.now.number)}>${icon("refresh")}${text("retry")}</button>`;
  if (!fits(site, item)) return nothing;
  return html`<button class="btn" data-anew @click=${() => void sendAnew(item, { state: site.kept.pack.state })}>${icon("refresh")}${text("site_send_anew")}</button>`;
}

function advice(site: Site, item: Item, lost: boolean): string {
  if (lost) return "refused_lost";
  const code = item.refusal?.code;
  if (code === "state") return fits(site, item) ? "site_refused_fits" : "site_refused_state";
  if (code === "too_large") return "refused_large";
  return code === "changed" ? "site_refused_changed" : "refused_invalid";
}

async function away(site: Site, items: Item[], lost: boolean): Promise<void> {
  if (!(await confirmed(text(lost ? "site_drop_all" : "drop_one"), text("drop")))) return;
  await drop(items);
  if (lost && !app.sites.some((one) => one.number === site.now.number)) location.hash = "#/";
}
