// One job, from accepting it to the customer's signature.
import { html, nothing, type TemplateResult } from "lit-html";
import { app, drop, flow, newItem, record, redraw, retry, say, sendAsNote } from "./app";
import { money, total } from "./charges";
import { clockText, day, present, spanText } from "./clock";
import { draftOf, stepForm } from "./forms";
import { missing, preview, type Job } from "./job";
import { keepPhotos, thumb } from "./photos";
import { here } from "./place";
import { scanInto } from "./scan";
import { signatureField, takeSignature } from "./signing";
import { checksSection } from "./checksview";
import { alert, badge, confirmed, folded, icon, section, text } from "./ui";
import { describe } from "./words";
import type { Line } from "./types";
import { clips } from "./film";
import { lateForms, lateNotes } from "./lateview";
import { loansOfJob } from "./loanview";
import { goneView } from "./vanview";

/** what the last scan of the machine said, by job */
const scanned = new Map<string, boolean>();

export function jobView(job: Job): TemplateResult {
  const pack = job.kept.pack;
  const lost = isLost(job);
  const sections = lost ? [] : (flow().sections[job.state] ?? []);
  return html`<div class="j-public-heading">
      <a class="j-back" href="#/">${icon("arrow-left")} ${text("my_jobs")}</a>
      <h1>${pack.unit?.model ?? pack.job}</h1>
      <p class="j-subtitle"><span class="j-number">${pack.number}</span> ${badge(flow().states[job.state] ?? job.state, flow().styles[job.state] ?? "secondary")}
        ${pack.severity ? badge(pack.severity, pack.severity_style ?? "secondary") : nothing}${job.waiting ? badge(text("unsent", { n: job.waiting }), "warning", "cloud-upload") : nothing}</p>
    </div>
    ${refusal(job)} ${where(job)} ${lateNotes(job)} ${next(job)} ${known(job)}
    ${sections.map((name) => part(job, name))}
    ${["signed", "reviewed", "closed"].includes(job.state) ? alert("success", text("done"), text("signed_by", { name: job.signedBy })) : nothing}
    ${lost ? nothing : lateForms(job)} ${lost ? nothing : loansOfJob(job)} ${lost ? nothing : others(job)}`;
}

// What was refused

/** Whether the server said that this is no longer the person's job. */
function isLost(job: Job): boolean {
  return ["not_yours", "cancelled", "unknown"].includes(job.refused?.refusal?.code ?? "");
}

function refusal(job: Job): unknown {
  const item = job.refused;
  if (!item) return nothing;
  const code = item.refusal?.code ?? "";
  if (code === "part_gone") return goneView(job, item);
  const lost = isLost(job);
  const advice = text(lost ? "refused_lost" : code === "state" ? "refused_state" : item.step === "video" ? "film_refused" : code === "too_large" ? "refused_large" : "refused_invalid");
  const number = job.kept.number;
  const away = async () => {
    const items = lost ? job.items.filter((one) => one.state !== "done") : [item];
    if (await confirmed(text(lost ? "drop_all" : "drop_one"), text("drop"))) await drop(items);
    if (lost && !app.kept.some((one) => one.number === number)) location.hash = "#/";
  };
  return html`<div class="alert alert-danger" role="alert" id="s-refused"><div>
    <h3 class="alert-title">${text("refused")}</h3>
    <div>${describe(item, job)}</div>
    <div class="mt-1">${item.refusal?.text}</div>
    ${item.refusal?.details.length ? html`<ul class="mb-1 ps-3">${item.refusal.details.map((one) => html`<li>${one}</li>`)}</ul>` : nothing}
    <div class="text-secondary mt-1">${advice}</div>
    <div class="j-choices mt-2">
      ${lost ? nothing : html`<button class="btn" @click=${() => void retry(number)}>${icon("refresh")}${text("retry")}</button>`}
      <button class="btn btn-primary" data-send-note @click=${() => void sendAsNote(number)}>${icon("send")}${text("send_note")}</button>
      <button class="btn btn-outline-danger" @click=${() => void away()}>${icon("trash")}${text("drop")}</button>
    </div>
  </div></div>`;
}

