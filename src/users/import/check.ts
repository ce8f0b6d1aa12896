import type { Role } from '../../http/current-user.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { type PersonProblem, personProblems } from '../forms.ts';
import { isUsername, rolesOf } from '../rules.ts';
import { isRoleWord, plain, roleOf } from './columns.ts';
import type { ImportedAccount, ImportOffice, RowProblem, TypedRow } from './types.ts';

/** What rows are compared with. */
export interface Known {
  offices: readonly ImportOffice[];
  /** The usernames of the system, in small letters. */
  taken: ReadonlySet<string>;
  /** Everybody is to be sent a link, so everybody needs an address. */
  sendsLinks: boolean;
}

/** Every problem of every row, in the order of the file; the accounts of those rows that have none. */
export function checkRows(
  rows: readonly TypedRow[],
  known: Known,
): { accounts: ImportedAccount[]; problems: RowProblem[] } {
  const find = officeFinder(known.offices);
  const lineOf = new Map<string, number>();
  const accounts: ImportedAccount[] = [];
  const problems: RowProblem[] = [];
  for (const row of rows) {
    const found = find(row.office, row.role);
    const role = roleOf(row.role, found.office?.kind);
    const phone = withLeadingZero(withArabicDigits(dashIsNothing(row.phone)));
    const person = {
      name: row.name,
      position: dashIsNothing(row.position),
      phone,
      email: dashIsNothing(row.email),
    };
    const own = [
      ...(found.problem === undefined ? [] : [problem(row, 'office', found.problem)]),
      ...usernameProblems(row, known.taken, lineOf),
      ...personRowProblems(row, person, known.sendsLinks),
      ...roleProblems(row, role, found.office),
      ...(row.extra === '' ? [] : [{ line: row.line, kind: 'extraCells' as const, value: row.extra }]),
    ];
    problems.push(...own);
    if (own.length > 0 || found.office === undefined || role === undefined) continue;
    accounts.push({ line: row.line, officeId: found.office.id, username: row.username, ...person, role });
  }
  return { accounts, problems };
}

/** What has come to stand against accounts since their file was checked. */
export function recheck(accounts: readonly ImportedAccount[], known: Known): RowProblem[] {
  const offices = new Map(known.offices.map((office) => [office.id, office]));
  return accounts.flatMap(({ line, officeId, username, role }) => {
    const office = offices.get(officeId);
    const problems: RowProblem[] = [];
    if (office === undefined) problems.push({ line, field: 'office', kind: 'officeUnknown', value: '' });
    else if (!rolesOf(office.kind).includes(role)) {
      problems.push({ line, field: 'role', kind: 'roleNotFitting', value: role });
    }
    if (known.taken.has(username.toLowerCase())) {
      problems.push({ line, field: 'username', kind: 'usernameTaken', value: username });
    }
    return problems;
  });
}

type OfficeFound = {
  office?: ImportOffice;
  problem?: 'officeMissing' | 'officeUnknown' | 'officeAmbiguous';
};

/** Finds offices by code, by the username of an admin, or by name; of several the one that the role fits. */
function officeFinder(offices: readonly ImportOffice[]): (text: string, roleWord: string) => OfficeFound {
  const byCode = groupBy(offices, ({ code }) => (code === null ? [] : [code]));
  const byAdmin = groupBy(offices, ({ adminUsernames }) => adminUsernames.map((name) => name.toLowerCase()));
  const byName = groupBy(offices, ({ name, shortName }) => [...new Set([plain(name), plain(shortName)])]);
  return (text, roleWord) => {
    if (text === '') return { problem: 'officeMissing' };
    const digits = withArabicDigits(text);
    const found = byCode.get(digits) ?? byAdmin.get(digits.toLowerCase()) ?? byName.get(plain(text)) ?? [];
    const fitting = found.filter(({ kind }) => {
      const role = roleOf(roleWord, kind);
      return role !== undefined && rolesOf(kind).includes(role);
    });
    const [office, ...others] = fitting.length > 0 ? fitting : found;
    if (office === undefined) return { problem: 'officeUnknown' };
    return others.length > 0 ? { problem: 'officeAmbiguous' } : { office };
  };
}

function groupBy<Item>(items: readonly Item[], keysOf: (item: Item) => string[]): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const key of keysOf(item)) groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}

function usernameProblems(
  row: TypedRow,
  taken: ReadonlySet<string>,
  lineOf: Map<string, number>,
): RowProblem[] {
  const { username, line } = row;
  if (username === '') return [problem(row, 'username', 'usernameMissing')];
  if (!isUsername(username)) return [problem(row, 'username', 'usernameShape')];
  const key = username.toLowerCase();
  const other = lineOf.get(key);
  if (other === undefined) lineOf.set(key, line);
  return [
    ...(taken.has(key) ? [problem(row, 'username', 'usernameTaken')] : []),
    ...(other === undefined ? [] : [{ ...problem(row, 'username', 'usernameTwice'), other }]),
  ];
}

function personRowProblems(
  row: TypedRow,
  person: Parameters<typeof personProblems>[0],
  sendsLinks: boolean,
): RowProblem[] {
  const found = Object.entries(personProblems(person)) as [keyof typeof person, PersonProblem][];
  const problems = found.map(([field, kind]) => problem(row, field, kind));
  if (sendsLinks && person.email === '') problems.push(problem(row, 'email', 'emailMissing'));
  return problems;
}

function roleProblems(row: TypedRow, role: Role | undefined, office: ImportOffice | undefined): RowProblem[] {
  if (row.role === '') return [problem(row, 'role', 'roleMissing')];
  if (!isRoleWord(row.role)) return [problem(row, 'role', 'roleUnknown')];
  if (office === undefined || (role !== undefined && rolesOf(office.kind).includes(role))) return [];
  return [problem(row, 'role', 'roleNotFitting')];
}

function problem(
  row: TypedRow,
  field: 'office' | 'username' | keyof ReturnType<typeof personProblems> | 'role',
  kind: RowProblem['kind'],
): RowProblem {
  return { line: row.line, field, kind, value: row[field] };
}

/** Spreadsheets take a telephone number for a number and drop its zero; every Thai number begins with one. */
function withLeadingZero(phone: string): string {
  return /^[1-9]\d{7,8}$/.test(phone) ? `0${phone}` : phone;
}

/** People write a dash into a cell that has nothing to say. */
function dashIsNothing(text: string): string {
  return /^[-–—]+$/.test(text) ? '' : text;
}
