// A field for photos: they are made smaller before they are sent, and when each was taken goes in a hidden field.
import { onMount } from "./mount";
import { exposureTime, shrink } from "./picture";
import { text } from "./texts";

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
