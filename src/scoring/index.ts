export { validateAuditScore } from './audit-score.ts';
export { averageOfChecked } from './checked-average.ts';
export { checkCriteria, SCORE_PLACES } from './criteria.ts';
export { type Distance, distanceToNextLevel } from './distance.ts';
export { type ExplainedInput, type Explanation, explainSubIndicator } from './explanation.ts';
export { formulaName, parseFormula } from './formula.ts';
export { formulaBounds, type Limits, unreachableLevels } from './formula-bounds.ts';
export { FormulaError } from './formula-error.ts';
export { type OfficeScore, scoreOffice, subIndicatorsBelow } from './office.ts';
export { percentOfScore } from './percent.ts';
export {
  type NodeScore,
  type Part,
  type RolledUp,
  rollUp,
  type Totals,
  WEIGHT_PLACES,
  weightedColumn,
} from './roll-up.ts';
export { scoreSubIndicator } from './sub-indicator.ts';
export type * from './types.ts';
