import { compareDecimals } from '../lib/decimal.ts';
import { decimalsOf } from '../lib/numbers.ts';
import { formulaName } from '../scoring/index.ts';
import type { DraftVariable } from './draft.ts';
import { bureausNamed, type KnownThings } from './known.ts';
import { type Problem, type ProblemCode, type ProblemText, type ProblemValues, problem } from './problems.ts';

/** A variable by itself: its code, range, decimals, sources and certifying bureau. `kinds`: the rounds of the year. */
export function variableProblems(
  variable: DraftVariable,
  kinds: readonly string[],
  known: KnownThings | null,
): Problem[] {
  const { place, path } = variable;
  const found = [
    ...codeFaults(variable),
    ...rangeFaults(variable),
    ...sourceFaults(variable, kinds),
    ...bureauFaults(variable, known),
  ];
  return found.map(([code, field, text, values]) => {
    return problem({ place, path: [...path, field] }, code, text, values);
  });
}

type Fault = [code: ProblemCode, field: string, text: ProblemText, values: ProblemValues];

function codeFaults({ fields: { code } }: DraftVariable): Fault[] {
  if (code === undefined || formulaName(code) !== null) return [];
  return [['variable_name', 'code', 'variableName', { code }]];
}

/** Yes/no is 0 or 1, a level lies within 1–5 (Scores 3); a limit has no more decimals than a value may have. */
function rangeFaults({ fields: { kind, decimals, min, max } }: DraftVariable): Fault[] {
  const faults: Fault[] = [];
  if ((kind === 'whole' || kind === 'yes_no') && decimals !== undefined && decimals > 0) {
    faults.push(['decimals', 'decimals', 'decimals', { kind }]);
  }
  if (min === undefined || max === undefined) return faults;
  const limits = { min, max };
  if (compareDecimals(min, max) > 0) faults.push(['range', 'min', 'rangeOrder', limits]);
  if (kind === 'yes_no' && (min !== '0' || max !== '1')) {
    faults.push(['range', 'min', 'rangeYesNo', limits]);
  }
  if (kind === 'level' && (compareDecimals(min, '1') < 0 || compareDecimals(max, '5') > 0)) {
    faults.push(['range', 'min', 'rangeLevel', limits]);
  }
  for (const [field, limit] of Object.entries(limits)) {
    if (decimals === undefined || decimalsOf(limit) <= decimals) continue;
    faults.push(['range', field, 'rangeDecimals', { limit, decimals }]);
  }
  return faults;
}

function sourceFaults({ fields: { sources } }: DraftVariable, kinds: readonly string[]): Fault[] {
  if (sources === undefined) return [];
  const unknown = Object.keys(sources).filter((kind) => !kinds.includes(kind));
  const missing = kinds.filter((kind) => sources[kind] === undefined);
  return [
    ...unknown.map((round): Fault => ['unknown_round', 'sources', 'unknownSourceRound', { round }]),
    ...missing.map((round): Fault => ['source_missing', 'sources', 'sourceMissing', { round }]),
  ];
}

function bureauFaults({ fields: { bureau } }: DraftVariable, known: KnownThings | null): Fault[] {
  if (bureau === undefined || known === null) return [];
  const found = bureausNamed(known.bureaus, bureau);
  if (found.length === 0) return [['unknown_bureau', 'bureau', 'unknownBureau', { bureau }]];
  return found.length === 1 ? [] : [['ambiguous_bureau', 'bureau', 'ambiguousBureau', { bureau }]];
}
