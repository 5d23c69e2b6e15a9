// Province, city, district, street: each list is fetched when the one above is chosen
// (`<data-url><code>/children` answers [{code, name}] or {children: [...]}; the code of the top is 0).
import { onMount } from "./mount";
import { text } from "./texts";

interface Division {
  code: string;
  name: string;
}
const LEVELS = ["province", "city", "district", "street"] as const;
const known = new Map<string, Promise<Division[]>>();

function children(url: string, code: string): Promise<Division[]> {
  const address = `${url}${code}/children`;
  let asked = known.get(address);
  if (!asked) {
    asked = fetch(address, { headers: { Accept: "application/json" } }).then(async (answer) => {
      if (!answer.ok) throw new Error(String(answer.status));
      const body = (await answer.json()) as Division[] | { children?: Division[]; results?: Division[] };
      return Array.isArray(body) ? body : (body.children ?? body.results ?? []);
    });
    asked.catch(() => known.delete(address));
    known.set(address, asked);
  }
  return asked;
}

/** Codes of the divisions above `code`, itself included: 440305 → 44, 4403, 440305. */
function path(code: string): string[] {
  return [2, 4, 6, 9].filter((length) => length <= code.length).map((length) => code.slice(0, length));
}

onMount("[data-region]", (frame) => {
  const hidden = frame.querySelector<HTMLInputElement>("input[type=hidden]");
  const place = frame.querySelector<HTMLElement>(".j-region-selects");
  const { url = "/regions/", levels = "4" } = frame.dataset;
  if (!hidden || !place) return;
  const selects = LEVELS.slice(0, Number(levels)).map((level) => {
    const select = document.createElement("select");
    select.className = "form-select";
    select.setAttribute("aria-label", text(level));
    select.add(new Option(text(level), ""));
    select.disabled = true;
    place.append(select);
    return select;
  });

  const fillLevel = async (index: number, parent: string, chosen = ""): Promise<void> => {
    for (const [i, select] of selects.entries()) {
      if (i < index) continue;
      select.length = 1;
      select.disabled = true;
    }
    const select = selects[index];
    if (!select) return;
    const divisions = await children(url, parent).catch(() => []);
    for (const { code, name } of divisions) select.add(new Option(name, code, false, code === chosen));
    select.disabled = divisions.length === 0;
  };
  const publish = () => {
    hidden.value = [...selects].reverse().find((select) => select.value)?.value ?? "";
    hidden.dispatchEvent(new Event("change", { bubbles: true }));
  };
  for (const [index, select] of selects.entries()) {
    select.addEventListener("change", () => {
      publish();
      if (select.value) void fillLevel(index + 1, select.value);
      else void fillLevel(index + 1, selects[index - 1]?.value ?? "0").then(() => undefined);
    });
  }
  const begin = async () => {
    await fillLevel(0, "0", path(hidden.value)[0]);
    for (const [i, code] of path(hidden.value).entries()) {
      if (selects[i]?.value !== code) break;
      await fillLevel(i + 1, code, path(hidden.value)[i + 1]);
    }
  };
  void begin();
});