// Where, whom, what

function where(job: Job): TemplateResult {
  const pack = job.kept.pack;
  const { from, to, planned_from, planned_to } = pack.appointment;
  const matches = scanned.get(pack.number);
  const calls = pack.phone && !pack.phone.includes("*");
  const scan = async () => {
    const code = await scanInto(pack.unit);
    if (!code || !pack.unit) return;
    scanned.set(pack.number, code.toUpperCase() === pack.unit.serial.toUpperCase());
    redraw();
  };
  return html`<section class="card"><div class="card-body">
      <div class="fs-3 fw-bold">${pack.customer}${pack.contact && pack.contact !== pack.customer ? html` <span class="fw-normal">· ${pack.contact}</span>` : nothing}</div>
      ${pack.place ? html`<div>${pack.place}</div>` : nothing}
      ${from ? html`<div>${icon("calendar-event")} ${spanText(from, to)}${pack.appointment.with ? html` <span class="text-secondary">${pack.appointment.with === pack.customer ? text("agreed") : text("agreed_with", { name: pack.appointment.with })}</span>` : nothing}</div>` : nothing}
      ${planned_from ? html`<div class="${from ? "text-secondary" : ""}">${icon("calendar-time")} ${text("planned", { span: spanText(planned_from, planned_to) })}${from ? nothing : html` <span class="text-secondary">${text("not_promised")}</span>`}</div>` : nothing}
      ${due(pack.due_at, job.state)}
      ${pack.fault ? html`<div class="mt-2"><span class="text-secondary">${text("fault")}</span><br>${pack.fault}</div>` : nothing}
      ${pack.unit ? html`<div class="mt-2 d-flex justify-content-between align-items-center gap-2"><span><span class="text-secondary">${text("serial")}</span><br><span class="j-number" id="unit-serial">${pack.unit.serial}</span></span><button class="btn flex-shrink-0" id="scan-unit" @click=${() => void scan()}>${icon("scan")}${text("scan_unit")}</button></div>` : nothing}
      ${matches === true ? html`<div class="text-success mt-1" role="status">${icon("circle-check")} ${text("unit_matches")}</div>` : nothing}
      ${matches === false ? html`<div class="text-danger mt-1" role="alert">${icon("alert-triangle")} ${text("unit_differs")}</div>` : nothing}
      ${pack.absences ? html`<div class="mt-2">${text("absences", { n: pack.absences })}</div>` : nothing}
      ${pack.free_because ? html`<div class="mt-2 text-success">${text("free_because", { because: pack.free_because })}</div>` : nothing}
    </div>
    ${calls || pack.navigation ? html`<div class="card-footer d-flex gap-2">
      ${calls ? html`<a class="btn flex-fill" href="tel:${pack.phone}">${icon("phone")}${text("call")}</a>` : nothing}
      ${pack.navigation ? html`<a class="btn flex-fill" href="${pack.navigation}" target="_blank" rel="noopener noreferrer">${icon("route")}${text("navigate")}</a>` : nothing}
    </div>` : nothing}</section>`;
}

export function due(at: string | null, state: string): unknown {
  if (!at || ["completed", "signed", "reviewed", "closed"].includes(state)) return nothing;
  const late = new Date(at) < present();
  return html`<div class="${late ? "text-danger" : "text-secondary"}">${icon(late ? "alert-triangle" : "clock")} ${text(late ? "was_due" : "due", { at: clockText(at) })}</div>`;
}

// History, knowledge, prices: before the work

function known(job: Job): unknown {
  const { history, knowledge } = job.kept.pack;
  return html`${history.length ? folded("history", text("history", { n: history.length }), "history", () => past(job)) : nothing}
    ${knowledge.cases || knowledge.articles?.length ? folded("knowledge", text("knowledge"), "book", () => learnt(job)) : nothing}
    ${["signed", "reviewed", "closed"].includes(job.state) ? nothing : folded("prices", text("price_list"), "receipt", () => prices(job))}`;
}

