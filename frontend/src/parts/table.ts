// Lists: choosing rows, and the bar of what can be done with them; whole rows that open their document.
import { onMount } from "./mount";
import { text } from "./texts";

function boxes(frame: HTMLElement): HTMLInputElement[] {
  return [...frame.querySelectorAll<HTMLInputElement>("tbody input[data-select]")];
}

onMount("[data-results]", (frame) => {
  const all = frame.querySelector<HTMLInputElement>("input[data-select-all]");
  const bar = frame.querySelector<HTMLElement>("[data-bulk]");
  let last: HTMLInputElement | null = null;

  const update = () => {
    const rows = boxes(frame);
    const chosen = rows.filter((box) => box.checked);
    if (all) {
      all.checked = rows.length > 0 && chosen.length === rows.length;
      all.indeterminate = chosen.length > 0 && chosen.length < rows.length;
    }
    for (const box of rows) box.closest("tr")?.classList.toggle("j-chosen", box.checked);
    if (bar) {
      bar.hidden = chosen.length === 0;
      const count = bar.querySelector("[data-bulk-count]");
      if (count) count.textContent = text("selected", { n: chosen.length });
    }
  };

  frame.addEventListener("click", (event) => {
    if (!(event.target instanceof HTMLElement)) return;
    const box = event.target.closest<HTMLInputElement>("input[data-select]");
    if (box) {
      const rows = boxes(frame);
      if (event.shiftKey && last) {
        const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b) as [number, number];
        for (const between of rows.slice(from, to + 1)) between.checked = box.checked;
      }
      last = box;
      update();
    } else if (event.target.closest("[data-bulk-clear]")) {
      for (const each of boxes(frame)) each.checked = false;
      update();
    } else if (event.target.closest("td") && !event.target.closest("a, button, input, label, select, summary")) {
      if (window.getSelection()?.toString()) return;
      const href = event.target.closest<HTMLElement>("tr")?.dataset.href;
      if (href) window.location.assign(href);
    }
  });
  all?.addEventListener("change", () => {
    for (const box of boxes(frame)) box.checked = all.checked;
    update();
  });
  update();
});

// The export is of exactly what is shown: it takes over the query of the page.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[data-export]") : null;
  if (link && window.location.search) {
    const url = new URL(link.href);
    for (const [key, value] of new URLSearchParams(window.location.search)) {
      if (!["after", "before"].includes(key) && !url.searchParams.getAll(key).includes(value)) url.searchParams.append(key, value);
    }
    link.href = url.href;
  }
});

// The choice of columns comes back to the list as it is now, not as the page was first loaded.
document.addEventListener("submit", (event) => {
  const form = event.target instanceof HTMLFormElement ? event.target : null;
  const query = form?.querySelector<HTMLInputElement>("input[data-current-query]");
  if (query) query.value = window.location.search.replace(/^\?/, "");
});

// Empty fields stay out of the address of a filtered list.
document.addEventListener("htmx:configRequest", (event) => {
  const { elt, parameters } = (event as CustomEvent<{ elt: HTMLElement; parameters: Record<string, unknown> }>).detail;
  if (!elt.matches("[data-filters]")) return;
  for (const key of Object.keys(parameters)) if (parameters[key] === "") delete parameters[key];
});
