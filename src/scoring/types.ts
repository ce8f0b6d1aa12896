/**
 * What the scoring module is told and what it answers. Decimals are strings (see lib/decimal), ids are strings.
 * Nothing here knows where the facts come from.
 */

/** Whether more or less of the result is better. */
export type Direction = 'more' | 'less';

/** The values needed for level 1 … 5; 1 and 5 are required, the others may be left out. */
export type Levels = readonly [string, string | null, string | null, string | null, string];

export type Level = 1 | 2 | 3 | 4 | 5;
export type VariableKind = 'number' | 'whole' | 'yes_no' | 'level';
export type EntryStatus = 'unreported' | 'pending' | 'certified' | 'rejected';

/** A variable that is due in the round. */
export interface ScoredVariable {
  id: string;
  code: string;
  kind: VariableKind;
  source: 'office' | 'central';
}

/** A sub-indicator that is due in the round and applies to the office, with the criteria of the round's kind. */
export interface ScoredSubIndicator {
  id: string;
  code: string;
  weight: string;
  formula: string;
  direction: Direction;
  /** True: the level reached is the score, nothing between two levels. */
  wholeLevels: boolean;
  /** `percent` or another unit. */
  resultUnit: string | null;
  criteria: Levels;
  variables: readonly ScoredVariable[];
}

/** A dimension or an indicator. A heading indicator has children and no sub-indicators of its own. */
export interface ScoredNode {
  id: string;
  code: string;
  kind: 'dimension' | 'indicator';
  children: readonly ScoredNode[];
  subIndicators: readonly ScoredSubIndicator[];
}

/** One office's entry of one variable. */
export interface EntryFact {
  value: string | null;
  status: EntryStatus;
}

/** Entries by variable id; a due variable that is absent counts as unreported. */
export type Facts = ReadonlyMap<string, EntryFact>;

export type FormulaReason =
  | 'empty'
  | 'too_long'
  | 'too_deep'
  | 'forbidden_character'
  | 'forbidden_number'
  | 'forbidden_node'
  | 'forbidden_operator'
  | 'missing_operator'
  | 'forbidden_function'
  | 'wrong_arguments'
  | 'unknown_name'
  | 'ambiguous_name'
  | 'syntax';

/** Why a sub-indicator has no computed score. `criteria`: level 1 or 5 is missing or a level is no number. */
export type NoResult =
  | { reason: 'missing_value'; variableIds: string[] }
  | { reason: 'division_by_zero' }
  | { reason: 'formula'; formulaReason: FormulaReason; detail: string | null }
  | { reason: 'criteria' };

/** Why a score is 1.0000. */
export type WhyOne = 'rejected' | 'unreported' | 'central_missing' | 'no_result' | 'pending';

/** A reason with the variables it holds for (none for `no_result`). */
export interface Reason {
  reason: WhyOne;
  variableIds: string[];
}

/** A stated level and the value needed for it. */
export interface StatedLevel {
  level: Level;
  value: string;
}

/**
 * Where a result stands among the criteria.
 * `below`: no level reached, score 1. `top`: level 5. `whole`: whole levels only. `between`: score =
 * from.level + (to.level − from.level) · (x − from.value) / (to.value − from.value).
 */
export interface Placement {
  rule: 'below' | 'top' | 'whole' | 'between';
  /** The result that was compared, rounded to 15 decimals. */
  x: string;
  /** The highest stated level reached. */
  from: StatedLevel | null;
  /** The next stated level, not reached. */
  to: StatedLevel | null;
  /** 4 decimals. */
  score: string;
}

export interface VariableScore {
  variableId: string;
  /** True for yes/no and level variables, which are scored by themselves; others share the sub-indicator's score. */
  own: boolean;
  selfAssessed: string;
  /** 1.0000 until the variable itself is certified. */
  certified: string;
  /** The variable's own reason for 1.0000, null once it is certified. */
  reason: Exclude<WhyOne, 'no_result'> | null;
}

export interface SubIndicatorScore {
  id: string;
  code: string;
  /** Rounded half-up to 15 decimals, trailing zeros dropped; null where there is none, see `noResult`. */
  result: string | null;
  noResult: NoResult | null;
  placement: Placement | null;
  /** 2 decimals: the result where its unit is percent (null without a result), otherwise selfAssessed ÷ 5 × 100. */
  percent: string | null;
  /** From the values, whatever their status; 4 decimals. */
  selfAssessed: string;
  /** Why selfAssessed is 1.0000 whatever the other values are; empty where it was computed. */
  selfReasons: Reason[];
  /** 4 decimals: the audit score, or the computed score once every due variable is certified, or 1.0000. */
  certified: string;
  /** The foremost of `reasons`; null where the certified score was computed or given by AUDIT. */
  reason: WhyOne | null;
  /** Everything that keeps the certified score at 1.0000, in the order of `WHY_ONE_PRECEDENCE`. */
  reasons: Reason[];
  /** The score given by AUDIT, 4 decimals. */
  audit: string | null;
  /** False: nothing was saved yet; the entry page shows 0.0000 ร้อยละ 0.00 (R74). */
  anySaved: boolean;
  variables: VariableScore[];
}
