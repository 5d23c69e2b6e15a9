// Rows of a form: added from a blank, removed, and the conditions of a decision table with the words they may use.
import { onMount } from "./mount";

onMount("[data-rows]", (element) => {
  const list = element.querySelector<HTMLElement>(":scope > [data-rows-list]");
  const blank = element.querySelector<HTMLTemplateElement>(":scope > template[data-rows-blank]");
  const add = element.querySelector<HTMLButtonElement>(":scope > [data-rows-add]");
  if (!list || !blank || !add) return;
  // Names of rows that were removed are never given anew: what is typed later cannot mix with what stood there.
  let next = list.childElementCount;
  add.addEventListener("click", () => {
    const made = document.createElement("template");
    made.innerHTML = blank.innerHTML.replaceAll("__n__", String(next++));
    const row = made.content.firstElementChild;
    if (!(row instanceof HTMLElement)) return;
    list.append(row);
    window.htmx.process(row);
    row.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
    row.querySelector<HTMLElement>("input, select, textarea")?.focus();
  });
  list.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-row-remove]") : null;
    const row = button?.closest<HTMLElement>("[data-row]");
    if (!row || row.parentElement !== list) return;
    row.remove();
    add.focus();
    element.dispatchEvent(new Event("change", { bubbles: true }));
  });
});

const MOST_CHIPS = 14;

function factValues(): Record<string, string[]> {
  const data = document.getElementById("fact-values");
  return data?.textContent ? (JSON.parse(data.textContent) as Record<string, string[]>) : {};
}

onMount("[data-condition]", (row) => {
  const field = (name: string) => row.querySelector<HTMLInputElement & HTMLSelectElement>(`[name$=".${name}"]`);
  const fact = field("fact");
  const how = field("how");
  const values = field("values");
  if (!fact || !how || !values) return;
  const words = document.createElement("div");
  words.className = "j-chips";
  values.after(words);
  const listed = () => values.value.split(/[,，、;；]/).map((one) => one.trim()).filter(Boolean);

  const press = (word: string) => {
    const now = listed();
    values.value = (now.includes(word) ? now.filter((one) => one !== word) : [...now, word]).join("、");
    values.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };
  const show = () => {
    const range = how.value === "range";
    for (const name of ["min", "max"]) field(name)?.closest<HTMLElement>(".j-field")?.toggleAttribute("hidden", !range);
    values.closest<HTMLElement>(".j-field")?.toggleAttribute("hidden", range);
    const group = fact.value === "meters" || fact.value === "amounts";
    field("part")?.closest<HTMLElement>(".j-field")?.toggleAttribute("hidden", !group);
    const known = factValues()[fact.value] ?? [];
    const now = listed();
    words.replaceChildren(
      ...known.slice(0, MOST_CHIPS).map((word) => {
        const chip = document.createElement("button");
        chip.type = "button";
        chip.className = "j-chip";
        chip.textContent = word;
        chip.setAttribute("aria-pressed", String(now.includes(word)));
        chip.addEventListener("click", () => {
          press(word);
          [...words.querySelectorAll("button")].find((one) => one.textContent === word)?.focus();
        });
        return chip;
      }),
    );
  };
  const NUMBERS = /^(price|batch_size|same_symptom_repairs|consecutive_faults|days_|replacements|unsolved_services|meters|amounts)/;
  fact.addEventListener("change", () => {
    how.value = NUMBERS.test(fact.value) ? "range" : how.value === "range" ? "any_of" : how.value;
    show();
  });
  how.addEventListener("change", show);
  values.addEventListener("change", show);
  show();
});
