import type { DraftFramework, DraftRound } from './draft.ts';
import { type Problem, problem } from './problems.ts';
import { repeated } from './repeated.ts';
import { windowProblems } from './year-rounds.ts';

/** Years between the Buddhist and the Common Era. */
const ERA = 543;
/** No date of the Common Era is as late. */
const BUDDHIST_YEARS = '2400';

/** The rounds of the year: one of each kind and sequence, windows in order and of about this year. */
export function roundProblems({ fields, rounds }: DraftFramework): Problem[] {
  const problems: Problem[] = rounds.flatMap((round) => [
    ...orderProblems(round),
    ...(fields.fiscal_year === undefined ? [] : yearProblems(round, fields.fiscal_year)),
  ]);
  for (const [field, text] of UNIQUE) {
    for (const [value, same] of repeated(rounds, (round) => round.fields[field])) {
      const where = same.map((round) => round.position).join(', ');
      const paths = same.map((round) => [...round.path, field]);
      problems.push(problem({ place: 'rounds', paths }, 'duplicate_code', text, { value, where }));
    }
  }
  if (rounds.length === 0) problems.push(problem({ place: 'rounds', path: ['rounds'] }, 'empty', 'noRounds'));
  return problems;
}

const UNIQUE = [
  ['kind', 'roundKindTwice'],
  ['sequence', 'roundSequenceTwice'],
] as const;

function orderProblems({ fields, place, path }: DraftRound): Problem[] {
  const { closes, certification } = windowProblems({
    entryOpensAt: fields.entry_opens_at,
    entryClosesAt: fields.entry_closes_at,
    certificationClosesAt: fields.certification_closes_at,
  });
  const at = (field: string) => ({ place, path: [...path, field] });
  return [
    ...(closes ? [problem(at('entry_closes_at'), 'round_windows', 'entryWindow')] : []),
    ...(certification
      ? [problem(at('certification_closes_at'), 'round_windows', 'certificationWindow')]
      : []),
  ];
}

/**
 * From the first day of the fiscal year (1 October) to the end of the year after it. Another year is strange, but a round
 * may be late or shown at another time; a year of the Buddhist Era is a mistake.
 */
function yearProblems({ fields, place, path }: DraftRound, fiscalYear: number): Problem[] {
  const year = fiscalYear - ERA;
  const from = `${year - 1}-10-01`;
  const to = `${year + 2}-01-01`;
  const dates = ['data_as_of', 'entry_opens_at', 'entry_closes_at', 'certification_closes_at'] as const;
  return dates.flatMap((field) => {
    const date = fields[field];
    // A day's tolerance: times are in UTC here.
    if (date === undefined || date === null || (date >= previousDay(from) && date < to)) return [];
    const at = { place: `${place} > ${field}`, path: [...path, field] };
    const code = date >= BUDDHIST_YEARS ? 'round_year' : 'round_other_year';
    return [problem(at, code, 'roundYear', { year: fiscalYear, from, to })];
  });
}

function previousDay(date: string): string {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
}
