// Reading a code with the camera: by the browser where it can, else by a reader that comes with the app and works in
// a thread of its own. A picture can be chosen instead, and every number can be typed.
import { text } from "./ui";

interface Detector {
  detect(image: ImageBitmapSource): Promise<{ rawValue: string }[]>;
}
type DetectorClass = { new (options?: { formats: string[] }): Detector; getSupportedFormats?: () => Promise<string[]> };

const FORMATS = ["qr_code", "code_128", "code_39", "ean_13", "data_matrix"];
const EVERY = 250;
const EDGE = 1280;
/** longest reading of one picture (milliseconds) */
const LONGEST = 20_000;

let own: Worker | null = null;
let turn = 0;

function reader(): Worker {
  const { codes = "", wasm = "" } = document.body.dataset;
  if (!own) {
    own = new Worker(codes);
    own.postMessage({ wasm });
  }
  return own;
}

function readApart(image: ImageData): Promise<string> {
  const worker = reader();
  const id = ++turn;
  return new Promise((done) => {
    const end = (code: string, broken = false) => {
      window.clearTimeout(timer);
      worker.removeEventListener("message", heard);
      worker.removeEventListener("error", failed);
      if (broken && own === worker) {
        worker.terminate();
        own = null;
      }
      done(code);
    };
    const heard = (event: MessageEvent<{ id: number; code: string }>) => {
      if (event.data.id === id) end(event.data.code);
    };
    // A reader that does not start or hangs is begun anew at the next picture.
    const failed = () => end("", true);
    const timer = window.setTimeout(failed, LONGEST);
    worker.addEventListener("message", heard);
    worker.addEventListener("error", failed);
    worker.postMessage({ id, image });
  });
}

async function detector(): Promise<Detector | null> {
  const Reader = (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!Reader) return null;
  const supported = (await Reader.getSupportedFormats?.().catch(() => [] as string[])) ?? [];
  const formats = FORMATS.filter((format) => supported.includes(format));
  return formats.length === FORMATS.length ? new Reader({ formats }) : null;
}

async function read(source: ImageBitmap | HTMLVideoElement, own: Detector | null): Promise<string> {
  if (own) {
    const found = await own.detect(source).catch(() => []);
    return found[0]?.rawValue.trim() ?? "";
  }
  const [width, height] = source instanceof HTMLVideoElement ? [source.videoWidth, source.videoHeight] : [source.width, source.height];
  if (!width || !height) return "";
  const scale = Math.min(1, EDGE / Math.max(width, height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return "";
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return readApart(context.getImageData(0, 0, canvas.width, canvas.height));
}

export interface Labelled {
  serial: string;
  label: string;
}

/** The serial in what a code says: labels of the house hold an address that ends in the label's code. */
export function serialIn(code: string, unit: Labelled | null): string {
  const last = /^https?:\/\//.test(code) ? (code.replace(/[/?#]+$/, "").split(/[/=]/).pop() ?? "") : code;
  const plain = decodeURIComponent(last).trim();
  return unit && plain.toUpperCase() === unit.label.toUpperCase() ? unit.serial : plain;
}

/** Scan with the camera in a dialog; the code, or nothing when it was closed. */
export async function scanInto(unit: Labelled | null): Promise<string> {
  const dialog = document.getElementById("scan") as HTMLDialogElement;
  const video = dialog.querySelector("video") as HTMLVideoElement;
  const note = dialog.querySelector("[data-note]") as HTMLElement;
  const file = dialog.querySelector("input[type=file]") as HTMLInputElement;
  const typed = dialog.querySelector("input[name=typed]") as HTMLInputElement;
  const native = await detector();
  let found = "";
  let stream: MediaStream | null = null;
  note.textContent = text("scan_hint");
  typed.value = file.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  const take = (code: string) => {
    found = code;
    dialog.close("found");
  };
  file.onchange = async () => {
    const picture = file.files?.[0];
    file.value = "";
    if (!picture) return;
    note.textContent = text("reading");
    const bitmap = await createImageBitmap(picture, { imageOrientation: "from-image" }).catch(() => null);
    const code = bitmap ? await read(bitmap, native) : "";
    bitmap?.close();
    if (code) take(code);
    else note.textContent = text("scan_failed");
  };
  const closed = new Promise<void>((done) => dialog.addEventListener("close", () => done(), { once: true }));
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    if (dialog.open) {
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      void (async () => {
        while (dialog.open) {
          const code = await read(video, native);
          if (code && dialog.open) take(code);
          await new Promise((done) => setTimeout(done, EVERY));
        }
      })();
    }
  } catch {
    video.hidden = true;
    note.textContent = text("no_camera");
  }
  await closed;
  for (const track of stream?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  if (dialog.returnValue === "typed") found = typed.value.trim();
  return found ? serialIn(found, unit) : "";
}