function past(job: Job): TemplateResult {
  return html`<ul class="list-unstyled mb-0">${job.kept.pack.history.map(
    (one) => html`<li class="mb-2"><strong class="j-number">${day(new Date(one.on))}</strong> ${one.job}<br>${one.found || one.fault}${one.done ? html`<br><span class="text-secondary">${one.done}</span>` : nothing}${one.parts.length ? html`<br>${icon("package")} ${one.parts.join("、")}` : nothing}</li>`,
  )}</ul>`;
}

function learnt(job: Job): TemplateResult {
  const { cases = 0, causes = [], measures = [], parts = [], minutes, articles = [] } = job.kept.pack.knowledge;
  const row = (label: string, found: [string, number][]) => (found.length ? html`<div><span class="text-secondary">${label}</span> ${found.map(([name, share]) => `${name} ${share}%`).join("，")}</div>` : nothing);
  return html`${cases ? html`<div class="text-secondary mb-1">${text("from_cases", { n: cases })}</div>` : nothing}
    ${row(text("likely_causes"), causes)} ${row(text("likely_measures"), measures)} ${row(text("likely_parts"), parts)}
    ${minutes ? html`<div class="text-secondary">${text("usual_minutes", { n: minutes })}</div>` : nothing}
    ${articles.map((one) => html`<details class="mt-2"><summary>${one.title}</summary><div class="j-prose">${one.text}</div></details>`)}`;
}

/** What usual work costs this customer, shown before anything is done. */
function prices(job: Job): TemplateResult {
  const { labour, parts } = job.kept.pack.catalogue;
  // What has the same reason stands together, with the reason said once.
  const groups = new Map<string, TemplateResult[]>();
  const add = (step: string, fields: Record<string, string>, name: string, price: string) => {
    const { line, sum } = preview(job, step, fields);
    const row = html`<li class="d-flex justify-content-between gap-3"><span>${name}</span><span class="text-end text-nowrap">${payment(sum, Number(price), line)}</span></li>`;
    groups.set(line.why, [...(groups.get(line.why) ?? []), row]);
  };
  for (const [key, item] of Object.entries(labour)) add("labour", { kind: "labour", labour: key, quantity: "1" }, item.name, item.price);
  for (const [key, item] of Object.entries(parts).slice(0, 40)) add("part", { part: key, component: String(item.component ?? ""), quantity: "1" }, item.name, item.price);
  return html`<p class="text-secondary">${text("price_hint")}</p>
    ${[...groups].map(([why, rows]) => html`<ul class="list-unstyled j-prices">${rows}</ul>${why ? html`<small class="j-why">${why}</small>` : nothing}`)}`;
}

function payment(sum: number, whole: number, line: Line): unknown {
  if (sum === 0 && whole > 0) return html`<s class="text-secondary">${money(whole)}</s> ${text("free")}`;
  return html`<strong>${money(sum)}</strong>${line.estimate ? html` <small>${text("at_most")}</small>` : nothing}`;
}

// Steps that move the job

async function move(job: Job, step: string, fields: Record<string, string> = {}): Promise<void> {
  await record([newItem(job.kept.number, step, fields)]);
}

function next(job: Job): unknown {
  const step = flow().next[job.state];
  if (!step || isLost(job)) return nothing;
  const sign = { accept: "check", set_out: "car", arrive: "map-pin" }[step] ?? "player-play";
  const go = async (event: Event) => {
    const button = event.currentTarget as HTMLButtonElement;
    button.disabled = true;
    await move(job, step, step === "arrive" ? await here() : {});
    button.disabled = false;
  };
  return html`<div class="card"><div class="card-body"><button class="btn btn-primary btn-lg w-100" data-next="${step}" @click=${go}>${icon(sign)}${text(`do_${step}`)}</button></div></div>`;
}

const OTHER_SIGNS: Record<string, string> = { decline: "x", pause: "player-pause", need_second_visit: "calendar-plus", bring_in: "tool", customer_absent: "user-off" };

