// Talking with the server. Every answer becomes one of a few outcomes; nothing here decides what to do about it.
import { ending, patience } from "./clip";
import type { SitePack } from "./installation";
import type { Hello, Item, LogPack, Pack, WalkPack } from "./types";

const BASE = "/field/app/";
const PATIENCE = 60_000;

export type Outcome<T> =
  | { kind: "ok"; data: T }
  | { kind: "refused"; code: string; text: string; details: string[] }
  | { kind: "signed_out" }
  | { kind: "other_person" }
  | { kind: "token" }
  | { kind: "busy" }
  | { kind: "broken" }
  | { kind: "unreachable" };

interface Problem {
  code?: string;
  text?: string;
  details?: string[];
}

async function ask<T>(path: string, init: RequestInit, wait = PATIENCE): Promise<Outcome<T>> {
  let response: Response;
  let body: unknown = null;
  try {
    response = await fetch(BASE + path, { ...init, credentials: "same-origin", redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(wait) });
    if (response.headers.get("Content-Type")?.startsWith("application/json")) body = await response.json();
  } catch {
    return { kind: "unreachable" };
  }
  if (response.ok && body !== null) return { kind: "ok", data: body as T };
  const problem = (body ?? {}) as Problem;
  if (response.status === 401) return { kind: "signed_out" };
  if (problem.code === "other_person") return { kind: "other_person" };
  if (response.status === 403 && body === null) return { kind: "token" };
  if (response.status === 429) return { kind: "busy" };
  if (response.status === 413) return { kind: "refused", code: "too_large", text: "", details: [] };
  // An answer that is none of ours comes from something between: a hotel's sign-in page, a proxy.
  if (body === null && response.status < 500) return { kind: "unreachable" };
  if (response.status >= 500) return { kind: "broken" };
  return { kind: "refused", code: problem.code ?? "", text: problem.text ?? "", details: problem.details ?? [] };
}

export function hello(): Promise<Outcome<Hello>> {
  return ask<Hello>("hello", {});
}

export function take(number: string, person: string): Promise<Outcome<Pack>> {
  return ask<Pack>(`jobs/${encodeURIComponent(number)}`, { headers: { "X-Field-Person": person } });
}

export function takeWalk(key: string, person: string): Promise<Outcome<WalkPack>> {
  return ask<WalkPack>(`rounds/${encodeURIComponent(key)}`, { headers: { "X-Field-Person": person } });
}

export function takeSite(number: string, person: string): Promise<Outcome<SitePack>> {
  return ask<SitePack>(`installations/${encodeURIComponent(number)}`, { headers: { "X-Field-Person": person } });
}

export function takeLog(key: string, person: string): Promise<Outcome<LogPack>> {
  return ask<LogPack>(`logs/${encodeURIComponent(key)}`, { headers: { "X-Field-Person": person } });
}

const PLACES = { round: "rounds", log: "logs", installation: "installations", loaner: "loaners" };

export interface Done {
  again?: boolean;
  corrected?: boolean;
}

/** Send one step; `pictures` are its files by the name of the field. */
export function send(item: Item, pictures: Map<string, Blob>, person: string, token: string): Promise<Outcome<Done>> {
  const form = new FormData();
  for (const [name, value] of Object.entries(item.fields)) form.append(name, value);
  for (const [name, blob] of pictures) form.append(name, blob, `${item.key}.${ending(blob.type)}`);
  form.set("key", item.key);
  form.set("at", item.at);
  const path = `${item.about ? PLACES[item.about] : "jobs"}/${encodeURIComponent(item.number)}/${item.step}`;
  return ask<Done>(path, { method: "POST", body: form, headers: { "X-CSRFToken": token, "X-Field-Person": person } }, PATIENCE + patience(pictures));
}
