// Short clips of a job, next to its photos: looked at before they are kept, sent after everything else.
import { html, nothing, type TemplateResult } from "lit-html";
import { app, newItem, record, say } from "./app";
import { clipType } from "./clip";
import { clockOffset, present } from "./clock";
import type { Job } from "./job";
import { addressOf } from "./photos";
import { lastPlace } from "./place";
import type { FilmLimits } from "./types";
import { icon, text } from "./ui";

/** what a clip may be until the server has said it */
const CAREFUL: FilmLimits = { bytes: 20_000_000, types: ["video/mp4", "video/quicktime", "video/webm"] };

/** A size as the server counts it, such as “38 MB”. */
const size = (bytes: number) => `${Math.max(0.1, bytes / 1_048_576).toFixed(bytes < 10_485_760 ? 1 : 0)} MB`;

const limits = () => app.meta?.video ?? CAREFUL;

/** The clips on this phone, how many the office has, and the button for another. */
export function clips(job: Job, open: boolean): TemplateResult {
  const own = job.items.filter((item) => item.step === "video" && item.files["video"]);
  const known = job.kept.pack.photos["video"] ?? 0;
  if (!open && !own.length && !known) return html``;
  const take = async (event: Event) => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    input.value = "";
    if (file) await keepClip(job, file);
  };
  return html`<div data-purpose="video"><div class="fw-bold mb-1">${text("film")} <span class="text-secondary fw-normal">${known ? text("film_known", { n: known }) : ""}</span></div>
    ${own.map((item) => player(item.files["video"] ?? "", item.fields["size"] ?? "", item.state === "done"))}
    ${open ? html`<label class="btn w-100">${icon("video")}${text("film_take")}<input type="file" class="visually-hidden" accept="video/*" capture="environment" @change=${take}></label>
      <small class="form-hint">${text("film_hint", { size: size(limits().bytes) })}</small>` : nothing}</div>`;
}

function player(key: string, shown: string, sent: boolean): TemplateResult {
  const address = addressOf(key);
  return html`<div class="j-clip mb-2">${address ? html`<video src="${address}" controls playsinline preload="metadata" aria-label="${text("film")}"></video>` : nothing}
    <div class="${sent ? "text-secondary" : "text-warning"}">${sent ? nothing : icon("cloud-upload")} ${shown}${sent ? nothing : ` · ${text("not_sent")}`}</div></div>`;
}

/** Keep a clip as a step of its own; one that the server would not take is refused at once. */
async function keepClip(job: Job, file: File): Promise<void> {
  const { bytes, types } = limits();
  const type = await clipType(file);
  if (!types.includes(type)) return say(text("film_wrong"), "warning");
  if (file.size > bytes) return say(text("film_large", { size: size(file.size), limit: size(bytes) }), "warning");
  // A copy in memory: the file behind an input may be gone when the phone sends it hours later.
  const blob = new Blob([await file.arrayBuffer()], { type });
  const key = crypto.randomUUID();
  const fields = { taken_at: takenAt(file), size: size(file.size), ...lastPlace() };
  if (await record([newItem(job.kept.number, "video", fields, { video: key })], new Map([[key, blob]]))) say(text("film_kept"), "success");
}

/** When a clip was taken: when its file was written by the phone's clock, by the server's. */
function takenAt(file: File): string {
  const written = file.lastModified + clockOffset();
  return new Date(Math.min(written, present().getTime())).toISOString();
}
