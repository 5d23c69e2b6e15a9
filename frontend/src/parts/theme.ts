// Light, dark or as the device; the folded side bar. Both are remembered on this device only.

const device = matchMedia("(prefers-color-scheme: dark)");

function show(choice: string): void {
  const dark = choice === "dark" || (choice === "auto" && device.matches);
  document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
  document.documentElement.dataset.themeChoice = choice;
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-set]")) {
    const active = button.dataset.themeSet === choice;
    button.classList.toggle("active", active);
    button.setAttribute("aria-pressed", String(active));
  }
}

function stored(): string {
  return localStorage.getItem("jiannuo.theme") ?? "auto";
}

device.addEventListener("change", () => show(stored()));
document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const choice = target?.closest<HTMLElement>("[data-theme-set]")?.dataset.themeSet;
  if (choice) {
    localStorage.setItem("jiannuo.theme", choice);
    show(choice);
  }
  const fold = target?.closest<HTMLElement>("[data-sidebar-fold]");
  if (fold) {
    const root = document.documentElement;
    if (root.dataset.sidebar === "folded") delete root.dataset.sidebar;
    else root.dataset.sidebar = "folded";
    localStorage.setItem("jiannuo.sidebar", root.dataset.sidebar ?? "");
    fold.setAttribute("aria-pressed", String(root.dataset.sidebar === "folded"));
  }
});
show(stored());
