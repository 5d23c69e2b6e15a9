// A patrol round on the phone: the list of its points, one point with all its checks, and what the server refused.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { app, drop, keepDraft, newWalkItem, record, redraw, retry, say, sendAsNote, walkFlow } from "./app";
import { clockText, day, present } from "./clock";
import { inOrder, numberOf } from "./job";
import { prepared, thumb } from "./photos";
import { here, lastPlace } from "./place";
import { scanInto } from "./scan";
import type { Check, Item, WalkCheck } from "./types";
import { alert, badge, confirmed, folded, icon, text } from "./ui";
import { isLost, openPoints, progress, shown, type Point, type Walk } from "./walk";
import { describe } from "./words";

/** a place told longer ago (milliseconds) says nothing about a point */
const AT_POINT = 120_000;

/** number/point → what was typed and not recorded yet */
const drafts = new Map<string, Record<string, string>>();
const errors = new Map<string, Record<string, string>>();

// In the list

export function walkOver(walk: Walk): boolean {
  return !["planned", "under_way"].includes(walk.state);
}

/** The day under which a round stands: today for one that is still under way from yesterday. */
export function dayOfWalk(walk: Walk, today: string): string {
  return walk.kept.pack.day > today ? walk.kept.pack.day : today;
}

export function walkTitle(walk: Walk | undefined): string {
  if (!walk) return text("walk");
  const { route, occasion, day: on } = walk.kept.pack;
  const [, month = "", date = ""] = on.split("-");
  return [route, occasion, `${Number(month)}-${Number(date)}`].filter(Boolean).join(" · ");
}

function stateBadge(walk: Walk): TemplateResult {
  return badge(walkFlow().states[walk.state] ?? walk.state, walkFlow().styles[walk.state] ?? "secondary");
}

export function walkCard(walk: Walk): TemplateResult {
  const { pack } = walk.kept;
  const [done, all] = progress(walk);
  return html`<article class="card" data-walk="${pack.key}"><a class="card-body d-block text-reset text-decoration-none" href="#/round/${pack.key}">
    <div class="d-flex justify-content-between align-items-start gap-2 mb-1"><strong class="fs-3">${icon("route")} ${pack.route}</strong>${stateBadge(walk)}</div>
    <div>${pack.customer}${pack.occasion ? ` · ${pack.occasion}` : ""}</div>
    <div class="text-secondary j-number">${walk.state === "planned" ? text("walk_points", { n: all }) : text("walk_done", { n: done, of: all })}${pack.person ? "" : ` · ${text("walk_free")}`}</div>
    ${walk.refused ? html`<div class="text-danger">${icon("alert-triangle")} ${text("refused")}</div>` : walk.waiting ? html`<div class="text-warning">${icon("cloud-upload")} ${text("unsent", { n: walk.waiting })}</div>` : nothing}
  </a></article>`;
}

// The round

export function walkView(walk: Walk): TemplateResult {
  const { pack } = walk.kept;
  const [done, all] = progress(walk);
  const begun = walk.state !== "planned";
  return html`<div class="j-public-heading">
      <a class="j-back" href="#/">${icon("arrow-left")} ${text("my_jobs")}</a>
      <h1>${pack.route}</h1>
      <p class="j-subtitle">${pack.customer} · <span class="j-number">${pack.day}</span>${pack.occasion ? ` · ${pack.occasion}` : ""} ${stateBadge(walk)}${walk.waiting ? html` ${badge(text("unsent", { n: walk.waiting }), "warning", "cloud-upload")}` : nothing}</p>
    </div>
    ${refusal(walk)}
    ${begun ? html`<progress class="d-block w-100 mb-1" aria-label="${text("walk_progress")}" max="${all || 1}" .value=${done}></progress>
      <p class="text-secondary j-number">${text("walk_done", { n: done, of: all })}</p>` : nothing}
    ${isLost(walk) ? nothing : ahead(walk)}
    <div class="card"><div class="list-group list-group-flush" id="points">${walk.points.map((point, n) => row(walk, point, n))}</div></div>
    ${walk.state === "under_way" && !isLost(walk) ? ending(walk) : nothing}
    ${pack.remark ? html`<p class="text-secondary">${pack.remark}</p>` : nothing}`;
}

