// A select with search in it: `data-search-select` over its own options, `data-remote="/address"` over the
// server's (`?q=` → [{value, text, hint?}] or {results: [...]}, also with `id` for `value`).
import TomSelect from "tom-select/base";
import clearButton from "tom-select/plugins/clear_button/plugin.js";
import removeButton from "tom-select/plugins/remove_button/plugin.js";
import { text } from "./texts";

TomSelect.define("clear_button", clearButton);
TomSelect.define("remove_button", removeButton);

interface Choice {
  value: string;
  text: string;
  hint?: string;
}

async function ask(url: string, query: string): Promise<Choice[]> {
  const address = new URL(url, window.location.href);
  address.searchParams.set("q", query);
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const body = (await answer.json()) as unknown;
  const rows = (Array.isArray(body) ? body : (body as { results: unknown[] }).results) as Record<string, string | number | undefined>[];
  return rows.map((row) => ({
    value: String(row.value ?? row.id),
    text: String(row.text ?? row.label ?? row.name),
    hint: row.hint === undefined ? undefined : String(row.hint),
  }));
}

export default function mount(element: HTMLElement): void {
  const select = element as HTMLSelectElement & { tomselect?: TomSelect };
  if (select.tomselect) return; // a part of the page that was put back from history
  const url = select.dataset.remote;
  // What the server answered to each question: an answer to an earlier one is no choice for what is written now.
  const answers = new Map<string, Set<string>>();
  let chosen = false; // since the last key: an answer that comes later must not open the list again
  const control = new TomSelect(select, {
    plugins: select.multiple
      ? { remove_button: { title: text("remove") } }
      : select.required
        ? {}
        : { clear_button: { title: text("clear") } },
    maxOptions: 200,
    placeholder: select.dataset.placeholder ?? text("choose"),
    valueField: "value",
    labelField: "text",
    searchField: url ? [] : ["text", "hint"],
    hidePlaceholder: true,
    openOnFocus: true,
    // Words that the list does not hold may be written where the form says so.
    create: select.dataset.create !== undefined,
    preload: url ? "focus" : false,
    refreshThrottle: 0,
    loadThrottle: 250,
    onItemAdd: () => {
      chosen = !select.multiple;
    },
    onType: () => {
      chosen = false;
    },
    ...(url
      ? {
          load: (query: string, done: (options: Choice[], groups: Choice[]) => void) => {
            void ask(url, query)
              .catch((): Choice[] => [])
              .then((found) => {
                answers.set(query, new Set(found.map((choice) => choice.value)));
                done(found, []);
                if (chosen) control.close();
              });
          },
          shouldLoad: () => true,
          score: (query: string) => (choice: Choice) => Number(answers.get(query)?.has(choice.value) ?? false),
        }
      : {}),
    render: {
      option: (data: Choice, escape: (value: string) => string) =>
        `<div>${escape(data.text)}${data.hint ? `<small class="text-secondary ms-2">${escape(data.hint)}</small>` : ""}</div>`,
      item: (data: Choice, escape: (value: string) => string) => `<div>${escape(data.text)}</div>`,
      option_create: (data: { input: string }, escape: (value: string) => string) => `<div class="create">+ ${escape(data.input)}</div>`,
      no_results: () => `<div class="no-results">${text("nothing")}</div>`,
      loading: () => `<div class="no-results">${text("searching")}</div>`,
    },
  });
}
