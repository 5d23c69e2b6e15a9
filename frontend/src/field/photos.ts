// Photos: shrunk on the phone, kept with when and where they were taken, shown from what is kept.
import { html, type TemplateResult } from "lit-html";
import { exposureTime, shrink } from "../parts/picture";
import { app, newItem, record, redraw, say } from "./app";
import { corrected, present } from "./clock";
import type { Job } from "./job";
import { lastPlace } from "./place";
import type { Check, Item } from "./types";
import { icon, text } from "./ui";

const shown = new Map<string, string>();

/** A photo made small, with when it was taken by the server's clock. */
export async function prepared(file: File): Promise<{ blob: Blob; taken: string }> {
  const exposed = await exposureTime(file).catch(() => "");
  const blob = file.type.startsWith("image/") && file.type !== "image/gif" ? await shrink(file).catch(() => file) : file;
  // A copy in memory: the file behind an input may be gone when the phone sends it hours later.
  const kept = new Blob([await blob.arrayBuffer()], { type: blob.type });
  return { blob: kept, taken: exposed ? corrected(exposed) : present().toISOString() };
}

/** Keep photos of the job, each as a step of its own, so that each is sent by itself. */
export async function keepPhotos(job: Job, purpose: string, files: File[]): Promise<void> {
  for (const file of files) {
    if (!file.type.startsWith("image/")) {
      say(text("no_picture"), "warning");
      continue;
    }
    const { blob, taken } = await prepared(file);
    const key = crypto.randomUUID();
    const item: Item = newItem(job.kept.number, "photos", { purpose, photos_taken_at: taken, ...lastPlace() }, { photos: key });
    if (!(await record([item], new Map([[key, blob]])))) return;
  }
}

export async function keepCheckPhoto(job: Job, check: Check, file: File): Promise<void> {
  if (!file.type.startsWith("image/")) return say(text("no_picture"), "warning");
  const { blob, taken } = await prepared(file);
  const key = crypto.randomUUID();
  const fields = { check: String(check.id), value: "", taken_at: taken, ...lastPlace() };
  await record([newItem(job.kept.number, "check", fields, { photo: key })], new Map([[key, blob]]));
}

/** The address under which a kept picture or clip is shown; nothing until it has been read. */
export function addressOf(key: string): string | undefined {
  const address = shown.get(key);
  if (!address) {
    void app.store?.blob(key).then((blob) => {
      if (!blob || shown.has(key)) return;
      shown.set(key, URL.createObjectURL(blob));
      redraw();
    });
  }
  return address;
}

/** A kept picture, small. */
export function thumb(key: string, words: string, sent: boolean): TemplateResult {
  return html`<span class="j-thumb"><img src="${addressOf(key) ?? "data:,"}" alt="${words}">${sent ? "" : html`<span class="j-thumb-mark" title="${text("not_sent")}">${icon("cloud-upload")}</span>`}</span>`;
}

/** Forget the pictures shown, when another person comes. */
export function forgetPictures(): void {
  for (const address of shown.values()) URL.revokeObjectURL(address);
  shown.clear();
}
