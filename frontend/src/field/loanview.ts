// Loaners on the phone: the pool, what is with customers, lending and taking back, and what was refused.
import { html, nothing, type TemplateResult } from "lit-html";
import { app, drop, job, jobs, newItem, redraw, replaceSteps, retry, sendAnew } from "./app";
import { clockText, day, present } from "./clock";
import { formView, type Ask, type Values } from "./installationforms";
import { numberOf, type Job } from "./job";
import { loansOf, pieceKey, type Lent, type LoanFlow, type Piece } from "./loan";
import type { Item } from "./types";
import { badge, confirmed, folded, icon, section, text } from "./ui";
import { describe } from "./words";

const NONE: LoanFlow = { pool: [], out: [] };
/** which other piece was chosen for a step that was refused */
const instead = new Map<string, string>();

const loans = (): LoanFlow => loansOf(app.meta?.loans ?? NONE, app.queue, (order) => job(order)?.kept.pack.customer ?? "");
const titleOf = (piece: Piece) => `${piece.name} ${piece.serial}`;

/** The name of the piece that the queue calls `key`. */
export function pieceName(key: string): string {
  const { pool = [], out = [] } = app.meta?.loans ?? NONE;
  const piece = pool.find((one) => pieceKey(one.id) === key);
  return piece ? titleOf(piece) : (out.find((one) => pieceKey(one.piece) === key)?.name ?? text("loan"));
}

export function loanWords(item: Item): string {
  const { fields } = item;
  const said = [pieceName(item.number), fields["order"], fields["condition"], fields["damage"], fields["amount"], fields["signed_by"] ?? fields["returned_by"], Object.keys(item.files).length ? text("photo") : ""];
  return `：${said.filter(Boolean).join("；")}`;
}

/** The pages of loaners: all, lending for a job, taking back. */
export function loanPage(step: string, key: string): TemplateResult {
  if (step === "lend") return page(text("loan_lend"), lendForm(key));
  const loan = loans().out.find((one) => one.number === key);
  return step === "back" && loan ? page(loan.name, backForm(loan)) : listPage();
}

function page(title: string, body: TemplateResult): TemplateResult {
  return html`<div class="j-public-heading"><a class="j-back" href="#/loaner">${icon("arrow-left")} ${text("loans")}</a><h1>${title}</h1></div><section class="card"><div class="card-body">${body}</div></section>`;
}

function listPage(): TemplateResult {
  const { pool, out } = loans();
  return html`<div class="j-public-heading"><a class="j-back" href="#/">${icon("arrow-left")} ${text("my_jobs")}</a><h1>${text("loans")}</h1><p class="j-subtitle">${app.meta ? text("as_of", { at: clockText(app.meta.synced) }) : nothing}</p></div>
    ${app.queue.filter((item) => item.about === "loaner" && item.state === "refused").map(refusal)}
    ${pool.length && jobs().length ? html`<a class="btn btn-primary btn-lg w-100 mb-3" data-lend href="#/loaner/lend">${icon("package")}${text("loan_lend")}</a>` : nothing}
    ${section("out", text("loan_out"), "user", html`<div class="list-group list-group-flush">${out.map(outRow)}${out.length ? nothing : html`<div class="list-group-item text-secondary">${text("loan_none_out")}</div>`}</div>`, out.length || nothing)}
    ${section("pool", text("loan_pool"), "package", html`<ul class="list-group list-group-flush">${pool.map(poolRow)}${pool.length ? nothing : html`<li class="list-group-item text-secondary">${text("loan_none_free")}</li>`}</ul>`, pool.length || nothing)}`;
}

function outRow(loan: Lent): TemplateResult {
  const late = loan.due_back_at !== "" && new Date(loan.due_back_at) < present();
  return html`<a class="list-group-item list-group-item-action d-flex justify-content-between align-items-center gap-2" data-loan="${loan.number}" href="#/loaner/back/${loan.number}"><span class="j-wrap">${loan.name}<span class="d-block text-secondary">${loan.customer} · ${loan.signed_by}</span>${loan.due_back_at ? html`<span class="d-block ${late ? "text-danger" : "text-secondary"}">${text("loan_due", { at: day(new Date(loan.due_back_at)) })}</span>` : nothing}</span>${loan.unsent ? badge(text("not_sent"), "warning", "cloud-upload") : badge(text("loan_take_back"), "info", "package-import")}</a>`;
}

