import type { WorkbookSheet } from '../../users/import/workbook.ts';
import { issueAt, readSheets, type SheetRow } from './read-sheets.ts';
import { SHEETS } from './sheets.ts';
import type { FileIssue, IssuePlace, ReadFile } from './types.ts';

type Json = Record<string, unknown>;

/** The JSON that is being put together, and from which row each part of it came. */
interface Assembly {
  places: Map<object, SheetRow>;
  issues: FileIssue[];
}

/** A framework from the sheets of its workbook, as JSON of the format; unchecked but for what JSON cannot say. */
export function frameworkOf(sheets: readonly WorkbookSheet[]): ReadFile {
  const { rows, issues } = readSheets(sheets);
  const assembly: Assembly = { places: new Map(), issues };
  const [year, ...others] = rows.year;
  for (const { sheet, row } of others) issues.push(issueAt({ sheet, row }, 'moreRows'));
  const json: Json = { ...year?.fields };
  if (year !== undefined) assembly.places.set(json, year);
  json.rounds = rows.rounds.map((row) => placed(assembly, row, { ...row.fields }));
  const dimensions = rows.dimensions.map((row) =>
    placed(assembly, row, { ...row.fields, indicators: [] as Json[] }),
  );
  json.dimensions = dimensions;
  const indicators = hangIndicators(assembly, rows.indicators, byCode(dimensions));
  const subs = rows.subIndicators.map((row) => {
    const { in_indicator: above, ...fields } = row.fields;
    const sub = placed(assembly, row, { ...fields, variables: [] as Json[] });
    hang(
      assembly,
      row,
      indicators.get(String(above)),
      { field: 'in_indicator', list: 'sub_indicators' },
      sub,
    );
    return sub;
  });
  addBelowSubIndicators(assembly, rows, byCode(subs));
  return { json, issues, locate: locator(json, assembly.places) };
}

/** A heading stands above what is below it, so that nothing can hang on itself. */
function hangIndicators(
  assembly: Assembly,
  rows: readonly SheetRow[],
  dimensions: ReadonlyMap<string, Json>,
): Map<string, Json> {
  const indicators = new Map<string, Json>();
  for (const row of rows) {
    const { in_dimension: dimension, in_indicator: heading, ...fields } = row.fields;
    const indicator = placed(assembly, row, { ...fields });
    if (dimension !== undefined && heading !== undefined) {
      assembly.issues.push(issueAt({ sheet: row.sheet, row: row.row }, 'twoParents'));
    } else if (heading !== undefined) {
      const to = { field: 'in_indicator', list: 'indicators' };
      hang(assembly, row, indicators.get(String(heading)), to, indicator);
    } else {
      const to = { field: 'in_dimension', list: 'indicators' };
      hang(assembly, row, dimensions.get(String(dimension)), to, indicator);
    }
    const code = String(fields.code);
    if (!indicators.has(code)) indicators.set(code, indicator);
  }
  return indicators;
}

function addBelowSubIndicators(
  assembly: Assembly,
  rows: ReturnType<typeof readSheets>['rows'],
  subs: ReadonlyMap<string, Json>,
): void {
  const field = 'in_sub_indicator';
  for (const row of rows.criteria) {
    const sub = subs.get(String(row.fields[field]));
    if (sub === undefined) unknownParent(assembly, row, field);
    else addCriteria(assembly, row, sub);
  }
  for (const row of rows.offices) {
    const { [field]: above, ...fields } = row.fields;
    const to = { field, list: 'office_exceptions' };
    hang(assembly, row, subs.get(String(above)), to, placed(assembly, row, fields));
  }
  for (const row of rows.variables) {
    const { [field]: above, ...cells } = row.fields;
    const isSource = ([name]: [string, unknown]) => name.startsWith('sources ');
    const fields = Object.entries(cells).filter((cell) => !isSource(cell));
    const sources = Object.entries(cells).filter(isSource);
    const variable = placed(assembly, row, {
      ...Object.fromEntries(fields),
      sources: Object.fromEntries(sources.map(([name, source]) => [name.slice('sources '.length), source])),
    });
    hang(assembly, row, subs.get(String(above)), { field, list: 'variables' }, variable);
  }
}

function addCriteria(assembly: Assembly, row: SheetRow, sub: Json): void {
  const { round } = row.fields;
  const levels = placed(
    assembly,
    row,
    [1, 2, 3, 4, 5].map((level) => row.fields[`level${level}`] ?? null),
  );
  const byRound = (sub.criteria_by_round ?? {}) as Json;
  const isTwice = round === undefined ? sub.criteria !== undefined : Object.hasOwn(byRound, String(round));
  if (isTwice) {
    const value = round === undefined ? '–' : String(round);
    assembly.issues.push(issueAt({ sheet: row.sheet, row: row.row }, 'criteriaTwice', value));
  } else if (round === undefined) sub.criteria = levels;
  else sub.criteria_by_round = { ...byRound, [String(round)]: levels };
}

/** Adds a part to the list of what it belongs to; an issue where that is not there. */
function hang(
  assembly: Assembly,
  row: SheetRow,
  parent: Json | undefined,
  { field, list }: { field: string; list: string },
  part: Json,
): void {
  if (parent === undefined) unknownParent(assembly, row, field);
  else parent[list] = [...((parent[list] ?? []) as Json[]), part];
}

function unknownParent({ issues }: Assembly, { sheet, row, fields }: SheetRow, field: string): void {
  const column = headerOf(sheet, field);
  const value = fields[field];
  const place = { sheet, row, ...(column === undefined ? {} : { column }) };
  if (value === undefined) issues.push(issueAt(place, 'noParent'));
  else issues.push(issueAt(place, 'unknownParent', String(value).slice(0, 40)));
}

function placed<Part extends object>({ places }: Assembly, row: SheetRow, part: Part): Part {
  places.set(part, row);
  return part;
}

/** The first of each code; that another has it too is told by the check. */
function byCode(parts: readonly Json[]): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const part of parts) {
    const code = String(part.code);
    if (part.code !== undefined && !found.has(code)) found.set(code, part);
  }
  return found;
}

function locator(json: object, places: ReadonlyMap<object, SheetRow>): ReadFile['locate'] {
  return (path) => {
    let value: unknown = json;
    let row = places.get(json);
    let at = 0;
    path.forEach((step, index) => {
      value = (value as Record<string | number, unknown> | undefined)?.[step];
      const own = typeof value === 'object' && value !== null ? places.get(value) : undefined;
      if (own !== undefined) [row, at] = [own, index + 1];
    });
    if (path[0] !== undefined && at === 0 && LISTS[String(path[0])]) return { sheet: LISTS[String(path[0])] };
    if (row === undefined) return undefined;
    if (path.at(-1) === 'office_exceptions') return { sheet: 'offices' };
    const column = headerOf(row.sheet, fieldAt(path.slice(at)));
    return { sheet: row.sheet, row: row.row, ...(column === undefined ? {} : { column }) };
  };
}

const LISTS: Record<string, IssuePlace['sheet']> = { rounds: 'rounds', dimensions: 'dimensions' };

function fieldAt([field, below]: readonly (string | number)[]): string {
  if (field === 'sources' && below !== undefined) return `sources ${below}`;
  return typeof field === 'number' ? `level${field + 1}` : String(field ?? '');
}

function headerOf(sheet: SheetRow['sheet'], field: string): string | undefined {
  return SHEETS[sheet].columns.find((column) => column.field === field)?.header;
}
