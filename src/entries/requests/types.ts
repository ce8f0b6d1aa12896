import type { EntryStatus } from '../../scoring/types.ts';

export type RequestState = 'open' | 'granted' | 'declined' | 'withdrawn';

/** What an office asked for and what was answered: the latest request for one variable. */
export interface EditRequest {
  id: string;
  variableId: string;
  state: RequestState;
  reason: string;
  requestedById: string;
  requestedBy: string;
  requestedAt: Date;
  /** What was answered, or ''. */
  answer: string;
  /** Until when a granted one allowed to edit. */
  until: Date | null;
  answeredBy: string | null;
  answeredAt: Date | null;
}

/** Why an entry cannot be asked for: nothing to ask (`open`, `permitted`), asked already, or not possible. */
export type AskRefusal =
  | 'upcoming'
  | 'open'
  | 'over'
  | 'sealed'
  | 'central'
  | 'certified'
  | 'permitted'
  | 'asked'
  | 'notAssigned';

/** An entry as far as asking depends on it. */
export interface Askable {
  source: 'office' | 'central';
  status: EntryStatus;
  permitUntil: Date | null;
  /** The person reports it. */
  assigned: boolean;
  /** There is a request that waits for an answer. */
  asked: boolean;
}

/** A form: these entries, for this reason. */
export interface Ask {
  roundId: string;
  entryIds: readonly string[];
  reason: string;
}

export interface AskOutcome {
  /** How many requests were made by this. */
  asked: number;
  /** How many wait for an answer already: a second click. */
  already: number;
  left: { variableId: string; why: AskRefusal }[];
}

/** What the entry page says of a row that cannot be edited. */
export interface RowRequest {
  request: EditRequest | null;
  canAsk: boolean;
  /** The person may take the open request back. */
  canWithdraw: boolean;
}
