// Short clips, as far as they have nothing to do with pages: what they are, how they are called, how long they take.
import { text } from "../parts/texts";

const ENDINGS: Record<string, string> = { "image/png": "png", "video/mp4": "mp4", "video/quicktime": "mov", "video/webm": "webm" };
/** the slowest network on which an upload is still waited for (bytes in a second) */
const SLOWEST = 25_000;
/** what has no more than this needs no more time than any other question */
const SMALL = 2_000_000;

/** The ending of a file's name by its type. */
export function ending(type: string): string {
  return ENDINGS[type] ?? "jpg";
}

/** How much longer (milliseconds) files may take on a slow network. */
export function patience(files: Map<string, Blob>): number {
  const bytes = [...files.values()].reduce((sum, one) => sum + one.size, 0);
  return bytes > SMALL ? Math.round((bytes / SLOWEST) * 1000) : 0;
}

/** The type of a clip by its first bytes, as the server looks at it; empty for anything else. */
export async function clipType(file: Blob): Promise<string> {
  const head = new Uint8Array(await file.slice(0, 16).arrayBuffer());
  if ([0x1a, 0x45, 0xdf, 0xa3].every((byte, n) => head[n] === byte)) return "video/webm";
  const word = (from: number) => String.fromCharCode(...head.slice(from, from + 4));
  if (word(4) !== "ftyp") return "";
  const brand = word(8);
  if (brand === "qt  ") return "video/quicktime";
  return /^(3gp|3g2|hei|mif|avif|M4A)/.test(brand) ? "" : "video/mp4";
}

/** What the list of what waits says of a clip. */
export function clipWords(fields: Record<string, string>): string {
  return fields["size"] ? `：${fields["size"]}` : `：${text("film")}`;
}
