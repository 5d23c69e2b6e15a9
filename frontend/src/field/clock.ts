// The server's time on a phone whose own clock may be wrong.
const WRONG = 120_000;

let offset = 0;

/** The server's clock less the phone's (milliseconds), as it was at the last contact. */
export function clockOffset(): number {
  return offset;
}

export function setOffset(value: number): void {
  offset = value;
}

/** Learn the offset from an answer: the server's time lies between sending and receiving. */
export function learn(serverNow: string, sent: number, received: number): number {
  offset = Math.round(Date.parse(serverNow) - (sent + received) / 2);
  return offset;
}

/** The server's present. */
export function present(): Date {
  return new Date(Date.now() + offset);
}

export function isWrong(): boolean {
  return Math.abs(offset) > WRONG;
}

/** An instant that the camera wrote by the phone's clock (2026-11-21T14:05:10), by the server's. */
export function corrected(local: string): string {
  const moment = Date.parse(local);
  return Number.isNaN(moment) ? present().toISOString() : new Date(moment + offset).toISOString();
}

/** The calendar day of an instant (yyyy-mm-dd) where the phone is. */
export function day(moment: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
}

export function clockText(iso: string): string {
  const moment = new Date(iso);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${moment.getMonth() + 1}-${moment.getDate()} ${two(moment.getHours())}:${two(moment.getMinutes())}`;
}

/** A span of time, with its day unless that is `shown` already (yyyy-mm-dd). */
export function spanText(from: string, to: string | null | undefined, shown = ""): string {
  const begins = day(new Date(from)) === shown ? hour(from) : clockText(from);
  if (!to) return begins;
  return `${begins}–${day(new Date(to)) === day(new Date(from)) ? hour(to) : clockText(to)}`;
}

export function hour(iso: string): string {
  return clockText(iso).split(" ")[1] ?? "";
}