function poolRow(piece: Piece): TemplateResult {
  return html`<li class="list-group-item d-flex justify-content-between align-items-center gap-2" data-piece="${piece.id}"><span class="j-wrap">${piece.name} <span class="j-number text-secondary">${piece.serial}</span>${piece.accessories ? html`<span class="d-block text-secondary">${piece.accessories}</span>` : nothing}</span><span class="text-nowrap">${text("loan_grade", { n: piece.grade })}</span></li>`;
}

/** What a job shows of loaners: those that its customer has, and lending one; nothing for who lends none. */
export function loansOfJob(job: Job): unknown {
  if (!app.meta?.loans || ["dispatched", "accepted"].includes(job.state)) return nothing;
  const { customer, number } = job.kept.pack;
  const { pool, out } = loans();
  const theirs = out.filter((loan) => loan.order === number || loan.customer === customer);
  if (!theirs.length && !pool.length) return nothing;
  return folded("loans", theirs.length ? `${text("loans")} · ${theirs.length}` : text("loans"), "package", () =>
    html`${theirs.length ? html`<div class="list-group mb-2">${theirs.map(outRow)}</div>` : nothing}${pool.length ? html`<a class="btn w-100" data-lend href="#/loaner/lend/${number}">${icon("package")}${text("loan_lend")}</a>` : nothing}`,
  );
}

// Lending

function lendForm(number: string): TemplateResult {
  const { pool } = loans();
  const known = jobs();
  const asks: Ask[] = [
    { name: "piece", label: text("loan_piece"), type: "choice", required: true, choices: pool.map((piece): [string, string] => [String(piece.id), `${piece.serial} · ${piece.name} · ${text("loan_grade", { n: piece.grade })}`]), initial: pool.length === 1 ? String(pool[0]?.id) : "" },
    ...(number ? [] : [{ name: "order", label: text("loan_job"), type: "choice" as const, required: true, choices: known.map((one): [string, string] => [one.kept.number, `${one.kept.pack.customer} ${one.kept.number}`]) }]),
    { name: "reason", label: text("loan_reason"), required: true, max: 300, initial: text("loan_usual_reason") },
    { name: "due_on", label: text("loan_due_on"), type: "date", hint: text("loan_due_hint") },
    { name: "condition", label: text("loan_condition_out"), required: true, max: 300, initial: text("loan_good") },
    { name: "meter", label: text("loan_meter"), type: "number" },
    { name: "photo", label: text("photos"), type: "photos" },
    { name: "signed_by", label: text("site_signed_by"), required: true, max: 60, initial: job(number)?.kept.pack.contact ?? "" },
    { name: "signature", label: text("signature"), type: "signature", required: true },
  ];
  const today = day(present());
  const chosen = ({ piece = "" }: Values) => pool.find((one) => String(one.id) === piece);
  return formView({
    key: `loaner/lend${number ? `/${number}` : ""}`,
    asks,
    more: (values) => (chosen(values)?.accessories ? html`<p class="text-secondary">${text("loan_goes_along", { what: chosen(values)?.accessories ?? "" })}</p>` : nothing),
    check: ({ due_on = "" }): Values => (due_on && due_on < today ? { due_on: text("site_day_passed") } : {}),
    button: text("loan_lend_it"),
    sign: "signature",
    style: "btn-success btn-lg",
    item: ({ piece = "", ...fields }, files) => newLoanItem(pieceKey(piece), "lend", number ? { ...fields, order: number } : fields, files),
    done: () => (location.hash = number ? `#/job/${number}` : "#/loaner"),
  });
}

function newLoanItem(number: string, step: string, fields: Values, files: Values): Item {
  return { ...newItem(number, step, fields, files), about: "loaner" };
}

// Taking back

