// Loaners as the phone knows them: what the server said, and on top of it what was lent and taken back here since.
import type { Item } from "./types";

/** A piece that may be lent, as the server last said. */
export interface Piece {
  id: number;
  name: string;
  serial: string;
  grade: number;
  accessories: string;
  condition: string;
}

/** A piece that is with a customer; of one lent on this phone the number is the key of the step. */
export interface Lent {
  number: string;
  piece: number;
  name: string;
  customer: string;
  order: string;
  signed_by: string;
  lent_at: string;
  due_back_at: string;
  meter: string | null;
  accessories: string;
  condition: string;
  unsent?: boolean;
}

export interface LoanFlow {
  pool: Piece[];
  out: Lent[];
}

/** What the queue calls a piece: what is done with it goes in order, and nothing else waits for it. */
export const pieceKey = (id: number | string) => `L${id}`;

/** The pool and what is out with the queued steps applied. */
export function loansOf(known: LoanFlow, queue: Item[], customerOf: (order: string) => string): LoanFlow {
  const now: LoanFlow = { pool: [...known.pool], out: [...known.out] };
  for (const item of queue) {
    if (item.about !== "loaner" || item.counted || item.state === "refused") continue;
    const { fields } = item;
    if (item.step === "take-back") now.out = now.out.filter((loan) => loan.number !== fields["loan"]);
    if (item.step !== "lend") continue;
    const piece = now.pool.find((one) => pieceKey(one.id) === item.number);
    if (!piece) continue;
    now.pool = now.pool.filter((one) => one !== piece);
    now.out.push({
      number: item.key,
      piece: piece.id,
      name: `${piece.name} ${piece.serial}`,
      customer: customerOf(fields["order"] ?? ""),
      order: fields["order"] ?? "",
      signed_by: fields["signed_by"] ?? "",
      lent_at: item.at,
      due_back_at: fields["due_on"] ?? "",
      meter: fields["meter"] ?? null,
      accessories: piece.accessories,
      condition: fields["condition"] ?? "",
      unsent: item.state !== "done",
    });
  }
  return now;
}
