// Photos are made smaller on the device before they are sent or kept: at most 1600 px, JPEG. The instant of exposure,
// which the re-encoding would lose, is read from the file first.

const EDGE = 1600;
const SMALL_ENOUGH = 600_000;

/** The instant of exposure that a JPEG file states (2026-11-21T14:05:10, by the camera's clock), or nothing. */
export async function exposureTime(file: File): Promise<string> {
  if (file.type !== "image/jpeg") return "";
  const head = new Uint8Array(await file.slice(0, 131_072).arrayBuffer());
  const words = new TextDecoder("latin1").decode(head);
  const found = /Exif\0\0[\s\S]*?(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(words);
  return found ? `${found[1]}-${found[2]}-${found[3]}T${found[4]}` : "";
}

/** The picture at most 1600 px wide or high; the file itself where that would not make it smaller. */
export async function shrink(file: File): Promise<File> {
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
