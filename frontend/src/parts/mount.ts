// Attaches behaviour to elements, both at the first load and after every htmx swap, once per element.

type Mounter = (element: HTMLElement) => void;

const mounters: { selector: string; mount: Mounter; done: WeakSet<HTMLElement> }[] = [];
let started = false;

/** Run `mount` for each present and future element that fits `selector`. */
export function onMount(selector: string, mount: Mounter): void {
  const entry = { selector, mount, done: new WeakSet<HTMLElement>() };
  mounters.push(entry);
  if (started) apply(entry, document.documentElement);
}

/** Load a module, whose default export is a mounter, when the first element that fits appears. */
export function lazily(selector: string, load: () => Promise<{ default: Mounter }>): void {
  onMount(selector, (element) => {
    load().then(
      (module) => module.default(element),
      (error: unknown) => console.error("part not loaded", selector, error),
    );
  });
}

function apply(entry: (typeof mounters)[number], root: HTMLElement): void {
  const found = [...root.querySelectorAll<HTMLElement>(entry.selector)];
  if (root.matches(entry.selector)) found.unshift(root);
  for (const element of found) {
    if (entry.done.has(element)) continue;
    entry.done.add(element);
    entry.mount(element);
  }
}

export function start(): void {
  started = true;
  for (const entry of mounters) apply(entry, document.documentElement);
  document.addEventListener("htmx:load", (event) => {
    const target = event.target;
    if (target instanceof HTMLElement) for (const entry of mounters) apply(entry, target);
  });
}