/** The button for what comes next: begin, or the next point; and the scan that opens the point of a code. */
function ahead(walk: Walk): unknown {
  const { pack } = walk.kept;
  const number = walk.kept.number;
  if (walk.state === "planned") {
    const today = day(present());
    if (pack.day > today) return alert("info", "", text("walk_later", { day: pack.day }));
    if (pack.day < today) return alert("warning", "", text("walk_past"));
    const begin = async (event: Event) => {
      const button = event.currentTarget as HTMLButtonElement;
      button.disabled = true;
      void here();
      await record([newWalkItem(number, "start")]);
      button.disabled = false;
    };
    return html`<button class="btn btn-primary btn-lg w-100 mb-3" data-start @click=${begin}>${icon("route")}${text("walk_begin")}</button>`;
  }
  const [next] = openPoints(walk);
  if (walk.state !== "under_way" || !next) return nothing;
  const coded = openPoints(walk).some((point) => point.unit);
  return html`<div class="mb-3"><a class="btn btn-primary btn-lg w-100" data-next-point href="#/round/${number}/${next.id}">${icon("map-pin")}<span class="text-truncate">${text("walk_next", { point: next.name })}</span></a>
    ${coded ? html`<button type="button" class="btn w-100 mt-2" id="scan-point" @click=${() => void findByCode(walk)}>${icon("scan")}${text("walk_scan")}</button>` : nothing}</div>`;
}

async function findByCode(walk: Walk): Promise<void> {
  const code = (await scanInto(null)).toUpperCase();
  if (!code) return;
  const found = walk.points.find((point) => point.unit && [point.unit.serial, point.unit.label].some((one) => one && one.toUpperCase() === code));
  if (!found) return say(text("walk_no_code", { code }), "warning");
  await loadWalkDraft(walk.kept.number, String(found.id));
  if (found.state === "open") keep(walk, found, { scanned: "on" });
  location.hash = `#/round/${walk.kept.number}/${found.id}`;
}

function row(walk: Walk, point: Point, n: number): TemplateResult {
  const wrong = point.checks.filter((check) => check.passed === false).length;
  const mark = point.item && point.item.state !== "done" ? html`<span class="text-warning" title="${text("not_sent")}">${icon("cloud-upload")}</span>` : nothing;
  return html`<a class="list-group-item list-group-item-action d-flex justify-content-between align-items-center gap-2" href="#/round/${walk.kept.number}/${point.id}" data-point="${point.id}">
    <span class="j-wrap"><span class="j-number text-secondary">${n + 1}.</span> ${point.name}
      ${point.state === "skipped" && point.remark ? html`<span class="d-block text-secondary">${point.remark}</span>` : nothing}
      ${wrong ? html`<span class="d-block text-danger">${icon("alert-triangle")} ${text("walk_wrong", { n: wrong })}</span>` : nothing}</span>
    <span class="d-flex align-items-center gap-1 flex-shrink-0">${mark}${badge(walkFlow().points[point.state] ?? point.state, walkFlow().point_styles[point.state] ?? "secondary")}</span></a>`;
}

