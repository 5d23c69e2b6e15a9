// What the server sends, and what the phone keeps.

import type { LoanFlow } from "./loan";
import type { SiteFlow } from "./installation";

export interface Spec {
  name: string;
  label: string;
  help: string;
  type: "text" | "textarea" | "number" | "choice" | "radio" | "tick" | "hidden" | "instant" | "signature" | "file";
  required: boolean;
  choices?: [string, string][];
  max_length?: number;
  min_value?: number;
  max_value?: number;
  decimal_places?: number;
  initial?: string;
}

export interface Check {
  id: number;
  text: string;
  kind: "yes_no" | "number" | "text" | "photo";
  purpose: "work" | "conduct";
  unit: string;
  minimum: string | null;
  maximum: string | null;
  limits: string;
  required: boolean;
  value: string;
  passed: boolean | null;
  answered: boolean;
  /** the photo taken on this phone */
  blob?: string;
}

export interface Line {
  id: number | null;
  /** the key of the queued step, for a line that the server does not have yet */
  key?: string;
  sent?: boolean;
  kind: string;
  description: string;
  part?: number | null;
  source?: "van" | "";
  component: string;
  quantity: string;
  amount: string;
  customer_amount: string;
  payer: string;
  payer_label: string;
  why: string;
  added: boolean;
  consented_by: string;
  new_serial: string;
  old_serial: string;
  overridden: boolean;
  consumable?: boolean;
  estimate?: boolean;
}

export interface Quote {
  kind: string;
  component: string;
  added: boolean;
  consumable: boolean;
  cause: string;
  payer: string;
  payer_label: string;
  factor: string;
  fixed: string;
  estimate: boolean;
  why: string;
}

export interface Catalogue {
  labour: Record<string, { name: string; price: string; minutes: number }>;
  parts: Record<string, { code: string; name: string; price: string; consumable: boolean; component: number | null }>;
  components: Record<string, { path: string; name: string; serial: boolean }>;
  causes: Record<string, string>;
}

/** A part in the van, as the server last said. */
export interface VanPart {
  id: number;
  code: string;
  name: string;
  unit: string;
  quantity: string;
}

export interface Past {
  on: string;
  job: string;
  fault: string;
  found: string;
  done: string;
  parts: string[];
}

export interface Knowledge {
  cases?: number;
  causes?: [string, number][];
  measures?: [string, number][];
  parts?: [string, number][];
  minutes?: number | null;
  articles?: { title: string; text: string }[];
}

export interface Pack {
  number: string;
  title: string;
  state: string;
  job: string;
  severity: string;
  severity_style?: string;
  fault: string;
  waiting_for: string;
  customer: string;
  contact: string;
  phone: string;
  place: string;
  navigation: string;
  due_at: string | null;
  /** the window that the customer was told, and the time that the office set aside, which nobody was told */
  appointment: { from: string | null; to: string | null; with: string; planned_from?: string | null; planned_to?: string | null };
  absences: number;
  free_because: string;
  unit: { serial: string; label: string; model: string; meter: string } | null;
  record: Record<string, string | number | boolean | null>;
  checks: Check[];
  lines: Line[];
  photos: Record<string, number>;
  signed: { by: string; at: string | null };
  needs: { fields: Record<string, string>; not_passed: string; photos: { purposes: string[]; text: string }[] };
  forms: Record<string, Spec[]>;
  catalogue: Catalogue;
  /** part → how many were in the van when the job was fetched */
  van?: Record<string, string>;
  quotes: Quote[];
  history: Past[];
  knowledge: Knowledge;
  late?: LateNote[];
}

/** What was noted of a visit: a delay, or how long somebody waited for the customer. */
export interface LateNote {
  kind: "delay" | "customer_late";
  at: string;
  expected_at: string | null;
  minutes: number | null;
  reason: string;
  /** why the customer was not told; empty when they were */
  untold: string;
}

export interface LogEntry {
  at: string;
  kind: string;
  text: string;
  /** what was read off, and the value with its unit */
  readings: [string, string][];
  photos: number;
  by: string;
  late: string;
}

