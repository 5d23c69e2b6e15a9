// A field that can be filled by a code: a picture taken with the phone's camera is read on the device. Only where the
// browser can read codes; everywhere else the field is typed, or filled by a hand scanner, which types too.
import { icon } from "./icon";
import { onMount } from "./mount";
import { text } from "./texts";
import { toast } from "./toast";

interface Detector {
  detect(image: ImageBitmap): Promise<{ rawValue: string }[]>;
}

type DetectorClass = new (options?: { formats: string[] }) => Detector;

const FORMATS = ["qr_code", "code_128", "code_39", "ean_13", "data_matrix"];

async function read(Reader: DetectorClass, file: File): Promise<string> {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  try {
    const found = await new Reader({ formats: FORMATS }).detect(bitmap);
    return found[0]?.rawValue.trim() ?? "";
  } finally {
    bitmap.close();
  }
}

onMount("input[data-scan]", (element) => {
  const Reader = (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  if (!Reader) return;
  const input = element as HTMLInputElement;
  const picture = document.createElement("input");
  picture.type = "file";
  picture.accept = "image/*";
  picture.setAttribute("capture", "environment");
  picture.className = "visually-hidden";
  picture.setAttribute("aria-hidden", "true");
  picture.tabIndex = -1;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.append(icon("scan"), text("scan"));
  const group = document.createElement("div");
  group.className = "input-group";
  input.replaceWith(group);
  group.append(input, button);
  input.form?.append(picture);
  button.addEventListener("click", () => picture.click());
  picture.addEventListener("change", () => {
    const file = picture.files?.[0];
    picture.value = "";
    if (!file) return;
    void read(Reader, file)
      .catch(() => "")
      .then((code) => {
        if (!code) return toast(text("scan_failed"), "warning");
        input.value = code;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
  });
});
