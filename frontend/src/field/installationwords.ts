// A recorded step of an installation in words: for the list of what waits, and for a note to the dispatcher.
import { text } from "../parts/texts";
import type { Site } from "./installation";
import type { Item } from "./types";

/** What was recorded, such as “：油压 3.1 MPa”; empty where the name of the step says it all. */
export function siteWords(item: Item, site: Site | undefined): string {
  const { fields, step } = item;
  if (step === "note") return fields["text"] ? "" : `：${text("photo")}`;
  const now = site?.now;
  const photos = step === "photos" ? fields["caption"] : Object.keys(item.files).length ? text("photo") : "";
  const lines = (fields["lines"] ?? "").split(",").map((key) => nameOf(now?.packing, key));
  const measure = now?.measures.find((one) => String(one.id) === fields["line"]);
  const value = measure ? [measure.text, fields["value"], fields["value"] ? measure.measured_in : fields["passed"] ? text(fields["passed"] === "yes" ? "site_passed" : "site_failed") : ""].filter(Boolean).join(" ") : "";
  const line = { packing: now?.packing, paper: now?.papers, topic: now?.topics, "trainee-sign": now?.trainees, assess: now?.trainees, "remaining-done": now?.remaining }[step];
  const plain = ["text", "title", "name", "reasons", "supplier", "received", "remark", "how", "hours", "trainer", "due_on", "opinion", "signed_by", "trial_hours"].map((name) => fields[name]);
  const said = [nameOf(line, fields["line"] ?? ""), step === "measure" ? value : "", ...lines, ...(step === "measure" ? [fields["remark"]] : plain), photos].filter(Boolean);
  return said.length ? `：${said.join("；")}` : "";
}

type Named = { id: number | string; text?: string; title?: string; name?: string };

function nameOf(rows: Named[] | undefined, key: string): string {
  const row = rows?.find((one) => String(one.id) === key);
  return row?.text ?? row?.title ?? row?.name ?? "";
}
