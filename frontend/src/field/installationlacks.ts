// What a stage of an installation still lacks before the next one may begin, in the words of the app.
import { job } from "./app";
import { clockText, present } from "./clock";
import { trialState, type Measure, type Site, type SiteUnit } from "./installation";
import { text } from "./ui";

/** states of a work order whose work is done */
const DONE = ["completed", "signed", "reviewed", "closed"];

/** Whether the work order of a unit is done, on this phone or by what the server said. */
export function orderDone(unit: SiteUnit): boolean {
  return unit.order_done || DONE.includes(job(unit.order)?.state ?? "");
}

const named = (site: Site, line: Measure) => (site.now.units.length > 1 ? `${line.unit} ${line.text}` : line.text);

/** What is missing to go on from the present stage; empty when nothing is. The server looks at it again. */
export function lacks(site: Site): string[] {
  return CHECKS[site.now.state]?.(site) ?? [];
}

const CHECKS: Record<string, (site: Site) => string[]> = {
  unpacking({ now }) {
    if (!now.packing.length) return [text("site_no_list")];
    const open = now.packing.filter((line) => line.received === null).length;
    const untold = now.packing.filter((line) => line.faulty && !line.told).map((line) => line.text);
    return [...(open ? [text("site_unchecked", { n: open })] : []), ...(untold.length ? [text("site_untold", { items: [...new Set(untold)].join("、") })] : [])];
  },
  installing({ now }) {
    return now.units.flatMap((unit) => {
      if (!unit.order) return [text("site_no_order", { unit: unit.serial })];
      return orderDone(unit) ? [] : [text("site_order_open", { number: unit.order })];
    });
  },
  commissioning(site) {
    return site.now.measures.flatMap((line) => {
      const last = line.readings.at(-1);
      if (!last) return line.required ? [text("site_unmeasured", { value: named(site, line) })] : [];
      return last.passed ? [] : [text("site_not_passed", { value: named(site, line) })];
    });
  },
  trial({ now }) {
    if (!now.trial.started_at) return [text("site_trial_begin")];
    const state = trialState(now.trial);
    if (!state.ends) return [text("site_trial_stopped")];
    return new Date(state.ends) > present() ? [text("site_trial_lasts", { at: clockText(state.ends) })] : [];
  },
  documents({ now }) {
    const open = now.papers.filter((paper) => paper.required && !paper.handed_at).map((paper) => paper.title);
    const none = !open.length && !now.papers.some((paper) => paper.handed_at);
    return [...(open.length ? [text("site_not_handed", { titles: open.join("、") })] : []), ...(none ? [text("site_no_papers")] : []), ...(now.received_by ? [] : [text("site_papers_unsigned")])];
  },
  training({ now }) {
    const said: string[] = now.topics.length ? [] : [text("site_no_topics")];
    for (const topic of now.topics) {
      if (topic.held === null) said.push(text("site_not_held", { topic: topic.title }));
      else if (Number(topic.held) < Number(topic.hours)) said.push(text("site_held_short", { topic: topic.title, held: topic.held, hours: topic.hours }));
    }
    if (!now.trainees.length) said.push(text("site_no_trainees"));
    const names = (open: typeof now.trainees) => open.map((one) => one.name).join("、");
    const unsigned = now.trainees.filter((one) => !one.signed_at);
    const unassessed = now.skills.length ? now.trainees.filter((one) => !one.assessed_at) : [];
    if (unsigned.length) said.push(text("site_not_signed", { names: names(unsigned) }));
    if (unassessed.length) said.push(text("site_not_assessed", { names: names(unassessed) }));
    return said;
  },
  refused({ now }) {
    return now.remaining.filter((row) => row.from_refusal && !row.done_at).map((row) => text("site_to_mend", { what: row.text }));
  },
};

/** What of the units that are left out is missing: something agreed about each. */
export function leftOut(site: Site, chosen: string[]): string[] {
  const open = site.now.remaining.filter((row) => !row.done_at);
  const left = site.now.units.filter((unit) => !unit.accepted_at && !chosen.includes(String(unit.id)));
  return left.filter((unit) => !open.some((row) => row.part === null || row.part === unit.id)).map((unit) => text("site_left_out", { unit: unit.serial }));
}
