import { checkValue, sameValue } from '../../entries/rules.ts';
import type { Variable } from '../../framework/types.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { plain } from '../../users/import/columns.ts';
import type { CentralEntry, DryRun, NamedOffice, RowProblem, RowProblemKind, TableRow } from './types.ts';

/** What a table is compared with. */
export interface Known {
  variable: Variable;
  /** Of this variable in this round. */
  entries: readonly CentralEntry[];
  /** All offices of the system. */
  offices: readonly NamedOffice[];
}

/** What a table would do, row by row; nothing is stored. A row without a value leaves its office as it is. */
export function dryRun(rows: readonly TableRow[], { variable, entries, offices }: Known): DryRun {
  const find = officeFinder(offices);
  const byOffice = new Map(entries.map((entry) => [entry.officeId, entry]));
  const lineOf = new Map<string, number>();
  const run: DryRun = { problems: [], changes: [], unchanged: 0, blank: [], missing: [] };
  for (const row of rows) {
    const refuse = (kind: RowProblemKind, more: Partial<RowProblem> = {}) => {
      const office = [row.code, row.name].filter((part) => part !== '').join(' ');
      run.problems.push({ line: row.line, office, value: row.value, kind, ...more });
    };
    const found = find(row);
    if (typeof found === 'string') refuse(found);
    const officeId = typeof found === 'string' ? '' : found.id;
    const entry = byOffice.get(officeId);
    if (officeId !== '' && entry === undefined) refuse('officeNotDue');
    const other = lineOf.get(officeId);
    if (other !== undefined) refuse('twice', { other });
    else if (officeId !== '') lineOf.set(officeId, row.line);
    const checked = checkValue(row.value, variable);
    if ('problem' in checked) refuse('value', { problem: checked.problem });
    else if (entry === undefined || other !== undefined) continue;
    else if (checked.value === null) run.blank.push(entry.office);
    else if (sameValue(checked.value, entry.value)) run.unchanged += 1;
    else run.changes.push({ line: row.line, entry, after: checked.value });
  }
  run.missing = entries.filter(({ officeId }) => !lineOf.has(officeId)).map(({ office }) => office);
  return run;
}

type Found = NamedOffice | 'officeMissing' | 'officeUnknown' | 'officeAmbiguous' | 'officeMismatch';

/** Finds offices by code, by the username of an admin, or by name; code and name must not contradict each other. */
function officeFinder(offices: readonly NamedOffice[]): (row: Pick<TableRow, 'code' | 'name'>) => Found {
  const known = new Map<string, Set<NamedOffice>>();
  for (const office of offices) {
    const { code, usernames, names } = office;
    for (const word of [...(code === null ? [] : [code]), ...usernames, ...names]) {
      const key = keyOf(word);
      known.set(key, (known.get(key) ?? new Set()).add(office));
    }
  }
  const one = (word: string): Found => {
    const [office, ...others] = known.get(keyOf(word)) ?? [];
    if (office === undefined) return 'officeUnknown';
    return others.length > 0 ? 'officeAmbiguous' : office;
  };
  return ({ code, name }) => {
    const words = [code, name].filter((word) => word !== '');
    const [first, second] = words.map(one);
    if (first === undefined) return 'officeMissing';
    if (second === undefined || typeof first === 'string') return first;
    // the code decides; a name that means another office tells of a column that slipped
    return second === first || second === 'officeUnknown' || isAmongSeveral(second, first, name)
      ? first
      : 'officeMismatch';
  };

  function isAmongSeveral(second: Found, first: NamedOffice, name: string): boolean {
    return second === 'officeAmbiguous' && known.get(keyOf(name))?.has(first) === true;
  }
}

function keyOf(word: string): string {
  return plain(withArabicDigits(word));
}
