import type { DraftFramework, DraftRound } from './draft.ts';
import type { Problem } from './problems.ts';
import { repeated } from './repeated.ts';

/** Years between the Buddhist and the Common Era. */
const ERA = 543;

/** The rounds of the year: one of each kind and sequence, windows in order and of about this year. */
export function roundProblems({ fields, rounds }: DraftFramework): Problem[] {
  const problems: Problem[] = rounds.flatMap((round) => [
    ...windowProblems(round),
    ...(fields.fiscal_year === undefined ? [] : yearProblems(round, fields.fiscal_year)),
  ]);
  for (const field of ['kind', 'sequence'] as const) {
    for (const [value, same] of repeated(rounds, (round) => round.fields[field])) {
      const message = `the ${field} ${value} is used more than once: ${same.map((round) => round.position).join(', ')}`;
      problems.push({ place: 'rounds', code: 'duplicate_code', message });
    }
  }
  if (rounds.length === 0)
    problems.push({ place: 'rounds', code: 'empty', message: 'a year has at least one round' });
  return problems;
}

function windowProblems({ fields, place }: DraftRound): Problem[] {
  const { entry_opens_at: opens, entry_closes_at: closes, certification_closes_at: certified } = fields;
  const problems: Problem[] = [];
  if (opens !== undefined && closes !== undefined && opens >= closes) {
    problems.push({ place, code: 'round_windows', message: 'entry must close after it opens' });
  }
  if (closes !== undefined && certified !== undefined && closes > certified) {
    problems.push({ place, code: 'round_windows', message: 'certification must not close before entry' });
  }
  return problems;
}

/** From the first day of the fiscal year (1 October) to the end of the year after it; above all no Buddhist years. */
function yearProblems({ fields, place }: DraftRound, fiscalYear: number): Problem[] {
  const year = fiscalYear - ERA;
  const from = `${year - 1}-10-01`;
  const to = `${year + 2}-01-01`;
  const dates = ['data_as_of', 'entry_opens_at', 'entry_closes_at', 'certification_closes_at'] as const;
  return dates.flatMap((field) => {
    const date = fields[field];
    // A day's tolerance: times are in UTC here.
    if (date === undefined || date === null || (date >= previousDay(from) && date < to)) return [];
    const message = `is not within fiscal year ${fiscalYear} or the year after it (${from} to ${to}); years are of the Common Era here`;
    return [{ place: `${place} > ${field}`, code: 'round_year' as const, message }];
  });
}

function previousDay(date: string): string {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
}
