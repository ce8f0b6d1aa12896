import { isDue, sourceIn } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import type { CarriedParts } from './types.ts';

/**
 * What is carried into rounds of this kind (รับรองต่อเนื่อง, manual KRS 2559, R148; domain rules, "Carry-over"):
 * the flagged variables that are due, and the AUDIT scores of the sub-indicators whose variables are all flagged.
 */
export function carriedParts(framework: Framework, roundKind: string): CarriedParts {
  const variables = [...framework.variables.values()].filter(
    (variable) => variable.carryOver && sourceIn(variable, roundKind) !== undefined,
  );
  const nodes = framework.subIndicators.filter(
    (sub) => isDue(sub, roundKind) && sub.variables.every((variable) => variable.carryOver),
  );
  return { variables, nodeIds: nodes.map(({ id }) => id) };
}
