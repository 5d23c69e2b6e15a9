// Runs before the first paint: applies the stored theme and the folded side bar, so that nothing flashes.
(() => {
  const root = document.documentElement;
  const choice = localStorage.getItem("jiannuo.theme") ?? "auto";
  const dark = choice === "dark" || (choice === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.dataset.bsTheme = dark ? "dark" : "light";
  root.dataset.themeChoice = choice;
  if (localStorage.getItem("jiannuo.sidebar") === "folded") root.dataset.sidebar = "folded";
})();
