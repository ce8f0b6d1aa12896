import { labelOf, variableLabel } from '../framework/rules.ts';
import type { Framework, FrameworkNode, SubIndicator, Variable } from '../framework/types.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { actsInSteadOf } from '../threads/rules.ts';
import type { RowList } from './page.ts';
import type { VariableCount } from './queries.ts';

/** What a list is chosen by: an office or a variable, and what waits there. */
export interface Option {
  id: string;
  name: string;
  pending: number;
  fresh: number;
  central: boolean;
}

/** What the choice says about a list that is shown; undefined where nothing is left in it. */
export function optionOf({ place, rows }: Pick<RowList, 'place' | 'rows'>): Option | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const isVariable = place.view === 'variables';
  return {
    id: place.of,
    name: isVariable ? variableLabel(first.variable) : first.row.office,
    pending: rows.filter(({ group }) => group === 'pending').length,
    fresh: rows.reduce((sum, { fresh }) => sum + fresh, 0),
    central: isVariable && first.group === 'central',
  };
}

export interface VariableGroup {
  label: string;
  options: Option[];
}

export interface Bureau {
  id: string;
  name: string;
}

export interface VariableChoice {
  groups: VariableGroup[];
  bureaus: Bureau[];
  pending: number;
}

/** The drop-down of variables: those due in the round, by sub-indicator in the framework's order (R118). */
export function variableChoice(
  framework: Framework,
  counts: readonly VariableCount[],
  bureauId: string | undefined,
): VariableChoice {
  const byVariable = new Map(counts.map((count) => [count.variableId, count]));
  const options = (sub: SubIndicator) =>
    sub.variables.flatMap((variable) => {
      const count = byVariable.get(variable.id);
      if (count === undefined || (bureauId !== undefined && count.bureauId !== bureauId)) return [];
      return [
        {
          id: variable.id,
          name: variableLabel(variable),
          pending: count.pending,
          fresh: count.fresh,
          central: count.source === 'central',
        },
      ];
    });
  const groups = framework.subIndicators
    .map((sub) => ({ label: labelOf(sub), options: options(sub) }))
    .filter((group) => group.options.length > 0);
  return {
    groups,
    bureaus: bureausOf(counts),
    pending: groups.flatMap((group) => group.options).reduce((sum, { pending }) => sum + pending, 0),
  };
}

export interface ChosenVariable {
  variable: Variable;
  label: string;
  subIndicator: SubIndicator;
  /** The indicators above it, those of the same name left out, dimension first. */
  headings: FrameworkNode[];
  bureau: string;
  /** The page acts in this bureau's stead. */
  inSteadOf: string | null;
}

/** The variable of the page with its headings, or undefined where the person has none of this id in the round. */
export function chosenVariable(
  framework: Framework,
  counts: readonly VariableCount[],
  user: CurrentUser,
  variableId: string | undefined,
): ChosenVariable | undefined {
  const count = counts.find((candidate) => candidate.variableId === variableId);
  const variable = framework.variables.get(count?.variableId ?? '');
  const subIndicator = framework.subIndicators.find((sub) => sub.id === variable?.subIndicatorId);
  if (count === undefined || variable === undefined || subIndicator === undefined) return undefined;
  return {
    variable,
    label: variableLabel(variable),
    subIndicator,
    headings: subIndicator.path.filter((node) => node.name !== subIndicator.name),
    bureau: count.bureau,
    inSteadOf: actsInSteadOf(user, count.bureauId) === null ? null : count.bureau,
  };
}

/** The bureaus that occur, by name. */
export function bureausOf(rows: readonly { bureauId: string; bureau: string }[]): Bureau[] {
  const names = new Map(rows.map((row) => [row.bureauId, row.bureau]));
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name, 'th'));
}
