// Dialogs are native <dialog>: focus stays inside, Esc closes, the page behind is inert.

function dialogOf(element: Element | null): HTMLDialogElement | null {
  return element?.closest("dialog") ?? null;
}

function focusFirst(dialog: HTMLDialogElement): void {
  const wanted =
    dialog.querySelector<HTMLElement>("[autofocus], .is-invalid") ??
    dialog.querySelector<HTMLElement>(".j-dialog-body :is(input:not([type=hidden]), select, textarea)");
  wanted?.focus();
}

function openContent(target: Element): void {
  const dialog = dialogOf(target);
  if (!dialog || target.id !== "modal-content" || !target.childElementCount) return;
  if (!dialog.open) dialog.showModal();
  focusFirst(dialog);
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target instanceof Element) {
    openContent(event.target.id === "modal-content" ? event.target : (event.target.closest("#modal-content") ?? event.target));
  }
});

// The server closes the dialog with the header `HX-Trigger: close-modal`.
document.addEventListener("close-modal", () => {
  document.querySelector<HTMLDialogElement>("#modal")?.close();
});
document.addEventListener(
  "close",
  (event) => {
    if (event.target instanceof HTMLDialogElement && event.target.id === "modal") {
      document.getElementById("modal-content")?.replaceChildren();
    }
  },
  true,
);

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest<HTMLElement>("[data-dialog-open]");
  if (opener?.dataset.dialogOpen) {
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  } else if (event.target.closest("[data-dialog-close]")) {
    dialogOf(event.target)?.close();
  }
});
