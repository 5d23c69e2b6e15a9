// The stages of an installation on the phone, and the forms of their lines.
import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { app, job, record, say } from "./app";
import { clockText, present } from "./clock";
import { acceptForm, finishForm, remainingForm, toProject } from "./installationend";
import { draftOf, formView, keep, newSiteItem, type Ask, type Form, type Values } from "./installationforms";
import { isWithin, trialState, type Measure, type PackLine, type Reading, type Site, type Topic, type Trainee } from "./installation";
import { orderDone } from "./installationlacks";
import { numberOf } from "./job";
import { thumb } from "./photos";
import { badge, folded, icon, section, text } from "./ui";

const SIGNS: Record<string, string> = { unpacking: "package", installing: "tool", commissioning: "gauge", trial: "player-play", documents: "files", training: "school" };
/** the states in which something of a stage may be recorded, where these are not all that come after the arrival */
const UNPACKING = ["unpacking", "installing"];
const NOT_YET = ["planned", "agreed"];
const MEASURING = ["commissioning", "trial", "documents", "training", "acceptance", "refused", "partly"];
const BODIES: Record<string, (site: Site) => [unknown, string]> = { unpacking, installing, commissioning, trial, documents, training };

const link = (site: Site, step: string, line: number | string = "") => `#/installation/${site.now.number}/${step}${line === "" ? "" : `/${line}`}`;
const waits = (unsent: boolean | undefined) => (unsent ? html`<span class="text-warning" title="${text("not_sent")}">${icon("cloud-upload")}</span>` : nothing);
const settled = (site: Site) => ["accepted", "closed", "cancelled"].includes(site.now.state);

/** A stage: open while it is the present one, else folded. */
export function stageSection(site: Site, stage: string, isHere: boolean): unknown {
  const make = BODIES[stage];
  if (!make) return nothing;
  const [body, count] = make(site);
  const title = text(`site_stage_${{ unpacking: "unpacking", installing: "installation" }[stage] ?? stage}`);
  if (isHere) return section(stage, title, SIGNS[stage] ?? "circle", body, count);
  return folded(stage, count ? `${title} · ${count}` : title, SIGNS[stage] ?? "circle", () => body);
}

// Unpacking

function unpacking(site: Site): [unknown, string] {
  const { packing, number, state } = site.now;
  const open = UNPACKING.includes(state) && !settled(site);
  const unchecked = packing.filter((line) => line.received === null).length;
  const untold = packing.filter((line) => line.faulty && !line.told);
  const rest = () => record([newSiteItem(number, "packing-rest")]);
  const body = html`<div class="list-group list-group-flush">${packing.map((line) => packingRow(site, line, open))}
    ${packing.length ? nothing : html`<div class="list-group-item text-secondary">${text("site_no_list")}</div>`}
    ${open ? html`<div class="list-group-item"><div class="j-choices">
      ${unchecked ? html`<button type="button" class="btn" data-rest @click=${() => void rest()}>${icon("checks")}${text("site_rest")}</button>` : nothing}
      <a class="btn" href="${link(site, "packing-add")}">${icon("plus")}${text("site_add_line")}</a>
      ${untold.length ? html`<a class="btn btn-warning" data-notice href="${link(site, "notice")}">${icon("send")}${text("site_notice")}</a>` : nothing}</div></div>` : nothing}</div>`;
  return [body, `${packing.length - unchecked} / ${packing.length}`];
}

