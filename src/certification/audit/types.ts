import type { Round } from '../../rounds/types.ts';
import type { DecisionWindow } from '../transitions.ts';

/** An AUDIT score as it stands: 4 decimals, who gave it, and where it was carried over from. */
export interface GivenScore {
  score: string;
  /** Counts up with every change, and never comes back: what a form has seen is told by it. */
  version: number;
  by: string;
  byId: string;
  /** Short name of that person's office. */
  byOffice: string;
  /** The bureau in whose stead it was given. */
  onBehalfOf: string | null;
  at: Date;
  /** The label of the round that it was carried over from. */
  carriedFrom: string | null;
}

/** What AUDIT knows of one office in one round. */
export interface OfficeAudits {
  /** Sub-indicators with a running opening for this office or for all. */
  opened: Set<string>;
  given: Map<string, GivenScore>;
}

/** What a form says about one sub-indicator: what stands in its box, and the score that the page showed. */
export interface TypedScore {
  text: string;
  seenVersion: number;
  seenScore: string | null;
}

export interface ScoreForm {
  typed: Map<string, TypedScore>;
  /** Withdraw this sub-indicator's score, whatever the boxes say. */
  withdraw: string | null;
  /** The question whether scores are to be withdrawn was answered. */
  confirmed: boolean;
}

export type ScoreProblem = 'not_a_number' | 'out_of_range' | 'too_many_decimals';

/** A score that was typed and not applied, though it could be read. */
export type ScoreRefusal =
  /** Somebody else gave or withdrew one meanwhile. */
  | { kind: 'changed'; current: GivenScore | null }
  | { kind: 'notOpen' }
  | { kind: Exclude<DecisionWindow, 'open'> };

/** One score that is given, or withdrawn (null). */
export interface ScoreChange {
  nodeId: string;
  before: string | null;
  after: string | null;
  onBehalfOf: string | null;
}

/** A sub-indicator that a revision took out of the office's round after the page was opened, and what was typed. */
export interface NotScored {
  label: string;
  typed: string;
}

export interface ScoreOutcome {
  round: Round;
  given: string[];
  withdrawn: string[];
  problems: Map<string, ScoreProblem>;
  refusals: Map<string, ScoreRefusal>;
  /** Not scored any more, and so left out. */
  setAside: NotScored[];
  /** Sub-indicators whose score would be withdrawn: to be confirmed first, nothing was done. */
  asks: string[];
}
