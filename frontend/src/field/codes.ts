// The reader of codes, in a thread of its own. Its program comes from this server, not from where its makers keep it.
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

interface Asked {
  wasm?: string;
  id?: number;
  image?: ImageData;
}

self.addEventListener("message", (event: MessageEvent<Asked>) => {
  const { wasm, id, image } = event.data;
  if (wasm) prepareZXingModule({ overrides: { locateFile: () => wasm } });
  if (!image) return;
  readBarcodes(image, { formats: ["QRCode", "Code128", "Code39", "EAN13", "DataMatrix"], tryHarder: true, maxNumberOfSymbols: 1 }).then(
    (found) => self.postMessage({ id, code: found[0]?.text.trim() ?? "" }),
    () => self.postMessage({ id, code: "" }),
  );
});
