// After the pages: the technician app. Each of its three programs is one file that loads no other, because the phone
// keeps them by their names and starts them without a network.
import { cp } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(here, "dist");
const target = ["chrome100", "safari15.4", "firefox103"];

async function program(name, entry, format) {
  await build({
    configFile: false,
    root: here,
    base: "/static/",
    publicDir: false,
    logLevel: "warn",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    css: { preprocessorOptions: { scss: { quietDeps: true } } },
    build: {
      outDir: dist,
      emptyOutDir: false,
      target,
      cssTarget: target,
      modulePreload: false,
      rolldownOptions: {
        input: { [name]: join(here, entry) },
        output: { format, codeSplitting: false, entryFileNames: `${name}.js`, assetFileNames: `${name}[extname]` },
      },
    },
  });
}

await program("field", "src/field/main.ts", "es");
await program("field-worker", "src/field/worker.ts", "iife");
await program("field-codes", "src/field/codes.ts", "iife");
await cp(join(here, "node_modules/zxing-wasm/dist/reader/zxing_reader.wasm"), join(dist, "field-codes.wasm"));
for (const size of [192, 512]) await cp(join(here, `icons/field-${size}.png`), join(dist, `field-${size}.png`));