function packingRow(site: Site, line: PackLine, open: boolean): TemplateResult {
  const { conditions = {} } = app.meta?.site ?? {};
  const missing = line.received === null ? 0 : Math.max(0, line.expected - line.received);
  const words = [missing ? text("site_n_missing", { n: missing }) : "", line.condition && line.condition !== "good" ? (conditions[line.condition] ?? "") : "", line.remark].filter(Boolean).join("、");
  const state = line.received === null ? badge(text("site_unchecked_line"), "secondary") : line.faulty ? badge(text("site_faulty"), "danger") : badge(text("site_there"), "success");
  const inside = html`<span class="j-wrap">${line.text} <span class="j-number text-secondary">${line.received ?? "—"} / ${line.expected}</span>${line.unit && site.now.units.length > 1 ? html`<span class="d-block text-secondary j-number">${line.unit}</span>` : nothing}${words ? html`<span class="d-block ${line.faulty ? "text-danger" : "text-secondary"}">${words}</span>` : nothing}${line.told ? html`<span class="d-block text-secondary">${icon("send")} ${text("site_told")}</span>` : nothing}
      <span class="j-photo-list">${line.blobs?.map((blob) => thumb(blob, line.text, !line.unsent))}</span></span>
    <span class="d-flex align-items-center gap-1 flex-shrink-0">${waits(line.unsent)}${state}</span>`;
  const look = "list-group-item d-flex justify-content-between align-items-center gap-2";
  return open ? html`<a class="${look} list-group-item-action" data-line="${line.id}" href="${link(site, "packing", line.id)}">${inside}</a>` : html`<div class="${look}">${inside}</div>`;
}

function packingForm(site: Site, line: PackLine): Form {
  const { conditions = {} } = app.meta?.site ?? {};
  const key = `${site.now.number}/packing/${line.id}`;
  const received: Ask = { name: "received", label: text("site_found"), type: "number", required: true, initial: String(line.received ?? line.expected), hint: text("site_list_says", { n: line.expected }) };
  return {
    key,
    asks: [
      received,
      { name: "condition", label: text("site_condition"), type: "buttons", required: true, choices: Object.entries(conditions), initial: line.condition || "good" },
      { name: "remark", label: text("remark"), initial: line.remark },
      { name: "photo", label: text("photos"), type: "photos" },
    ],
    check: (values) => {
      const count = numberOf(values["received"] ?? "");
      const bad = values["condition"] !== "good";
      const shown = Object.keys(values).some((name) => name.startsWith("photo-")) || line.photos > 0 || Boolean(line.blobs?.length);
      return {
        ...(Number.isInteger(count) && count >= 0 && count <= line.expected ? {} : { received: text("site_list_says", { n: line.expected }) }),
        ...(bad && !values["remark"]?.trim() ? { remark: text("site_say_wrong") } : {}),
        ...(bad && !shown ? { photo: text("site_photo_wanted") } : {}),
      };
    },
    button: text("save"),
    sign: "check",
    item: (fields, files) => newSiteItem(site.now.number, "packing", { line: String(line.id), ...fields }, files),
    done: () => toProject(site),
  };
}

function noticeForm(site: Site): Form {
  const lines = site.now.packing.filter((line) => line.faulty && !line.told);
  const { suppliers = [] } = app.meta?.site ?? {};
  return {
    key: `${site.now.number}/notice`,
    asks: [
      { name: "lines", label: text("site_missing_damaged"), type: "ticks", required: true, choices: lines.map((line): [string, string] => [String(line.id), line.text]), initial: lines.map((line) => line.id).join(",") },
      { name: "addressee", label: text("site_supplier"), type: "choice", choices: [...suppliers.map(([id, name]): [string, string] => [String(id), name])] },
      { name: "supplier", label: text("site_other_supplier"), max: 80 },
      { name: "text", label: text("remark"), type: "textarea" },
    ],
    check: ({ addressee, supplier }): Values => (addressee || supplier?.trim() ? {} : { supplier: text("site_say_supplier") }),
    button: text("site_notice"),
    sign: "send",
    item: (fields) => newSiteItem(site.now.number, "notice", fields),
    done: () => toProject(site),
  };
}

// Installation by work order, commissioning

function installing(site: Site): [unknown, string] {
  const { units } = site.now;
  const state = (unit: (typeof units)[number]) => (orderDone(unit) ? badge(text("done"), "success") : unit.order ? badge(unit.order_state, "primary") : badge(text("site_no_order_yet"), "warning"));
  const row = (unit: (typeof units)[number]) => {
    const inside = html`<span class="j-wrap">${unit.model}<span class="d-block text-secondary j-number">${[unit.serial, unit.order].filter(Boolean).join(" · ")}</span></span>${state(unit)}`;
    const look = "list-group-item d-flex justify-content-between align-items-center gap-2";
    return job(unit.order) ? html`<a class="${look} list-group-item-action" href="#/job/${unit.order}">${inside}</a>` : html`<div class="${look}">${inside}</div>`;
  };
  return [html`<div class="list-group list-group-flush">${units.map(row)}</div>`, `${units.filter(orderDone).length} / ${units.length}`];
}