/** Finish when every point is settled, else break off with the reason. */
function ending(walk: Walk): TemplateResult {
  const number = walk.kept.number;
  const send = (step: string, field: string) => async (event: Event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const value = new FormData(form).get(field);
    const words = typeof value === "string" ? value.trim() : "";
    if (step === "break_off" && !words) return say(text("say_why"), "warning");
    if (await record([newWalkItem(number, step, { [field]: words })])) location.hash = "#/";
  };
  if (!openPoints(walk).length) {
    return html`<form class="card card-body mb-3" id="s-finish" novalidate @submit=${send("finish", "remark")}><label class="form-label" for="walk-remark">${text("remark")}</label><textarea class="form-control mb-3" id="walk-remark" name="remark" rows="2" maxlength="300"></textarea><button type="submit" class="btn btn-success btn-lg w-100">${icon("check")}${text("walk_finish")}</button></form>`;
  }
  return folded("break-off", text("walk_break_off"), "player-stop", () =>
    html`<form novalidate @submit=${send("break_off", "reason")}><label class="form-label" for="walk-reason">${text("why")}</label><textarea class="form-control mb-3" id="walk-reason" name="reason" rows="2" maxlength="300"></textarea><button type="submit" class="btn btn-outline-danger w-100">${text("walk_break_off")}</button></form>`,
  );
}

// What was refused

function refusal(walk: Walk): unknown {
  const item = walk.refused;
  if (!item) return nothing;
  const lost = isLost(walk);
  const code = item.refusal?.code ?? "";
  const items = lost ? walk.items.filter((one) => one.state !== "done") : [item];
  const gone = code === "unknown";
  return html`<div class="alert alert-danger" role="alert" id="s-refused"><div>
    <h3 class="alert-title">${text("refused")}</h3>
    ${items.map((one) => html`<div>${describe(one, walk)}</div>`)}
    <div class="mt-1">${item.refusal?.text}</div>
    ${item.refusal?.details.length ? html`<ul class="mb-1 ps-3">${item.refusal.details.map((one) => html`<li>${one}</li>`)}</ul>` : nothing}
    <div class="text-secondary mt-1">${text(advice(item, lost))}</div>
    <div class="j-choices mt-2">
      ${lost && !gone ? nothing : html`<button class="btn" @click=${() => void retry(walk.kept.number)}>${icon("refresh")}${text("retry")}</button>`}
      <button class="btn btn-primary" data-send-note @click=${() => void sendAsNote(walk.kept.number, items)}>${icon("send")}${text("send_note")}</button>
      <button class="btn btn-outline-danger" @click=${() => void away(walk, items, lost)}>${icon("trash")}${text("drop")}</button>
    </div>
  </div></div>`;
}

function advice(item: Item, lost: boolean): string {
  if (lost) return "refused_lost";
  const code = item.refusal?.code;
  if (code === "recorded") return "refused_recorded";
  if (code === "too_large") return "refused_large";
  return item.step === "finish" ? "refused_finish" : "refused_point";
}

async function away(walk: Walk, items: Item[], lost: boolean): Promise<void> {
  if (!(await confirmed(text(lost ? "drop_walk" : "drop_one"), text("drop")))) return;
  await drop(items);
  if (lost && !app.rounds.some((one) => one.number === walk.kept.number)) location.hash = "#/";
}

// One point

const keyOf = (number: string, point: number | string) => `${number}/${point}`;

/** Read the half-filled form of a point back from the phone. */
export async function loadWalkDraft(number: string, point: string): Promise<void> {
  const key = keyOf(number, point);
  if (!drafts.has(key) && app.store) drafts.set(key, await app.store.draft(key));
  void here();
}

export function forgetWalkDrafts(): void {
  drafts.clear();
  errors.clear();
}

function keep(walk: Walk, point: Point, change: Record<string, string>): void {
  const key = keyOf(walk.kept.number, point.id);
  const values = { ...drafts.get(key), ...change };
  drafts.set(key, values);
  keepDraft(key, values);
  redraw();
}

