// Words of the interface in the language of the page, delivered by the shell as a JSON script.

let texts: Record<string, string> | undefined;

/** The words of `key` with `{name}` replaced by the given values. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  texts ??= JSON.parse(document.getElementById("jiannuo-texts")?.textContent || "{}") as Record<string, string>;
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
