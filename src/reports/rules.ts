import type { RoundKind, SubIndicator, Variable } from '../framework/types.ts';
import type { CurrentUser } from '../http/current-user.ts';

/** What somebody may see of an office: everything, what belongs to the own bureau's variables, or scores only. */
export type Sight = 'full' | 'own_variables' | 'scores';

type Viewer = Pick<CurrentUser, 'role' | 'officeId' | 'officeKind'>;

/**
 * Values, results, explanations and rejection texts are for the office itself, the KPI office, and a bureau as
 * far as its variables go; of another office one sees scores, weights and the status word only.
 */
export function sightOf(viewer: Viewer, officeId: string): Sight {
  if (viewer.role === 'kpi_office' || viewer.officeId === officeId) return 'full';
  return viewer.officeKind === 'bureau' ? 'own_variables' : 'scores';
}

/** Whether the value of this variable may be seen. */
export function seesVariable(viewer: Viewer, sight: Sight, variable: Variable): boolean {
  return sight === 'full' || (sight === 'own_variables' && variable.bureauId === viewer.officeId);
}

/**
 * How much of a sub-indicator may be seen in a round: all, the own variables of one that several bureaus
 * share (its result would tell the others' values), or nothing.
 */
export function sightOfSubIndicator(
  viewer: Viewer,
  sight: Sight,
  sub: SubIndicator,
  roundKind: RoundKind,
): 'all' | 'part' | 'nothing' {
  if (sight === 'full') return 'all';
  if (sight === 'scores') return 'nothing';
  const due = sub.variables.filter((variable) => variable.sources.has(roundKind));
  const seen = due.filter((variable) => seesVariable(viewer, sight, variable)).length;
  if (seen === 0) return 'nothing';
  return seen === due.length ? 'all' : 'part';
}