function commissioning(site: Site): [unknown, string] {
  const { measures, state } = site.now;
  const passed = measures.filter((line) => line.readings.at(-1)?.passed).length;
  const open = MEASURING.includes(state);
  const body = measures.length ? html`<ul class="list-group list-group-flush">${measures.map((line) => measureRow(site, line, open))}</ul>` : html`<div class="card-body text-secondary">${text("site_no_values")}</div>`;
  return [body, measures.length ? `${passed} / ${measures.length}` : ""];
}

function measureRow(site: Site, line: Measure, open: boolean): TemplateResult {
  const several = site.now.units.length > 1;
  const star = line.required ? html` <span class="text-danger" aria-hidden="true">*</span>` : nothing;
  const id = `value-${line.id}`;
  const said = line.is_number ? html`<label for="${open ? id : nothing}">${line.text}${star}</label>` : html`<span>${line.text}${star}</span>`;
  return html`<li class="list-group-item" data-measure="${line.id}">
    <div class="j-wrap">${said}${line.limits || several ? html`<div class="text-secondary j-number">${[line.limits, several ? line.unit : ""].filter(Boolean).join(" · ")}</div>` : nothing}</div>
    ${line.readings.map((one) => readingRow(line, one))}
    ${open ? (line.is_number ? numberInput(site, line, id) : yesNo(site, line)) : nothing}</li>`;
}

function readingRow(line: Measure, one: Reading): TemplateResult {
  return html`<div class="d-flex flex-wrap gap-2 align-items-center mt-1">${one.value === null ? nothing : html`<span class="j-number">${one.value} ${line.measured_in}</span>`}${badge(text(one.passed ? "site_passed" : "site_failed"), one.passed ? "success" : "danger")}<small class="text-secondary">${clockText(one.at)}${one.remark ? ` ${one.remark}` : ""}</small>${waits(one.unsent)}</div>`;
}

/** A value is judged while it is typed, and recorded with a button; what is outside is recorded as not passed. */
function numberInput(site: Site, line: Measure, id: string): TemplateResult {
  const key = `${site.now.number}/measure/${line.id}`;
  const { value = "" } = draftOf(key);
  const out = value.trim() !== "" && !Number.isNaN(numberOf(value)) && !isWithin(line, value);
  const send = async () => {
    const typed = numberOf(draftOf(key)["value"] ?? ""); // what was typed last may not be drawn yet
    if (Number.isNaN(typed)) return say(text("check_number", { check: line.text }), "warning");
    if (await record([newSiteItem(site.now.number, "measure", { line: String(line.id), value: String(typed) })])) keep(key, null);
  };
  return html`<div class="input-group mt-2"><input id="${id}" class="form-control${out ? " is-invalid" : ""}" inputmode="decimal" maxlength="15" autocomplete="off" .value=${live(value)} @input=${(event: Event) => keep(key, { value: (event.target as HTMLInputElement).value })}>
      ${line.measured_in ? html`<span class="input-group-text">${line.measured_in}</span>` : nothing}<button type="button" class="btn btn-primary" @click=${() => void send()}>${text("site_record")}</button></div>
    ${out ? html`<div class="text-danger mt-1" role="status">${icon("alert-triangle")} ${text("out_of_limits")}</div>` : nothing}`;
}

function yesNo(site: Site, line: Measure): TemplateResult {
  const answer = (passed: string, words: string) =>
    html`<button type="button" class="btn" value="${passed}" @click=${() => void record([newSiteItem(site.now.number, "measure", { line: String(line.id), passed })])}>${text(words)}</button>`;
  return html`<div class="btn-group mt-2" role="group" aria-label="${line.text}">${answer("yes", "site_passed")}${answer("no", "site_failed")}</div>`;
}