export function pointView(walk: Walk, point: Point): TemplateResult {
  const number = walk.kept.number;
  const here = walk.points.indexOf(point) + 1;
  const open = point.state === "open" && walk.state === "under_way" && !isLost(walk);
  return html`<div class="j-public-heading">
      <a class="j-back" href="#/round/${number}">${icon("arrow-left")} ${walk.kept.pack.route}</a>
      <h1>${point.name}</h1>
      <p class="j-subtitle"><span class="j-number">${here} / ${walk.points.length}</span> ${badge(walkFlow().points[point.state] ?? point.state, walkFlow().point_styles[point.state] ?? "secondary")}${point.item && point.item.state !== "done" ? html` ${badge(text("not_sent"), "warning", "cloud-upload")}` : nothing}</p>
    </div>
    ${open ? form(walk, point) : settled(walk, point)}`;
}

function form(walk: Walk, point: Point): TemplateResult {
  const key = keyOf(walk.kept.number, point.id);
  const draft = drafts.get(key) ?? {};
  const wrong = errors.get(key) ?? {};
  const submit = (event: Event) => {
    event.preventDefault();
    void recordPoint(walk, point);
  };
  return html`${code(walk, point, draft)}
    <form novalidate id="point-form" @submit=${submit}>
      <div class="card"><ul class="list-group list-group-flush">
        ${point.checks.map((check) => field(walk, point, check, draft, wrong[check.key]))}
        ${point.checks.length ? nothing : html`<li class="list-group-item text-secondary">${text("walk_no_checks")}</li>`}
      </ul></div>
      <div class="mb-3"><label class="form-label" for="remark">${text("remark")}</label><textarea class="form-control" id="remark" name="remark" rows="2" maxlength="300" .value=${live(draft["remark"] ?? "")} @input=${(event: Event) => keep(walk, point, { remark: (event.target as HTMLTextAreaElement).value })}></textarea></div>
      <button type="submit" class="btn btn-primary btn-lg w-100 mb-3">${icon("check")}${text("walk_record")}</button>
    </form>
    ${folded("skip", text("walk_skip"), "ban", () => skipForm(walk, point))}`;
}

/** The machine at the point, and whether its code was read on the spot. */
function code(walk: Walk, point: Point, draft: Record<string, string>): unknown {
  const { unit } = point;
  if (!unit) return nothing;
  const scan = async () => {
    const found = await scanInto(unit);
    if (found) keep(walk, point, { scanned: found.toUpperCase() === unit.serial.toUpperCase() ? "on" : "other" });
  };
  return html`<section class="card"><div class="card-body">
    <div class="d-flex justify-content-between align-items-center gap-2"><span class="j-wrap"><span class="text-secondary">${unit.model}</span><br><span class="j-number" id="unit-serial">${unit.serial}</span></span><button type="button" class="btn flex-shrink-0" id="scan-unit" @click=${() => void scan()}>${icon("scan")}${text("scan_unit")}</button></div>
    ${draft["scanned"] === "on" ? html`<div class="text-success mt-1" role="status">${icon("circle-check")} ${text("walk_matches")}</div>` : nothing}
    ${draft["scanned"] === "other" ? html`<div class="text-danger mt-1" role="alert">${icon("alert-triangle")} ${text("walk_differs")}</div>` : nothing}
  </div></section>`;
}

function field(walk: Walk, point: Point, check: WalkCheck, draft: Record<string, string>, wrong: string | undefined): TemplateResult {
  const value = draft[`check-${check.key}`] ?? "";
  const number = numberOf(value);
  const out = check.kind === "number" ? !Number.isNaN(number) && !inOrder(check as unknown as Check, value) : check.kind === "yes_no" && value === "no";
  const star = check.required ? html` <span class="text-danger" aria-hidden="true">*</span>` : nothing;
  const plain = check.kind === "yes_no" ? html`<span>${check.text}${star}</span>` : html`<label for="value-${check.key}">${check.text}${star}</label>`;
  return html`<li class="list-group-item" data-check="${check.key}">
    <div class="d-flex justify-content-between align-items-center gap-2"><div class="j-wrap">${plain}${check.limits ? html`<div class="text-secondary j-number">${check.limits}</div>` : nothing}</div>${control(walk, point, check, value, draft, out || Boolean(wrong))}</div>
    ${wrong ? html`<div class="text-danger mt-1" role="alert">${wrong}</div>` : nothing}
    ${out ? html`<div class="text-danger mt-1" role="status">${icon("alert-triangle")} ${text(check.kind === "number" ? "walk_out" : "walk_not_in_order")}</div>` : nothing}
    ${draft[`photo-${check.key}`] ? html`<div class="j-photo-list">${thumb(draft[`photo-${check.key}`] ?? "", check.text, true)}</div>` : nothing}
  </li>`;
}

