import { formatDate } from '../i18n/dates.ts';
import type { DraftFramework, DraftRound } from './draft.ts';
import { type Problem, problem } from './problems.ts';
import { repeated } from './repeated.ts';
import { windowProblems } from './year-rounds.ts';

/** Years between the Buddhist and the Common Era. */
const ERA = 543;
const DAY_MS = 86_400_000;
/** No date of the Common Era is as late. */
const BUDDHIST_YEARS = '2400';

/** The rounds of the year: one of each kind and sequence, windows in order and of about this year. */
export function roundProblems({ fields, rounds }: DraftFramework): Problem[] {
  const problems: Problem[] = rounds.flatMap((round) => [
    ...orderProblems(round),
    ...shortWindows(round),
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

/** As a round that was closed at once leaves behind when its year is copied. */
function shortWindows({ fields, place, path }: DraftRound): Problem[] {
  const { entry_opens_at: opens, entry_closes_at: closes, certification_closes_at: certified } = fields;
  const isShort = (from: string | undefined, to: string | undefined) => {
    if (from === undefined || to === undefined) return false;
    const length = Date.parse(to) - Date.parse(from);
    return length >= 0 && length < DAY_MS;
  };
  const at = (field: string) => ({ place, path: [...path, field] });
  return [
    ...(isShort(opens, closes) ? [problem(at('entry_closes_at'), 'short_window', 'entryShort')] : []),
    ...(isShort(closes, certified)
      ? [problem(at('certification_closes_at'), 'short_window', 'certificationShort')]
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
    if (date >= BUDDHIST_YEARS) {
      const found = Number(date.slice(0, 4));
      return [problem(at, 'round_year', 'roundYearBuddhist', { found, common: found - ERA })];
    }
    return [
      problem(at, 'round_other_year', 'roundYear', { year: fiscalYear, ...inWords(from, previousDay(to)) }),
    ];
  });
}

/** Both ends as either language writes them. */
function inWords(from: string, to: string) {
  const [first, last] = [new Date(from), new Date(to)];
  return {
    ...{ fromTh: formatDate(first, 'th'), toTh: formatDate(last, 'th') },
    ...{ fromEn: formatDate(first, 'en'), toEn: formatDate(last, 'en') },
  };
}

function previousDay(date: string): string {
  return new Date(Date.parse(date) - DAY_MS).toISOString().slice(0, 10);
}