// Trial run

export function startTrial(site: Site): TemplateResult {
  const { number, state } = site.now;
  const { hours, basis } = site.now.trial;
  const form: Form = {
    key: `${number}/trial-start`,
    asks: [
      { name: "trial_hours", label: text("site_trial_hours"), type: "number", required: true, initial: hours ?? "" },
      { name: "trial_basis", label: text("site_trial_basis"), initial: basis, max: 120 },
    ],
    check: ({ trial_hours = "" }): Values => (numberOf(trial_hours) > 0 && numberOf(trial_hours) >= Number(hours ?? 0) ? {} : { trial_hours: text("site_trial_short", { n: hours ?? 0 }) }),
    button: text("site_trial_start"),
    sign: "player-play",
    item: (fields) => newSiteItem(number, "trial-start", { ...fields, state }),
  };
  return html`<section class="card" id="s-trial-start"><div class="card-body">${formView(form)}</div></section>`;
}

function trial(site: Site): [unknown, string] {
  const { trial: run, state, number } = site.now;
  const { rules = {}, kinds = {} } = app.meta?.site ?? {};
  const now = trialState(run);
  const log = (kind: string, words: string, sign: string): TemplateResult => {
    const required = kind === "stopped";
    return folded(`trial-${kind}`, words, sign, () =>
      formView({
        key: `${number}/trial/${kind}`,
        asks: [{ name: "text", label: text(required ? "why" : "remark"), required, max: 300 }],
        check: (): Values => (required && now.ends && new Date(now.ends) <= present() ? { text: text("site_trial_over") } : {}),
        button: words,
        style: required ? "btn-outline-danger" : "btn-primary",
        item: (fields) => newSiteItem(number, "trial", { kind, ...fields }),
      }),
    );
  };
  const open = state === "trial" && run.started_at;
  const body = html`<ul class="list-group list-group-flush">
      <li class="list-group-item">${text("site_trial_n_hours", { n: run.hours ?? "—" })} · ${rules[run.rule] ?? ""}${run.basis ? ` · ${run.basis}` : ""}
        ${now.from ? html`<div class="${now.stopped ? "text-danger" : ""}">${text("site_trial_from", { at: clockText(now.from) })} · ${now.ends ? text("site_trial_until", { at: clockText(now.ends) }) : now.stopped ? text("site_stopped_since", { at: clockText(now.stopped) }) : ""}</div>` : nothing}</li>
      ${run.entries.map((entry) => html`<li class="list-group-item j-wrap"><span class="j-number">${clockText(entry.at)}</span> <strong>${kinds[entry.kind] ?? entry.kind}</strong> ${entry.text}</li>`)}</ul>
    ${open ? html`<div class="card-body">${log("note", text("site_trial_note"), "pencil")}${now.stopped ? log("resumed", text("site_trial_resume"), "player-play") : nothing}${now.stopped ? nothing : log("stopped", text("site_trial_stop"), "player-stop")}</div>` : nothing}`;
  return [body, ""];
}

// Documents and training

function documents(site: Site): [unknown, string] {
  const { papers, number, state, received_by } = site.now;
  const open = !NOT_YET.includes(state) && !settled(site);
  const row = (paper: (typeof papers)[number]) => {
    const hand = () => record([newSiteItem(number, "paper", { line: String(paper.id), copies: String(paper.copies) })]);
    return html`<li class="list-group-item d-flex justify-content-between align-items-center gap-2"><span class="j-wrap">${paper.title}${paper.required ? html` <span class="text-danger" aria-hidden="true">*</span>` : nothing} <span class="j-number text-secondary">×${paper.copies}</span></span>
      ${paper.handed_at ? badge(text("site_handed"), "success") : open ? html`<button type="button" class="btn flex-shrink-0" data-paper="${paper.id}" @click=${() => void hand()}>${text("site_hand")}</button>` : nothing}</li>`;
  };
  const body = html`<ul class="list-group list-group-flush">${papers.map(row)}
    ${open ? html`<li class="list-group-item"><div class="j-choices"><a class="btn" href="${link(site, "paper-add")}">${icon("plus")}${text("site_add_paper")}</a>${received_by ? nothing : html`<a class="btn btn-primary" data-paper-sign href="${link(site, "paper-sign")}">${icon("signature")}${text("site_sign_papers")}</a>`}</div></li>` : nothing}
    ${received_by ? html`<li class="list-group-item text-success">${icon("signature")} ${text("signed_by", { name: received_by })}</li>` : nothing}</ul>`;
  return [body, papers.length ? `${papers.filter((paper) => paper.handed_at).length} / ${papers.length}` : ""];
}