function control(walk: Walk, point: Point, check: WalkCheck, value: string, draft: Record<string, string>, bad: boolean): TemplateResult {
  const name = `check-${check.key}`;
  if (check.kind === "yes_no") {
    const button = (answer: string, style: string) =>
      html`<button type="button" value="${answer}" class="btn ${value === answer ? style : ""}" aria-pressed="${value === answer}" @click=${() => keep(walk, point, { [name]: answer })}>${text(answer)}</button>`;
    return html`<div class="btn-group flex-shrink-0" role="group" aria-label="${check.text}">${button("yes", "btn-success")}${button("no", "btn-danger")}</div>`;
  }
  if (check.kind === "photo") {
    const take = async (event: Event) => {
      const input = event.target as HTMLInputElement;
      const file = input.files?.[0];
      input.value = "";
      if (file) await keepPhoto(walk, point, check, file);
    };
    return html`<label class="btn flex-shrink-0">${icon("camera")}${text(draft[`photo-${check.key}`] ? "again" : "photo")}<input id="value-${check.key}" type="file" class="visually-hidden" accept="image/*" capture="environment" @change=${take}></label>`;
  }
  const typed = (event: Event) => keep(walk, point, { [name]: (event.target as HTMLInputElement).value });
  return html`<div class="input-group flex-shrink-0 ${check.kind === "number" ? "j-narrow" : "j-medium"}">
    <input id="value-${check.key}" class="form-control${bad ? " is-invalid" : ""}" maxlength="${check.kind === "number" ? 40 : 120}" inputmode="${check.kind === "number" ? "decimal" : nothing}" autocomplete="off" .value=${live(value)} @input=${typed}>
    ${check.unit ? html`<span class="input-group-text">${check.unit}</span>` : nothing}
  </div>`;
}

/** A photo is kept with the half-filled form, so that it outlives a browser that was closed behind the camera. */
async function keepPhoto(walk: Walk, point: Point, check: WalkCheck, file: File): Promise<void> {
  if (!file.type.startsWith("image/")) return say(text("no_picture"), "warning");
  const { blob, taken } = await prepared(file);
  const key = keyOf(walk.kept.number, point.id);
  const picture = crypto.randomUUID();
  const values = { ...drafts.get(key), [`photo-${check.key}`]: picture, [`taken-${check.key}`]: taken };
  if (!(await app.store?.keepDraftPicture(key, values, picture, blob))) return say(text("phone_full"), "error");
  drafts.set(key, values);
  redraw();
}

/** What is missing or no answer, by check, in the words of the app. The server looks at it again. */
function lacking(point: Point, draft: Record<string, string>): Record<string, string> {
  const found: Record<string, string> = {};
  for (const check of point.checks) {
    const value = (draft[`check-${check.key}`] ?? "").trim();
    if (!value && !draft[`photo-${check.key}`]) {
      if (check.required) found[check.key] = text(check.kind === "photo" ? "photo_missing" : "must_fill");
    } else if (check.kind === "number" && Number.isNaN(numberOf(value))) found[check.key] = text("not_a_number");
  }
  return found;
}