function others(job: Job): unknown {
  return (flow().other[job.state] ?? []).map((step) =>
    folded(step, flow().steps[step]?.label ?? step, OTHER_SIGNS[step] ?? "dots", () =>
      stepForm(job, step, { button: flow().steps[step]?.label ?? step, style: "btn-outline-danger", changed: redraw, done: () => (location.hash = "#/") }),
    ),
  );
}

// Sections of the work

function part(job: Job, name: string): unknown {
  switch (name) {
    case "checks":
      return checksSection(job);
    case "photos":
      return photos(job);
    case "finding":
      return section("finding", text("finding"), "zoom-question", html`<div class="card-body">${stepForm(job, "finding", { values: job.record, button: text("save"), sign: "device-floppy", changed: redraw, done: () => say(text("kept"), "success") })}</div>`);
    case "test":
      return section("test", text("test"), "test-pipe", html`<div class="card-body">${stepForm(job, "test", { values: job.record, button: text("save"), sign: "device-floppy", changed: redraw, done: () => say(text("kept"), "success") })}</div>`);
    case "part":
    case "labour":
    case "added":
      return adding(job, name);
    case "charges":
      return charges(job);
    case "finish":
      return finish(job);
    case "sign":
      return sign(job);
    default:
      return nothing;
  }
}

function photos(job: Job): TemplateResult {
  const open = !["signed", "reviewed", "closed"].includes(job.state);
  const add = (purpose: string) => async (event: Event) => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = "";
    await keepPhotos(job, purpose, files);
  };
  const group = (purpose: "before" | "after") => {
    const { known: there = 0, own = [] } = job.photos[purpose] ?? {};
    return html`<div class="mb-3" data-purpose="${purpose}"><div class="fw-bold mb-1">${text(purpose)} <span class="text-secondary fw-normal">${there + own.length ? text("photos_n", { n: there + own.length }) : ""}</span></div>
      <div class="j-photo-list mb-2">${own.map((photo) => thumb(photo.blob, text(purpose), photo.sent))}</div>
      ${open ? html`<label class="btn w-100">${icon("camera")}${text("take_photo")}<input type="file" class="visually-hidden" accept="image/*" capture="environment" multiple @change=${add(purpose)}></label>` : nothing}</div>`;
  };
  return section("photos", text("photos"), "camera", html`<div class="card-body">${group("before")}${group("after")}${clips(job, open)}</div>`);
}

const ADDING = { part: ["part_used", "package", "add_part"], labour: ["labour_travel", "tool", "add_labour"], added: ["added_item", "plus", "add_consent"] } as const;

function adding(job: Job, step: "part" | "labour" | "added"): TemplateResult {
  const [title, sign, button] = ADDING[step];
  const more = (values: Record<string, string>) => {
    const found = preview(job, step, typedKeys(job, step, values));
    const whole = Number(found.line.amount);
    if (!whole) return nothing;
    const consent = step === "added" ? html`<div class="mt-1">${text("consent_words", { sum: money(found.sum) })}</div>` : nothing;
    return html`<div class="alert alert-info" role="status" data-preview><div>${text("customer_pays")} ${payment(found.sum, whole, found.line)} <span class="text-secondary">${found.line.why}</span>${consent}</div></div>`;
  };
  return folded(step, text(title), sign, () => stepForm(job, step, { button: text(button), sign: "plus", more, changed: redraw, done: () => say(text("kept"), "success") }), Object.keys(draftOf(job, step)).length > 0);
}

/** A typed label of a long list as its key, for the preview. */
function typedKeys(job: Job, step: string, values: Record<string, string>): Record<string, string> {
  const plain = { ...values };
  for (const spec of job.kept.pack.forms[step] ?? []) {
    const key = spec.choices?.find(([, label]) => label.trim() === values[spec.name]?.trim())?.[0];
    if (key) plain[spec.name] = key;
  }
  return plain;
}

