// Photos are made smaller on the device before they are sent: at most 1600 px, JPEG. The instant of exposure,
// which the re-encoding would lose, is read from the file first and sent in a hidden field.
import { onMount } from "./mount";
import { text } from "./texts";

const EDGE = 1600;
const SMALL_ENOUGH = 600_000;

/** The instant of exposure that a JPEG file states (2026:11:21 14:05:10), or nothing. */
async function exposureTime(file: File): Promise<string> {
  if (file.type !== "image/jpeg") return "";
  const head = new Uint8Array(await file.slice(0, 131_072).arrayBuffer());
  const words = new TextDecoder("latin1").decode(head);
  const found = /Exif\0\0[\s\S]*?(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(words);
  return found ? `${found[1]}-${found[2]}-${found[3]}T${found[4]}` : "";
}

async function shrink(file: File): Promise<File> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, EDGE / Math.max(bitmap.width, bitmap.height));
  if (scale === 1 && file.size < SMALL_ENOUGH) {
    bitmap.close();
    return file;
  }
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.82));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function preview(frame: HTMLElement, files: File[]): void {
  const list = frame.querySelector<HTMLElement>("[data-photo-list]");
  if (!list) return;
  list.replaceChildren(
    ...files.map((file) => {
      const image = document.createElement("img");
      image.alt = file.name;
      image.src = URL.createObjectURL(file);
      image.addEventListener("load", () => URL.revokeObjectURL(image.src));
      return image;
    }),
  );
  const note = document.createElement("p");
  note.className = "form-hint";
  note.textContent = text("photo_ready", { n: files.length, size: size(files.reduce((sum, file) => sum + file.size, 0)) });
  list.append(note);
}

onMount("input[type=file][data-photo]", (element) => {
  const input = element as HTMLInputElement;
  let own = false;
  const work = async () => {
    const originals = [...(input.files ?? [])];
    const frame = input.closest<HTMLElement>("[data-photos]");
    const label = input.closest("label")?.querySelector<HTMLElement>("[data-file-label]");
    if (label && originals.length) label.textContent = originals.map((file) => file.name).join(", ");
    const times = await Promise.all(originals.map((file) => exposureTime(file)));
    const hidden = frame?.querySelector<HTMLInputElement>("[data-photo-times]");
    if (hidden) hidden.value = times.join(",");
    const files: File[] = [];
    for (const file of originals) {
      files.push(file.type.startsWith("image/") && file.type !== "image/gif" ? await shrink(file).catch(() => file) : file);
    }
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    own = true;
    input.files = transfer.files;
    own = false;
    if (frame) preview(frame, files);
  };
  input.addEventListener("change", () => {
    if (own) return;
    const form = input.form;
    const submits = form ? [...form.querySelectorAll<HTMLButtonElement>("button[type=submit]")] : [];
    for (const button of submits) button.disabled = true;
    void work().finally(() => {
      for (const button of submits) button.disabled = false;
    });
  });
});
