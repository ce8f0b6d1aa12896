import { isDue } from '../../framework/rules.ts';
import type { Framework, SubIndicator, Variable } from '../../framework/types.ts';
import type { Unmapped } from './types.ts';

/** From where in the round each part of the new framework takes its values. */
export interface Mapping {
  /** New variable → variable of the round. */
  variables: ReadonlyMap<string, string>;
  /** New sub-indicator → the one of the round, for AUDIT scores and for comparing. */
  subIndicators: ReadonlyMap<string, string>;
  unmapped: Unmapped[];
  dropped: number;
}

/**
 * Finds the values of a round for a framework (the ids of one year stay the same through its revisions and drafts). Of
 * another year: the variable that it was copied from or to, otherwise the one with the same codes.
 */
export function mapFrameworks(before: Framework, after: Framework, roundKind: string): Mapping {
  const sameYear = before.fiscalYear === after.fiscalYear;
  const variables = sameYear ? sameIds(after) : mapVariables(before, after);
  const subIndicators = new Map<string, string>();
  const codes = new Map(before.subIndicators.map((sub) => [sub.code, sub.id]));
  for (const sub of after.subIndicators) {
    const old = sameYear ? sub.id : (ownerOf(sub, variables, before) ?? codes.get(sub.code));
    if (old !== undefined) subIndicators.set(sub.id, old);
  }
  const due = after.subIndicators.filter((sub) => isDue(sub, roundKind));
  const used = new Set(due.flatMap((sub) => sub.variables.map(({ id }) => variables.get(id))));
  const reported = before.subIndicators.filter((sub) => isDue(sub, roundKind));
  return {
    variables,
    subIndicators,
    unmapped: due.flatMap((sub) =>
      sub.variables
        .filter(({ id }) => !before.variables.has(variables.get(id) ?? ''))
        .map(({ code, name }) => ({ subIndicator: sub.code, code, name })),
    ),
    dropped: reported.flatMap((sub) => sub.variables.filter(({ id }) => !used.has(id))).length,
  };
}

function sameIds({ variables }: Framework): Map<string, string> {
  return new Map([...variables.keys()].map((id) => [id, id]));
}

function mapVariables(before: Framework, after: Framework): Map<string, string> {
  const copies = new Map<string, string>();
  const byCodes = new Map<string, string>();
  for (const sub of before.subIndicators) {
    for (const variable of sub.variables) {
      byCodes.set(codesOf(sub, variable), variable.id);
      // the round is of a later year than the framework
      if (variable.copiedFromId !== null) copies.set(variable.copiedFromId, variable.id);
    }
  }
  const mapped = new Map<string, string>();
  for (const sub of after.subIndicators) {
    for (const variable of sub.variables) {
      const { copiedFromId } = variable;
      const source =
        (copiedFromId !== null && before.variables.has(copiedFromId) ? copiedFromId : undefined) ??
        copies.get(variable.id) ??
        byCodes.get(codesOf(sub, variable));
      if (source !== undefined) mapped.set(variable.id, source);
    }
  }
  return mapped;
}

function codesOf(sub: SubIndicator, variable: Variable): string {
  return `${sub.code} ${variable.code}`;
}

/** The sub-indicator that all its variables come from. */
function ownerOf(
  sub: SubIndicator,
  variables: ReadonlyMap<string, string>,
  before: Framework,
): string | undefined {
  const owners = new Set(
    sub.variables.map(({ id }) => before.variables.get(variables.get(id) ?? '')?.subIndicatorId),
  );
  const [owner] = owners;
  return owners.size === 1 ? owner : undefined;
}