function training(site: Site): [unknown, string] {
  const { topics, trainees, skills, state } = site.now;
  const open = !NOT_YET.includes(state) && !settled(site);
  const look = "list-group-item d-flex justify-content-between align-items-center gap-2";
  const topic = (line: Topic) =>
    open
      ? html`<a class="${look} list-group-item-action" data-topic="${line.id}" href="${link(site, "topic", line.id)}">${topicInside(line)}</a>`
      : html`<div class="${look}">${topicInside(line)}</div>`;
  const trainee = (line: Trainee) =>
    open
      ? html`<a class="${look} list-group-item-action" data-trainee="${line.id}" href="${link(site, "trainee", line.id)}">${traineeInside(line, skills.length)}</a>`
      : html`<div class="${look}">${traineeInside(line, skills.length)}</div>`;
  const body = html`<div class="list-group list-group-flush">${topics.map(topic)}${trainees.map(trainee)}
    ${open ? html`<div class="list-group-item"><div class="j-choices"><a class="btn" href="${link(site, "topic-add")}">${icon("plus")}${text("site_add_topic")}</a><a class="btn btn-primary" data-add-trainee href="${link(site, "trainee-add")}">${icon("user-plus")}${text("site_add_trainee")}</a></div></div>` : nothing}</div>`;
  return [body, trainees.length ? text("site_n_trainees", { n: trainees.length }) : ""];
}

function topicInside(line: Topic): TemplateResult {
  const done = line.held !== null && Number(line.held) >= Number(line.hours);
  return html`<span class="j-wrap">${icon("book")} ${line.title} <span class="text-secondary j-number">${text("site_hours_of", { held: line.held ?? "—", hours: line.hours })}</span>${line.trainer ? html`<span class="d-block text-secondary">${line.trainer}</span>` : nothing}</span>${done ? badge(text("site_taught"), "success") : badge(text("site_to_teach"), "secondary")}`;
}

function traineeInside(line: Trainee, skills: number): TemplateResult {
  return html`<span class="j-wrap">${icon("user")} ${line.name}${line.duty ? html` <span class="text-secondary">${line.duty}</span>` : nothing}${skills ? html`<span class="d-block text-secondary j-number">${line.assessed_at ? text("site_knows", { n: line.known.length, of: skills }) : text("site_unassessed")}</span>` : nothing}</span>${line.signed_at ? badge(text("site_signed"), "success", "signature") : badge(text("site_unsigned"), "secondary")}`;
}

function traineePage(site: Site, line: Trainee): TemplateResult {
  const { number, skills, topics } = site.now;
  const named = { line: String(line.id) };
  const taught = topics.some((topic) => topic.held !== null);
  return html`${skills.length ? section("assess", text("site_assess"), "checklist", html`<div class="card-body">${formView({
      key: `${number}/assess/${line.id}`,
      asks: [{ name: "skills", label: text("site_knows_can"), type: "ticks", choices: skills.map((skill): [string, string] => [String(skill.id), skill.text]), initial: line.known.join(",") }],
      button: text("save"),
      sign: "check",
      item: (fields) => newSiteItem(number, "assess", { skills: "", ...fields, ...named }),
      done: () => say(text("kept"), "success"),
    })}</div>`, line.assessed_at ? text("site_knows", { n: line.known.length, of: skills.length }) : nothing) : nothing}
    ${line.signed_at ? html`<p class="text-success">${icon("signature")} ${text("signed_by", { name: line.name })} <span class="j-number">${clockText(line.signed_at)}</span></p>` : nothing}
    ${!line.signed_at && !taught ? html`<p class="text-secondary">${text("site_teach_first")}</p>` : nothing}
    ${!line.signed_at && taught ? section("sign", text("site_trainee_signs"), "signature", html`<div class="card-body">${formView({
      key: `${number}/trainee-sign/${line.id}`,
      asks: [{ name: "signature", label: text("signature"), type: "signature", required: true }],
      button: text("sign"),
      sign: "signature",
      item: (fields) => newSiteItem(number, "trainee-sign", { ...fields, ...named }),
      done: () => say(text("kept"), "success"),
    })}</div>`) : nothing}`;
}

