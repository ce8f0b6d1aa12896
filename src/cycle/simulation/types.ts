import type { Framework } from '../../framework/types.ts';

/** Which framework the values are scored with. */
export type Against = 'draft' | 'published';

/** The two kinds of scores. */
export const MEASURES = ['certified', 'self'] as const;
export type Measure = (typeof MEASURES)[number];

/** Everything that a simulation is computed from; plain data, to be handed to a thread. */
export interface SimulationInput {
  /** As the round uses it, and as it is tried out. */
  before: Framework;
  after: Framework;
  roundKind: string;
  /** Sub-indicators for which the round has no values do not count in the new scores. */
  leaveOut: boolean;
  offices: OfficeValues[];
}

/** What an office has in the round. */
export interface OfficeValues {
  id: string;
  type: string | null;
  name: string;
  /** JSON `[variable, value, status, set aside][]`; as text, for whoever computes to read. */
  entries: string;
  /** JSON `[sub-indicator, score][]`: scores given by AUDIT. */
  audits: string;
}

/** A score before and after; null: there is none. */
export type Change = readonly [before: string | null, after: string | null];

/** What a sub-indicator did to an office's total. */
export interface Effect {
  code: string;
  name: string;
  /** Null: it does not count. */
  score: Change;
  weight: Change;
  /** Change of the total that it stands for, 4 decimals, signed by `-` only. */
  effect: string;
}

export interface SimulatedOffice {
  name: string;
  self: Change;
  certified: Change;
  /** For those who gain or lose most: the sub-indicators that did it, the strongest first. */
  why?: Partial<Record<Measure, Effect[]>>;
}

/** A variable that has no values in the round. */
export interface Unmapped {
  subIndicator: string;
  code: string;
  name: string;
}

export interface Simulated {
  /** In the order of lists. */
  offices: SimulatedOffice[];
  /** Due variables of the new framework that the round does not know: they count as unreported, or not at all. */
  unmapped: Unmapped[];
  /** How many variables of the round are not used. */
  dropped: number;
}

/** What became of a simulation that was asked for. */
export type SimulationOutcome =
  | ({ outcome: 'done'; taskId: string } & Simulated)
  | { outcome: 'gone' | 'noKind' | 'tooLong' };