function backForm(loan: Lent): TemplateResult {
  const few = loan.meter === null ? 0 : Number(loan.meter);
  return html`<p class="text-secondary">${loan.customer} · ${text("loan_lent", { at: clockText(loan.lent_at) })}${loan.condition ? html`<br>${text("loan_was", { how: loan.condition })}` : nothing}${loan.accessories ? html`<br>${text("loan_goes_along", { what: loan.accessories })}` : nothing}</p>
    ${formView({
      key: `loaner/back/${loan.number}`,
      asks: [
        { name: "returned_by", label: text("loan_returned_by"), required: true, max: 60, initial: loan.signed_by },
        { name: "condition", label: text("loan_condition_back"), required: true, max: 300, initial: text("loan_good") },
        ...(loan.meter === null ? [] : [{ name: "meter", label: text("loan_meter"), type: "number" as const, required: true, hint: text("loan_meter_was", { n: loan.meter }) }]),
        { name: "photo", label: text("photos"), type: "photos" },
        { name: "damage", label: text("loan_damage"), type: "textarea", max: 300 },
        { name: "amount", label: text("loan_amount"), type: "number" },
        { name: "usable", label: text("loan_usable"), type: "buttons", required: true, choices: [["yes", text("yes")], ["no", text("loan_to_repair")]], initial: "yes" },
      ],
      check: ({ amount = "", damage = "", meter = "" }): Values => ({
        ...(numberOf(amount) > 0 && !damage.trim() ? { damage: text("loan_say_damage") } : {}),
        ...(numberOf(amount) < 0 ? { amount: text("out_of_range") } : {}),
        ...(loan.meter !== null && numberOf(meter) < few ? { meter: text("loan_meter_was", { n: loan.meter }) } : {}),
      }),
      button: text("loan_take_back"),
      sign: "package-import",
      style: "btn-primary btn-lg",
      item: (fields, files) => newLoanItem(pieceKey(loan.piece), "take-back", { ...fields, loan: loan.number }, files),
      done: () => (location.hash = "#/loaner"),
    })}`;
}

// What was refused

function refusal(item: Item): TemplateResult {
  const code = item.refusal?.code ?? "";
  const other = instead.get(item.key) ?? "";
  const away = async () => {
    if (await confirmed(text("drop_one"), text("drop"))) await drop([item]);
  };
  const choose = (event: Event) => {
    instead.set(item.key, (event.target as HTMLSelectElement).value);
    redraw();
  };
  const order = job(item.fields["order"] ?? "");
  return html`<div class="alert alert-danger" role="alert" data-refused="${item.number}" data-code="${code}"><div class="j-wrap">
    <h3 class="alert-title">${text("refused")}</h3>
    <div>${describe(item, undefined)}</div>
    <div class="mt-1">${item.refusal?.text}</div>
    ${item.refusal?.details.length ? html`<ul class="mb-1 ps-3">${item.refusal.details.map((one) => html`<li>${one}</li>`)}</ul>` : nothing}
    <div class="text-secondary mt-1">${text(code === "gone" ? "loan_gone_words" : code === "consent" ? "loan_consent_words" : code === "state" ? "loan_back_words" : "refused_invalid")}</div>
    ${code === "gone" && loans().pool.length ? html`<label class="form-label mt-2" for="instead-${item.key}">${text("loan_other")}</label><select class="form-select" id="instead-${item.key}" data-instead @change=${choose}><option value="">${text("choose")}</option>${loans().pool.map((piece) => html`<option value="${piece.id}">${piece.serial} · ${piece.name}</option>`)}</select>
      <button class="btn btn-primary w-100 mt-2" data-send-other ?disabled=${!other} @click=${() => void sendAnew(item, {}, pieceKey(other))}>${icon("send")}${text("loan_send_other")}</button>` : nothing}
    <div class="j-choices mt-2">
      <button class="btn" data-retry @click=${() => void retry(item.number)}>${icon("refresh")}${text("retry")}</button>
      ${order ? html`<button class="btn" data-send-note @click=${() => void note(item, order)}>${icon("send")}${text("send_note")}</button>` : nothing}
      <button class="btn btn-outline-danger" data-drop @click=${() => void away()}>${icon("trash")}${text("drop")}</button>
    </div>
  </div></div>`;
}

/** Send what was refused as a note of the job for which it was, its photos with it. */
async function note(item: Item, order: Job): Promise<void> {
  const { number } = order.kept;
  const first = newItem(number, "note", { text: describe(item, undefined) });
  first.fields["note"] = first.key;
  const photos = Object.values(item.files).map((photos) => ({ ...newItem(number, "note", { text: "", note: first.key }, { photos }), at: item.at }));
  await replaceSteps([item], [first, ...photos]);
}