// The pages of single lines

/** The form of a step of the project; null where there is none, so that the project is shown. */
export function itemPage(site: Site, step: string, line: string): TemplateResult | null {
  const made = pageOf(site, step, line);
  if (!made) return null;
  const [title, body] = made;
  return html`<div class="j-public-heading"><a class="j-back" href="#/installation/${site.now.number}">${icon("arrow-left")} ${site.now.customer}</a><h1>${title}</h1></div>
    ${step === "trainee" ? body : html`<section class="card"><div class="card-body">${body}</div></section>`}`;
}

const by = <T extends { id: number | string }>(rows: T[], line: string): T | undefined => rows.find((row) => String(row.id) === line);

function pageOf(site: Site, step: string, line: string): [string, TemplateResult] | null {
  const { number, packing, topics, trainees, remaining } = site.now;
  const simple = (title: string, asks: Ask[], name = step, more: Record<string, string> = {}): [string, TemplateResult] => [
    title,
    formView({ key: `${number}/${step}${line ? `/${line}` : ""}`, asks, button: text("save"), sign: "check", item: (fields) => newSiteItem(number, name, { ...more, ...fields }), done: () => toProject(site) }),
  ];
  const ofLine = <T extends { id: number | string }>(rows: T[], make: (row: T) => [string, TemplateResult]): [string, TemplateResult] | null => {
    const row = by(rows, line);
    return row ? make(row) : null;
  };
  switch (step) {
    case "packing":
      return ofLine(packing, (row) => [row.text, formView(packingForm(site, row))]);
    case "packing-add":
      return simple(text("site_add_line"), [{ name: "text", label: text("site_item"), required: true, max: 160 }, { name: "expected", label: text("site_on_list"), type: "number", required: true }]);
    case "notice":
      return [text("site_notice"), formView(noticeForm(site))];
    case "paper-add":
      return simple(text("site_add_paper"), [{ name: "title", label: text("site_paper_title"), required: true, max: 160 }, { name: "copies", label: text("site_copies"), type: "number", required: true, initial: "1" }]);
    case "paper-sign":
      return simple(text("site_sign_papers"), [{ name: "name", label: text("site_signed_by"), required: true, max: 60, initial: site.now.contact }, { name: "signature", label: text("signature"), type: "signature", required: true }]);
    case "topic":
      return ofLine(topics, (row) => simple(row.title, [{ name: "hours", label: text("site_hours_held"), type: "number", required: true, initial: row.held ?? row.hours }, { name: "trainer", label: text("site_trainer"), required: true, max: 60, initial: row.trainer || (app.meta?.name ?? "") }], "topic", { line }));
    case "topic-add":
      return simple(text("site_add_topic"), [{ name: "title", label: text("site_topic"), required: true, max: 160 }, { name: "hours", label: text("site_hours"), type: "number", required: true, initial: "0" }]);
    case "trainee-add":
      return simple(text("site_add_trainee"), [{ name: "name", label: text("site_name"), required: true, max: 60 }, { name: "duty", label: text("site_duty"), max: 60 }], "trainee");
    case "trainee":
      return ofLine(trainees, (row) => [row.name, traineePage(site, row)]);
    case "remaining":
      return [text("site_add_remaining"), remainingForm(site)];
    case "remaining-done":
      return ofLine(remaining, (row) => [row.text, finishForm(site, row)]);
    case "accept":
      return ["acceptance", "partly"].includes(site.now.state) ? [text("site_accept"), acceptForm(site)] : null;
    default:
      return null;
  }
}