async function recordPoint(walk: Walk, point: Point): Promise<void> {
  const number = walk.kept.number;
  const key = keyOf(number, point.id);
  const draft = drafts.get(key) ?? {};
  const wrong = lacking(point, draft);
  errors.set(key, wrong);
  if (Object.keys(wrong).length) {
    redraw();
    document.querySelector(`[data-check="${Object.keys(wrong)[0]}"]`)?.scrollIntoView({ block: "center" });
    return;
  }
  const fields: Record<string, string> = { point: String(point.id), remark: draft["remark"] ?? "", ...lastPlace(AT_POINT) };
  if (draft["scanned"] === "on") fields["scanned"] = "on";
  const files: Record<string, string> = {};
  for (const check of point.checks) {
    const value = (draft[`check-${check.key}`] ?? "").trim();
    const picture = draft[`photo-${check.key}`];
    if (value) fields[`check-${check.key}`] = value;
    if (picture) {
      files[`photo-${check.key}`] = picture;
      fields[`taken-${check.key}`] = draft[`taken-${check.key}`] ?? "";
    }
  }
  if (!(await record([newWalkItem(number, "point", fields, files)]))) return;
  await settle(walk, point);
}

/** Forget the half-filled form and go on to the next open point, or back to the round. */
async function settle(walk: Walk, point: Point): Promise<void> {
  const key = keyOf(walk.kept.number, point.id);
  drafts.delete(key);
  errors.delete(key);
  await app.store?.setDraft(key, null);
  const [next] = openPoints(walk).filter((one) => one.id !== point.id);
  location.hash = `#/round/${walk.kept.number}${next ? `/${next.id}` : ""}`;
}

function skipForm(walk: Walk, point: Point): TemplateResult {
  const skip = async (event: Event) => {
    event.preventDefault();
    const value = new FormData(event.target as HTMLFormElement).get("reason");
    const reason = typeof value === "string" ? value.trim() : "";
    if (!reason) return say(text("say_why"), "warning");
    if (await record([newWalkItem(walk.kept.number, "skip", { point: String(point.id), reason })])) await settle(walk, point);
  };
  return html`<form novalidate @submit=${skip}><label class="form-label" for="skip-reason">${text("why")}</label><textarea class="form-control mb-3" id="skip-reason" name="reason" rows="2" maxlength="300"></textarea><button type="submit" class="btn btn-outline-danger w-100">${text("walk_skip_it")}</button></form>`;
}

/** A point that is settled, or not to be recorded now: what was said there. */
function settled(walk: Walk, point: Point): TemplateResult {
  const [next] = openPoints(walk);
  return html`${point.state === "open" ? alert("info", "", text(walk.state === "planned" ? "walk_begin_first" : "walk_not_now")) : nothing}
    ${point.at ? html`<p class="text-secondary">${clockText(point.at)} ${point.by}</p>` : nothing}
    ${point.remark ? html`<p>${point.remark}</p>` : nothing}
    <div class="card"><ul class="list-group list-group-flush">${point.checks.map(
      (check) => html`<li class="list-group-item d-flex justify-content-between gap-2"><span class="j-wrap">${check.text}${check.limits ? html`<span class="d-block text-secondary j-number">${check.limits}</span>` : nothing}</span>
        <span class="j-number text-end ${check.passed === false ? "text-danger" : ""}">${point.blobs[check.key] ? html`<span class="j-photo-list">${thumb(point.blobs[check.key] ?? "", check.text, point.item?.state === "done")}</span>` : check.kind === "photo" && check.answered ? text("photo") : shown(check, text("yes"), text("no")) || "—"}</span></li>`,
    )}</ul></div>
    ${next && walk.state === "under_way" && next.id !== point.id ? html`<a class="btn btn-primary w-100 mb-2" href="#/round/${walk.kept.number}/${next.id}">${icon("map-pin")}<span class="text-truncate">${text("walk_next", { point: next.name })}</span></a>` : nothing}
    <a class="btn w-100" href="#/round/${walk.kept.number}">${text("walk_back")}</a>`;
}
