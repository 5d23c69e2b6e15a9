// After Vite: the icon sprite (only the icons that the templates use, and a stock of common ones) and the fonts for print.
import { cp, mkdir, readFile, readdir, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(here, "dist");
const icons = join(here, "node_modules/@tabler/icons/icons");
const fonts = join(here, "node_modules/@expo-google-fonts/noto-sans-sc");

/** Every file below a folder that carries icon names. */
async function* sources(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["node_modules", "__pycache__", "dist", "locale"].includes(entry.name)) yield* sources(path);
    } else if (/\.(html|py|ts)$/.test(entry.name)) yield path;
  }
}

/** Words that may be icon names: `<c-icon name="x">`, `icon="x"`, `"icon": "x"`, `{% icon "x" %}`, `icon="{% if a %}x{% else %}y{% endif %}"`. */
async function wanted() {
  const names = new Set((await readFile(join(here, "scripts/icons.txt"), "utf8")).split(/\s+/).filter(Boolean));
  for (const root of [join(here, "../jiannuo"), join(here, "src")]) {
    for await (const path of sources(root)) {
      const text = await readFile(path, "utf8");
      for (const [, attribute] of text.matchAll(/(?:c-icon\s[^>]*?name|icon)["']?\s*[=:]\s*["']([^"']+)["']/g)) {
        for (const word of attribute.match(/[a-z][a-z0-9-]+/g) ?? []) names.add(word);
      }
      for (const [, name] of text.matchAll(/\{% icon "([a-z0-9-]+)"/g)) names.add(name);
      for (const [, name] of text.matchAll(/\bArea\(_\("[^"]+"\), "[^"]+", "([^"]+)"/g)) names.add(name); // the menu
    }
  }
  return [...names].sort();
}

async function sprite() {
  const symbols = [];
  for (const name of await wanted()) {
    const filled = name.endsWith("-filled");
    const path = filled ? join(icons, "filled", `${name.slice(0, -7)}.svg`) : join(icons, "outline", `${name}.svg`);
    const svg = await readFile(path, "utf8").catch(() => null);
    if (svg === null) continue;
    const body = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s*\n\s*/g, "");
    const paint = filled
      ? 'fill="currentColor"'
      : 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" ${paint}>${body}</symbol>`);
  }
  await writeFile(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
  return symbols.length;
}

async function copyFonts() {
  await mkdir(join(dist, "fonts"), { recursive: true });
  const copies = { "NotoSansSC-Regular.ttf": "400Regular/NotoSansSC_400Regular.ttf", "NotoSansSC-Bold.ttf": "700Bold/NotoSansSC_700Bold.ttf" };
  for (const [name, path] of Object.entries(copies)) await cp(join(fonts, path), join(dist, "fonts", name));
  await writeFile(
    join(dist, "fonts", "LICENSE.txt"),
    "Noto Sans SC, Copyright 2014-2021 Adobe (http://www.adobe.com/), with Reserved Font Name 'Source'.\n" +
      "Licensed under the SIL Open Font License, Version 1.1: https://openfontlicense.org\n",
  );
}

await cp(join(here, "jiannuo.svg"), join(dist, "jiannuo.svg"));
const count = await sprite();
await copyFonts();
const { size } = await stat(join(dist, "app.js"));
console.log(`${relative(here, dist)}: ${count} icons, fonts for print, app.js ${Math.round(size / 1024)} kB`);
