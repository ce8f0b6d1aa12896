import type { Variable } from '../../framework/types.ts';

/** The kind of the task. */
export const CARRY_OVER = 'rounds.carryOver';

/** A round into which values are carried over, and the one of the same fiscal year that they come from. */
export interface CarryRound {
  id: string;
  label: string;
  kind: string;
  frameworkId: string;
  frameworkVersion: number;
  sealed: boolean;
  /** The round before it in the same fiscal year that has entry lists; null: nothing to carry from. */
  from: { id: string; label: string } | null;
}

/** What is carried: the flagged variables that are due, and the sub-indicators of which all variables are flagged. */
export interface CarriedParts {
  /** With what they admit in the new round. */
  variables: Pick<Variable, 'id' | 'kind' | 'decimals' | 'min' | 'max'>[];
  /** Their AUDIT scores are carried, too. */
  nodeIds: string[];
}

/** How much was carried over. */
export interface Carried {
  entries: number;
  auditScores: number;
  /** Values that stay behind: the variable does not admit them any more. */
  misfits: number;
  /** The offices of which anything was carried. */
  offices: { officeId: string; officeType: string | null }[];
}

/** What would be carried over of one variable, by the status that it has in the round before. */
export interface CarryCount {
  variableId: string;
  pending: number;
  certified: number;
  rejected: number;
  central: number;
  /** Not carried: the variable does not admit these values any more. */
  misfits: number;
}

/** What would be carried over now. */
export interface CarryPreview {
  counts: CarryCount[];
  /** AUDIT scores by sub-indicator. */
  audits: Map<string, number>;
}
