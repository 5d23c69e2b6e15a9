// The middle of the board as a list, for phones and for those who would rather read: each technician with the visits.
import { type Board, clock, type Desk, type Job, part, sign } from "./types";

function row(job: Job, desk: Desk, board: Board, helps: boolean): HTMLElement {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.className = `j-person-job${job.w.length ? " has-warnings" : ""}`;
  const when = board.days > 1 ? `${job.f.slice(5, 10)} ${clock(job.f)}` : clock(job.f);
  if (job.job) button.dataset.job = String(job.job);
  button.append(part("span", "j-number", `${when}–${clock(job.t)}`), ...sign(job, desk), part("strong", "", job.c));
  const facts = [job.for ?? "", job.d, ...(helps ? [desk.say("crew")] : []), ...(job.lock ? [desk.say("locked")] : [])];
  if (job.trip) facts.push(desk.say("trip"));
  if (job.rough) facts.push(desk.say("rough"));
  if (job.rough_place) facts.push(desk.say("rough_place"));
  button.append(part("small", "", facts.filter(Boolean).join(" · ")));
  for (const words of job.w) button.append(part("small", "j-person-warning", `⚠ ${words}`));
  button.addEventListener("click", () => desk.open(job.n));
  item.append(button);
  return item;
}

/** When somebody is at work, on standby, at lunch or away; a whole day needs no times. */
function span(one: Board["back"][number], desk: Desk): string {
  if (one.k === "absence") return one.w ?? "";
  const whole = one.f.slice(0, 10) !== one.t.slice(0, 10) && clock(one.f) === "00:00" && clock(one.t) === "00:00";
  const times = whole ? "" : `${clock(one.f)}–${clock(one.t)}`;
  return [one.k === "shift" ? "" : desk.say(one.k), times].filter(Boolean).join(" ");
}

/** Draw the days of all technicians as lists into `place`. */
export function drawPeople(place: HTMLElement, board: Board, desk: Desk): void {
  const parts: HTMLElement[] = [];
  for (const group of board.groups) {
    parts.push(part("h2", "j-board-label", group.name));
    for (const person of group.people) {
      const section = part("section", "j-person");
      const spans = board.back.filter((one) => one.p === person.id).map((one) => span(one, desk));
      const head = part("h3", "j-person-name", person.name);
      if (board.days === 1 && spans.length) head.append(part("small", "", spans.join(" · ")));
      if (person.from) head.append(part("small", "", person.from));
      section.append(head);
      const jobs = board.jobs
        .filter((job) => job.p === person.id || job.crew?.includes(person.id))
        .sort((one, other) => (one.f < other.f ? -1 : 1));
      if (jobs.length) {
        const list = part("ol", "list-unstyled mb-0");
        list.append(...jobs.map((job) => row(job, desk, board, job.p !== person.id)));
        section.append(list);
      } else section.append(part("p", "text-secondary mb-0", desk.say("free")));
      parts.push(section);
    }
  }
  if (!parts.length) parts.push(part("p", "p-3", desk.say("nobody")));
  place.replaceChildren(...parts);
}
