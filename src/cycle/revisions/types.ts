import type { Obstacle, Publication, Step } from '../../framework/drafts/publication.ts';
import type { Reconciled } from '../../rounds/queries.ts';

/** Which draft is to be published, as the person saw it. */
export interface PublishOrder {
  systemId: string;
  fiscalYear: number;
  userId: string;
  /** Of the draft. */
  version: number;
  /** A revision needs one. */
  reason: string;
}

/** A step that publishing would take, and whether anything that was reported stands in its way. */
export interface PlannedStep extends Step {
  isBlocked: boolean;
}

/** What became of the entry lists of a round that follows a revision. */
export interface RevisedRound extends Reconciled {
  id: string;
  label: string;
  /** How many offices were scored anew. */
  offices: number;
  /** What "carry over now" would carry into it: variables may be flagged later than its lists were made. */
  carriable: number;
}

export type PublishOutcome =
  | { outcome: 'gone' | 'changed' | 'reasonMissing' }
  | { outcome: 'refused'; obstacles: Obstacle[] }
  | {
      outcome: 'published';
      kind: Publication['kind'];
      fiscalYear: number;
      revision: number;
      /** How many parts changed. */
      changes: number;
      rounds: RevisedRound[];
    };
