// A list in a sequence of one's own: buttons `data-sequence-up` and `data-sequence-down` move the item they stand in.

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-sequence-up], [data-sequence-down]") : null;
  const item = button?.closest("[data-sequence] > *");
  if (!button || !item) return;
  if (button.hasAttribute("data-sequence-up")) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  button.focus();
});