export interface LogShift {
  /** of a shift that began on this phone the key of the step, until the server has it */
  number: string;
  name: string;
  person: string;
  mine: boolean;
  state: "on_duty" | "handed_over";
  began_at: string;
  handed_at: string | null;
  summary: string;
  remark: string;
  entries: LogEntry[];
}

export interface LogItem {
  id: number | null;
  text: string;
  by: string;
  at: string;
}

/** A duty log with the shift that runs. */
export interface LogPack {
  key: string;
  name: string;
  customer: string;
  shifts: string[];
  shift: LogShift | null;
  items: LogItem[];
  kinds: [string, string][];
  readings: [string, string][];
  late_hours: number;
}

export interface KeptLog {
  number: string;
  stamp: string;
  pack: LogPack;
}

/** What a clip may be. */
export interface FilmLimits {
  bytes: number;
  types: string[];
}

/** One check at a point of a round. */
export interface WalkCheck {
  key: string;
  text: string;
  kind: "yes_no" | "number" | "text" | "photo";
  unit: string;
  minimum: string | null;
  maximum: string | null;
  limits: string;
  required: boolean;
  value: string;
  passed: boolean | null;
  answered: boolean;
}

export interface WalkPoint {
  id: number;
  name: string;
  unit: { serial: string; label: string; model: string } | null;
  state: "open" | "done" | "skipped" | "removed";
  by: string;
  at: string | null;
  remark: string;
  checks: WalkCheck[];
}

/** A patrol round: planned, under way or over; one of the next days may not be planned yet and has no number. */
export interface WalkPack {
  key: string;
  number: string;
  route: string;
  reference: string;
  customer: string;
  occasion: string;
  day: string;
  state: "planned" | "under_way" | "finished" | "incomplete" | "missed" | "called_off";
  person: string;
  remark: string;
  points: WalkPoint[];
}

export interface WalkFlow {
  states: Record<string, string>;
  styles: Record<string, string>;
  points: Record<string, string>;
  point_styles: Record<string, string>;
}

export interface Flow {
  next: Record<string, string>;
  other: Record<string, string[]>;
  sections: Record<string, string[]>;
  steps: Record<string, { sources: string[]; target: string | null; label: string }>;
  states: Record<string, string>;
  styles: Record<string, string>;
}

export interface Hello {
  person: string;
  name: string;
  now: string;
  token: string;
  jobs: Record<string, string>;
  flow: Flow;
  /** nothing for whoever drives no van */
  van?: VanPart[] | null;
  rounds: Record<string, string>;
  walk: WalkFlow;
  installations?: Record<string, string>;
  site?: SiteFlow;
  loans?: LoanFlow;
  video?: FilmLimits;
  logs?: Record<string, string>;
}

/** A round as it is kept; `number` is what the phone calls it. */
export interface KeptWalk {
  number: string;
  stamp: string;
  pack: WalkPack;
}

/** A job as it is kept: what the server said, and what has become of it since. */
export interface Kept {
  number: string;
  stamp: string;
  pack: Pack;
  /** the day on which it was signed (yyyy-mm-dd): it is dropped on a later day */
  finished?: string;
}

export type QueueState = "waiting" | "refused" | "done";

/** One step that was done on the phone. */
export interface Item {
  seq?: number;
  key: string;
  /** a patrol round, a duty log, an installation or a loaner, else a job */
  about?: "round" | "log" | "installation" | "loaner";
  number: string;
  step: string;
  fields: Record<string, string>;
  /** field of the form → key of the stored picture */
  files: Record<string, string>;
  /** when it was done, by the server's clock */
  at: string;
  /** by how many milliseconds the phone's clock was behind then */
  offset: number;
  state: QueueState;
  /** done, and known to what the server last said about the van */
  counted?: boolean;
  refusal?: { code: string; text: string; details: string[] };
}

export interface Meta {
  name: string;
  flow: Flow;
  walk?: WalkFlow;
  site?: SiteFlow;
  loans?: LoanFlow;
  van?: VanPart[];
  video?: FilmLimits;
  offset: number;
  synced: string;
}
