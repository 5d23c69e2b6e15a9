// Where the technician is, asked for only on a button with `data-geo`; fills `latitude`, `longitude`, `accuracy`.
import { onMount } from "./mount";
import { text } from "./texts";
import { toast } from "./toast";

function fill(form: HTMLFormElement, name: string, value: string): void {
  let field = form.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    form.append(field);
  }
  field.value = value;
}

onMount("button[data-geo]", (element) => {
  const button = element as HTMLButtonElement;
  const form = button.form;
  if (!form || !navigator.geolocation) return;
  let asked = false;
  button.addEventListener(
    "click",
    (event) => {
      if (asked) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      button.disabled = true;
      toast(text("locating"));
      const go = () => {
        asked = true;
        button.disabled = false;
        if (button.type === "submit") form.requestSubmit(button);
      };
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          fill(form, "latitude", coords.latitude.toFixed(6));
          fill(form, "longitude", coords.longitude.toFixed(6));
          fill(form, "accuracy", String(Math.round(coords.accuracy)));
          toast(text("located", { n: Math.round(coords.accuracy) }), "success");
          go();
        },
        () => {
          toast(text("not_located"), "warning");
          go();
        },
        { enableHighAccuracy: true, timeout: 8000, maximumAge: 60_000 },
      );
    },
    true,
  );
});

function network(): void {
  for (const sign of document.querySelectorAll<HTMLElement>("[data-network]")) sign.hidden = navigator.onLine;
}
window.addEventListener("online", network);
window.addEventListener("offline", network);
network();
