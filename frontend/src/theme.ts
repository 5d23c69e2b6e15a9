// Runs before the first paint: applies the stored theme and the folded side bar, so that nothing flashes.
const stored = localStorage.getItem("jiannuo.theme") ?? "auto";
const dark = stored === "dark" || (stored === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset.bsTheme = dark ? "dark" : "light";
document.documentElement.dataset.themeChoice = stored;
if (localStorage.getItem("jiannuo.sidebar") === "folded") document.documentElement.dataset.sidebar = "folded";
