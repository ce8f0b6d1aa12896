import { compareDecimals } from '../lib/decimal.ts';
import { decimalsOf } from '../lib/numbers.ts';
import { formulaName } from '../scoring/index.ts';
import type { DraftVariable } from './draft.ts';
import { bureausNamed, type KnownThings } from './known.ts';
import type { Problem, ProblemCode } from './problems.ts';

/** A variable by itself: its code, range, decimals, sources and certifying bureau. `kinds`: the rounds of the year. */
export function variableProblems(
  variable: DraftVariable,
  kinds: readonly string[],
  known: KnownThings | null,
): Problem[] {
  const { place } = variable;
  const found = [
    ...codeFaults(variable),
    ...rangeFaults(variable),
    ...sourceFaults(variable, kinds),
    ...bureauFaults(variable, known),
  ];
  return found.map(([code, message]) => ({ place, code, message }));
}

type Fault = [code: ProblemCode, message: string];

function codeFaults({ fields: { code } }: DraftVariable): Fault[] {
  if (code === undefined || formulaName(code) !== null) return [];
  return [
    [
      'variable_name',
      `the code ${code} cannot be written in a formula: use latin letters and digits, or a number`,
    ],
  ];
}

/** Yes/no is 0 or 1, a level lies within 1–5 (Scores 3); a limit has no more decimals than a value may have. */
function rangeFaults({ fields: { kind, decimals, min, max } }: DraftVariable): Fault[] {
  const faults: Fault[] = [];
  if ((kind === 'whole' || kind === 'yes_no') && decimals !== undefined && decimals > 0) {
    faults.push(['decimals', `a variable of the kind ${kind} has no decimals`]);
  }
  if (min === undefined || max === undefined) return faults;
  if (compareDecimals(min, max) > 0) faults.push(['range', `min ${min} is greater than max ${max}`]);
  if (kind === 'yes_no' && (min !== '0' || max !== '1')) {
    faults.push(['range', `yes/no goes from 0 to 1, not from ${min} to ${max}`]);
  }
  if (kind === 'level' && (compareDecimals(min, '1') < 0 || compareDecimals(max, '5') > 0)) {
    faults.push(['range', `a level lies within 1 to 5, not within ${min} to ${max}`]);
  }
  for (const limit of [min, max]) {
    if (decimals === undefined || decimalsOf(limit) <= decimals) continue;
    faults.push(['range', `the limit ${limit} has more than the variable's ${decimals} decimals`]);
  }
  return faults;
}

function sourceFaults({ fields: { sources } }: DraftVariable, kinds: readonly string[]): Fault[] {
  if (sources === undefined) return [];
  const unknown = Object.keys(sources).filter((kind) => !kinds.includes(kind));
  const missing = kinds.filter((kind) => sources[kind] === undefined);
  return [
    ...unknown.map(
      (kind): Fault => ['unknown_round', `has a source for ${kind}, but the year has no such round`],
    ),
    ...missing.map(
      (kind): Fault => [
        'source_missing',
        `does not say its source in the round ${kind}: office, central or not_due`,
      ],
    ),
  ];
}

function bureauFaults({ fields: { bureau } }: DraftVariable, known: KnownThings | null): Fault[] {
  if (bureau === undefined || known === null) return [];
  const found = bureausNamed(known.bureaus, bureau);
  if (found.length === 0) return [['unknown_bureau', `there is no bureau with the code or name "${bureau}"`]];
  return found.length === 1
    ? []
    : [['ambiguous_bureau', `more than one bureau is called "${bureau}": give its code`]];
}