function charges(job: Job): TemplateResult {
  const atWork = (flow().sections[job.state] ?? []).includes("part");
  const { sum, estimate } = total(job);
  const away = async (line: Line) => {
    if (!(await confirmed(text("remove_line", { line: line.description }), text("remove")))) return;
    const queued = job.items.find((item) => item.key === line.key);
    if (queued) await drop([queued]);
    else await record([newItem(job.kept.number, "line_remove", { line: String(line.id) })]);
  };
  const rows = job.lines.map(
    (line) => html`<li class="list-group-item"><div class="d-flex justify-content-between gap-2"><span>${line.description}${Number(line.quantity) === 1 ? nothing : ` × ${line.quantity}`}${line.added ? html` ${badge(text("added_short"), "info")}` : nothing}${line.source === "van" ? html` <small class="text-secondary text-nowrap">${icon("car")} ${text("from_van")}</small>` : nothing}</span><span class="text-end text-nowrap">${payment(Number(line.customer_amount), Number(line.amount), line)}</span></div>
      <div class="d-flex justify-content-between gap-2 align-items-end"><small class="j-why flex-fill">${line.payer && line.payer !== "customer" ? text("paid_by", { payer: line.payer_label }) : text("customer_pays_it")} ${line.why}${line.consented_by ? html`<br>${text("agreed_by", { name: line.consented_by })}` : nothing}${line.new_serial ? html`<br>${line.old_serial || "—"} → ${line.new_serial}` : nothing}</small>
        ${atWork && !(line.id === null && line.sent) ? html`<button type="button" class="btn btn-icon btn-ghost-secondary" aria-label="${text("remove")}" @click=${() => void away(line)}>${icon("trash")}</button>` : nothing}</div></li>`,
  );
  return section("charges", text("charges"), "receipt", html`<ul class="list-group list-group-flush">${rows.length ? rows : html`<li class="list-group-item text-secondary">${text("nothing_charged")}</li>`}</ul>
    ${rows.length ? html`<div class="card-footer d-flex justify-content-between"><span>${text("customer_pays")}${estimate ? html` <small>${text("at_most")}</small>` : nothing}</span><strong class="fs-3" id="total">${money(sum)}</strong></div>` : nothing}`);
}

function finish(job: Job): TemplateResult {
  const lacking = missing(job);
  const specs = (job.kept.pack.forms["complete"] ?? []).filter((spec) => spec.type !== "hidden");
  const go = () => void move(job, "complete", Object.fromEntries(specs.map((spec) => [spec.name, job.record[spec.name] ?? ""])));
  return html`<section class="card" id="s-finish"><div class="card-body">
    ${lacking.length ? alert("info", text("still_missing"), html`<ul class="mb-0 ps-3">${lacking.map((one) => html`<li>${one}</li>`)}</ul>`) : nothing}
    <button class="btn btn-success btn-lg w-100" data-complete ?disabled=${lacking.length > 0} @click=${go}>${icon("check")}${text("complete")}</button>
  </div></section>`;
}

function sign(job: Job): TemplateResult {
  const { sum, estimate } = total(job);
  const result = job.record["test_result"] ?? "";
  const form = stepForm(job, "sign", {
    own: ["signature"],
    button: text("sign"),
    sign: "check",
    style: "btn-success btn-lg",
    more: () => signatureField(job.kept.number),
    finish: () => {
      const drawn = takeSignature(job.kept.number);
      if (!drawn) {
        say(text("signature_missing"), "warning");
        return null;
      }
      // A sum that a clause may still lower is not held against the one that the server reckons.
      return { signature: drawn, ...(estimate ? {} : { shown_total: sum }) };
    },
    changed: redraw,
  });
  return section("sign", text("customer_confirms"), "signature", html`<div class="card-body">
    <p>${text("done_and_tested", { result })}</p>
    <p class="fs-3">${text("you_pay")} <strong>${money(sum)}</strong>${estimate ? html` <small>${text("at_most")}</small>` : nothing}</p>
    ${form}</div>`);
}
