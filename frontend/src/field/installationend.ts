// The end of an installation: what remains to be done, and what the customer signs.
import { html, nothing, type TemplateResult } from "lit-html";
import { clockText, day, present } from "./clock";
import { isLost, type Remaining, type Site } from "./installation";
import { formView, newSiteItem, type Values } from "./installationforms";
import { leftOut } from "./installationlacks";
import { alert, badge, folded, icon, section, text } from "./ui";

/** Go back from the form of a line to the project. */
export function toProject(site: Site): void {
  location.hash = `#/installation/${site.now.number}`;
}

// What remains

export function remainingSection(site: Site, open: boolean): unknown {
  const { remaining, number, state } = site.now;
  const records = open && state !== "accepted" && !["planned", "agreed"].includes(state);
  if (!remaining.length && !records) return nothing;
  return section(
    "remaining",
    text("site_remaining"),
    "checklist",
    html`<ul class="list-group list-group-flush">${remaining.map((row) => remainingRow(site, row, open))}
      ${remaining.length ? nothing : html`<li class="list-group-item text-secondary">${text("site_nothing_remains")}</li>`}
      ${records ? html`<li class="list-group-item"><a class="btn w-100" data-add-remaining href="#/installation/${number}/remaining">${icon("plus")}${text("site_add_remaining")}</a></li>` : nothing}</ul>`,
    remaining.length ? `${remaining.filter((row) => row.done_at).length} / ${remaining.length}` : nothing,
  );
}

function remainingRow(site: Site, row: Remaining, open: boolean): TemplateResult {
  // What a refusal made gets its name from the server only.
  const known = typeof row.id === "number" || !row.from_refusal;
  return html`<li class="list-group-item d-flex justify-content-between align-items-center gap-2"><span class="j-wrap">${row.text}<span class="d-block text-secondary"><span class="j-number">${row.due_on}</span>${row.unit ? ` · ${row.unit}` : ""}${row.person ? ` · ${row.person}` : ""}${row.how ? ` · ${row.how}` : ""}</span></span>
    ${row.done_at ? badge(text("done"), "success") : open && known && !isLost(site) ? html`<a class="btn flex-shrink-0" href="#/installation/${site.now.number}/remaining-done/${row.id}">${text("done")}</a>` : nothing}</li>`;
}

export function remainingForm(site: Site): TemplateResult {
  const { number, units } = site.now;
  const today = day(present());
  return formView({
    key: `${number}/remaining`,
    asks: [
      { name: "text", label: text("site_what_remains"), required: true },
      { name: "due_on", label: text("site_due_on"), type: "date", required: true },
      ...(units.length > 1 ? [{ name: "part", label: text("site_unit"), type: "choice" as const, choices: units.map((unit): [string, string] => [String(unit.id), unit.serial]) }] : []),
    ],
    check: ({ due_on = "" }): Values => (due_on < today ? { due_on: text("site_day_passed") } : {}),
    button: text("save"),
    sign: "check",
    item: (fields) => newSiteItem(number, "remaining", fields),
    done: () => toProject(site),
  });
}

export function finishForm(site: Site, row: Remaining): TemplateResult {
  const { number } = site.now;
  return formView({
    key: `${number}/remaining-done/${row.id}`,
    asks: [{ name: "how", label: text("site_how_done"), required: true }],
    button: text("save"),
    sign: "check",
    item: (fields) => newSiteItem(number, "remaining-done", { line: String(row.id), ...fields }),
    done: () => toProject(site),
  });
}

// What the customer signs

export function acceptances(site: Site): unknown {
  return site.now.acceptances.map((one) =>
    alert(one.refusal ? "danger" : "success", text(one.refusal ? "site_refused_by" : "site_accepted_by", { name: one.signed_by }), html`<span class="j-number">${clockText(one.at)}</span>${one.opinion ? html`<div class="j-prose">${one.opinion}</div>` : nothing}`),
  );
}

/** What else is possible while the customer is asked: to refuse. */
export function acceptForms(site: Site): unknown {
  if (!["acceptance", "partly"].includes(site.now.state)) return nothing;
  return folded("refuse", text("site_refuse"), "x", () => refuseForm(site));
}

export function acceptForm(site: Site): TemplateResult {
  const { number, units, state } = site.now;
  const open = units.filter((unit) => !unit.accepted_at);
  const left = ({ parts = "" }: Values) => {
    const wrong = leftOut(site, parts.split(","));
    return wrong.length ? html`${alert("warning", "", html`${wrong.map((one) => html`<div>${one}</div>`)}<a class="btn mt-2" href="#/installation/${number}/remaining">${icon("plus")}${text("site_add_remaining")}</a>`)}` : nothing;
  };
  const reservations = site.now.remaining.filter((row) => !row.done_at);
  return html`${reservations.length ? alert("info", text("site_reservations"), html`<ul class="mb-0 ps-3">${reservations.map((row) => html`<li>${row.text} <span class="j-number text-secondary">${row.due_on}</span></li>`)}</ul>`) : nothing}
    <p class="text-secondary">${text("site_accept_words")}</p>
    ${formView({
      key: `${number}/accept`,
      asks: [
        { name: "parts", label: text("site_units_accepted"), type: "ticks", required: true, choices: open.map((unit): [string, string] => [String(unit.id), `${unit.model} ${unit.serial}`]), initial: open.map((unit) => unit.id).join(",") },
        { name: "opinion", label: text("site_opinion"), type: "textarea" },
        { name: "signed_by", label: text("site_signed_by"), required: true, max: 60, initial: site.now.contact },
        { name: "signature", label: text("signature"), type: "signature", required: true },
      ],
      more: left,
      check: (values): Values => {
        const wrong = leftOut(site, (values["parts"] ?? "").split(","));
        return wrong.length ? { parts: wrong.join(" ") } : {};
      },
      button: text("site_accept_sign"),
      sign: "signature",
      style: "btn-success btn-lg",
      item: (fields) => newSiteItem(number, "accept", { ...fields, state }),
      done: () => toProject(site),
    })}`;
}

function refuseForm(site: Site): TemplateResult {
  const { number, state } = site.now;
  const today = day(present());
  return formView({
    key: `${number}/refuse`,
    asks: [
      { name: "reasons", label: text("site_reasons"), type: "textarea", required: true, max: 2000, hint: text("site_reasons_hint") },
      { name: "due_on", label: text("site_mended_until"), type: "date", required: true },
      { name: "signed_by", label: text("site_signed_by"), required: true, max: 60 },
      { name: "paper", label: text("site_paper"), type: "photos" },
    ],
    check: ({ due_on = "" }): Values => (due_on < today ? { due_on: text("site_day_passed") } : {}),
    button: text("site_refuse"),
    sign: "x",
    style: "btn-outline-danger",
    item: (fields, files) => newSiteItem(number, "refuse", { ...fields, state }, files),
  });
}
