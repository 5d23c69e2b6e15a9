// The search box of the top bar: results as you type, chosen with the arrow keys.
import { onMount } from "./mount";

onMount("[data-search]", (form) => {
  const input = form.querySelector<HTMLInputElement>("input[type=search]");
  const list = form.querySelector<HTMLElement>("#search-results");
  if (!input || !list) return;

  const options = () => [...list.querySelectorAll<HTMLAnchorElement>("a[href]")];
  const show = (open: boolean) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
  };
  const mark = (index: number) => {
    const links = options();
    links.forEach((link, i) => {
      link.id ||= `search-option-${i}`;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", String(i === index));
      link.classList.toggle("active", i === index);
    });
    const chosen = links[index];
    if (chosen) {
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    }
  };
  const position = () => options().findIndex((link) => link.classList.contains("active"));

  list.addEventListener("htmx:afterSwap", () => {
    mark(-1);
    show(list.childElementCount > 0 && input.value.trim() !== "");
  });
  input.addEventListener("input", () => input.value.trim() === "" && show(false));
  input.addEventListener("focus", () => show(list.childElementCount > 0 && input.value.trim() !== ""));
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "ArrowDown" && count) mark((position() + 1) % count);
    else if (event.key === "ArrowUp" && count) mark((position() - 1 + count) % count);
    else if (event.key === "Enter" && !list.hidden && position() >= 0) options()[position()]?.click();
    else if (event.key === "Escape") {
      show(false);
      return;
    } else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !form.contains(event.target)) show(false);
  });
});
