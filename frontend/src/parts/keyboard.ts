// `/` search, `g` and a letter to go, Ctrl+Enter to submit, `?` for help, and what a button names in `data-press`.
// Off while a person types.

let going = 0;

function types(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

function submit(target: EventTarget | null): boolean {
  const form =
    (target instanceof Element ? target.closest("form") : null) ??
    document.querySelector<HTMLFormElement>("dialog[open] form") ??
    document.querySelector<HTMLFormElement>("main form[data-unsaved]");
  form?.requestSubmit(form.querySelector<HTMLButtonElement>("button[type=submit]:not([disabled])"));
  return form !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    if (submit(event.target)) event.preventDefault();
    return;
  }
  if (types(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    event.preventDefault();
    const box = document.querySelector<HTMLInputElement>("#global-search");
    box?.focus();
    box?.select();
  } else if (event.key === "?") {
    const help = document.getElementById("keys");
    if (help instanceof HTMLDialogElement) help.showModal();
  } else if (event.key === "g") {
    going = Date.now();
  } else if (Date.now() - going < 1500) {
    going = 0;
    document.querySelector<HTMLAnchorElement>(`a[data-go="${CSS.escape(event.key)}"]`)?.click();
  } else {
    document.querySelector<HTMLButtonElement>(`button[data-press="${CSS.escape(event.key)}"]`)?.click();
  }
});

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
  if (button?.dataset.copy) {
    void navigator.clipboard?.writeText(button.dataset.copy).then(() => {
      button.classList.add("j-copied");
      window.setTimeout(() => button.classList.remove("j-copied"), 1500);
    });
  }
});
