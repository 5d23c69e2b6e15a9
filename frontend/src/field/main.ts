// The technician app. What is on the phone is drawn at once; the network only makes it newer.
import "./field.scss";
import { html, nothing, render } from "lit-html";
import { app, hush, job, onChange, sites, start, unsent, walk } from "./app";
import { isWrong } from "./clock";
import { forgetDrafts, loadDrafts } from "./forms";
import { jobView } from "./jobview";
import { forgetPictures } from "./photos";
import { forgetSignatures } from "./signing";
import "../parts/theme";
import { alert, icon, text, type View } from "./ui";
import { forgetLogDrafts, loadLogDraft, logPage } from "./logview";
import { forgetWalkDrafts, loadWalkDraft, pointView, walkView } from "./walkview";
import { forgetSiteDrafts, loadSiteDrafts } from "./installationforms";
import { sitePage } from "./installationview";
import { loanPage } from "./loanview";
import { vanView } from "./vanview";
import { clockWords, listView, meView, queueView } from "./views";

const root = document.getElementById("app") as HTMLElement;
let person = "";
let place = "";
let asked = 0;

function route(): string[] {
  return decodeURIComponent(location.hash.replace(/^#\/?/, "")).split("/");
}

function page(): View {
  if (!app.started) return nothing;
  if (!app.store || !app.meta) return entrance();
  const [name, number = "", part = "", line = ""] = route();
  if (name === "queue") return queueView();
  if (name === "me") return meView();
  if (name === "van") return vanView();
  if (name === "log") return logPage(number);
  if (name === "round") return roundPage(number, part);
  if (name === "loaner") return loanPage(number, part);
  if (name === "installation") return installationPage(number, part, line);
  if (name !== "job") return listView();
  const found = job(number);
  return found ? jobView(found) : html`<div class="empty"><p class="empty-title">${text("no_such_job")}</p><a class="btn" href="#/">${text("my_jobs")}</a></div>`;
}

function roundPage(number: string, part: string): View {
  const found = walk(number);
  if (!found) return html`<div class="empty"><p class="empty-title">${text("no_such_walk")}</p><a class="btn" href="#/">${text("my_jobs")}</a></div>`;
  const point = found.points.find((one) => String(one.id) === part);
  return point ? pointView(found, point) : walkView(found);
}

function installationPage(number: string, part: string, line: string): View {
  const found = sites().find((one) => one.kept.number === number);
  return found ? sitePage(found, part, line) : html`<div class="empty"><p class="empty-title">${text("no_such_site")}</p><a class="btn" href="#/">${text("my_jobs")}</a></div>`;
}

/** Nobody's jobs are here yet, or nobody is signed in. */
function entrance(): View {
  if (app.situation === "sending") return html`<p class="text-secondary">${text("fetching")}</p>`;
  if (app.situation === "full" && app.store) return html`<div class="empty" id="entrance"><p class="empty-title">${text("phone_full_fetch")}</p></div>`;
  const title = app.situation === "forbidden" ? "forbidden_app" : app.situation === "offline" && !app.locked ? "first_online" : "sign_in_first";
  return html`<div class="empty" id="entrance"><p class="empty-title">${text(title)}</p>${signIn()}</div>`;
}

function signIn(): View {
  const address = `${document.body.dataset["signIn"]}?next=${encodeURIComponent("/field/app/")}`;
  return html`<a class="btn btn-primary" href="${address}">${icon("login")}${text("sign_in")}</a>`;
}

function banners(): View {
  const here = app.store !== null;
  return html`${app.message ? html`<div class="alert alert-${{ success: "success", info: "info", warning: "warning", error: "danger" }[app.message.level]} d-flex" role="status" id="message"><div class="flex-fill">${app.message.text}</div><button type="button" class="btn-close" aria-label="${text("close")}" @click=${hush}></button></div>` : nothing}
    ${here && app.situation === "signed_out" ? html`<div id="signed-out">${alert("warning", text("signed_out_title"), html`${text("signed_out_words", { n: unsent().length })}<div class="mt-2">${signIn()}</div>`)}</div>` : nothing}
    ${app.foreign ? html`<div id="foreign">${alert("warning", text("foreign_title"), text("foreign_words", { n: app.foreign }))}</div>` : nothing}
    ${here && isWrong() ? html`<div id="clock">${alert("warning", text("clock_title"), text("clock_words", { wrong: clockWords() }))}</div>` : nothing}`;
}

function pill(): View {
  const waiting = unsent();
  const refused = waiting.filter((item) => item.state === "refused").length;
  const offline = app.situation === "offline" || !navigator.onLine;
  const [style, sign, words] = refused
    ? ["danger", "alert-triangle", text("refused_n", { n: refused })]
    : app.situation === "sending"
      ? ["info", "refresh", app.report?.of ? text("sending_n", { n: app.report.sent, of: app.report.of }) : text("fetching")]
      : app.situation === "full"
        ? ["danger", "alert-triangle", text("storage_full")]
      : waiting.length
        ? ["warning", offline ? "wifi-off" : "cloud-upload", text("unsent", { n: waiting.length })]
        : offline
          ? ["secondary", "wifi-off", text("no_network")]
          : ["success", "cloud-check", text("all_sent")];
  return app.store ? html`<a class="j-pill j-pill-${style}" href="#/queue" id="pill" data-situation="${app.situation}" data-unsent="${waiting.length}">${icon(sign)}<span>${words}</span></a>` : nothing;
}

function bar(): View {
  const [name = ""] = route();
  const count = unsent().length;
  const link = (address: string, sign: string, words: string, here: boolean, more: unknown = nothing) =>
    html`<a href="${address}" class="${here ? "active" : ""}" aria-current="${here ? "page" : nothing}">${icon(sign)}${more}<span>${words}</span></a>`;
  return html`<nav class="j-bottom" aria-label="${text("pages")}">
    ${link("#/", "briefcase", text("my_jobs"), ["", "job", "round", "log", "installation", "loaner"].includes(name))}
    ${app.meta?.van ? link("#/van", "package", text("my_van"), name === "van") : nothing}
    ${link("#/queue", "cloud-upload", text("to_send"), name === "queue", count ? html`<span class="j-count">${count}</span>` : nothing)}
    ${link("#/me", "user-circle", text("me"), name === "me")}
  </nav>`;
}

/** What was read for one person is gone before another's is drawn or read. */
function meet(): void {
  const now = app.store?.person ?? "";
  if (now === person) return;
  forgetDrafts();
  forgetWalkDrafts();
  forgetSiteDrafts();
  forgetLogDrafts();
  forgetPictures();
  forgetSignatures();
  person = now;
}

function draw(): void {
  meet();
  render(
    html`<header class="j-public-bar"><div class="j-brand-link"><img src="${document.body.dataset["logo"] ?? ""}" alt="" width="28" height="28"><span>${text("app_name")}</span></div><div class="j-tools">${pill()}</div></header>
      <main class="j-public-content" id="content" tabindex="-1">${banners()}${page()}</main>
      ${app.store ? bar() : nothing}`,
    root,
  );
  document.body.dataset["ready"] = app.started ? "yes" : "";
}

/** Several changes at once are drawn once. */
function later(): void {
  cancelAnimationFrame(asked);
  if (document.hidden) return draw();
  asked = requestAnimationFrame(draw);
}

async function moved(): Promise<void> {
  meet();
  const [name, number = "", part = ""] = route();
  if (name === "job") await loadDrafts(number);
  if (name === "loaner") await loadSiteDrafts("loaner");
  if (name === "installation") await loadSiteDrafts(number);
  if (name === "round" && part) await loadWalkDraft(number, part);
  if (name === "log") await loadLogDraft(number);
  draw();
  if (place !== location.hash) window.scrollTo(0, 0);
  place = location.hash;
}

onChange(later);
window.addEventListener("hashchange", () => void moved());
if ("serviceWorker" in navigator) {
  const { worker = "" } = document.body.dataset;
  void navigator.serviceWorker.register(worker, { scope: "/field/app/", updateViaCache: "none" }).catch((error: unknown) => console.error("worker", error));
}
void start().then(() => moved());
void moved();
