// Loaners as the phone knows them.

/** A piece that may be lent, as the server last said. */
export interface Piece {
  id: number;
  name: string;
  serial: string;
  grade: number;
  accessories: string;
  condition: string;
}

/** A piece that is with a customer. */
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
}

export interface LoanFlow {
  pool: Piece[];
  out: Lent[];
}
