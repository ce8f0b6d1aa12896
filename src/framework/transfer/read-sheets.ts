import type { WorkbookSheet } from '../../users/import/workbook.ts';
import { type CellContent, readCell } from './cells.ts';
import {
  type Column,
  SHEETS,
  type SheetName,
  type SheetPlan,
  SOURCE_HEADER,
  sourceColumn,
} from './sheets.ts';
import type { FileIssue, IssuePlace, SheetProblem } from './types.ts';

/** A row of a sheet: what its cells say, by field; blank ones are missing. */
export interface SheetRow {
  sheet: SheetName;
  row: number;
  fields: Record<string, unknown>;
}

export interface ReadSheets {
  rows: Record<SheetName, SheetRow[]>;
  issues: FileIssue[];
}

/** The rows of all sheets that a framework has. Other sheets are no concern of ours. */
export function readSheets(sheets: readonly WorkbookSheet[]): ReadSheets {
  const issues: FileIssue[] = [];
  const names = Object.keys(SHEETS) as SheetName[];
  const rows = Object.fromEntries(
    names.map((name) => {
      const plan = SHEETS[name];
      const [found, ...others] = sheets.filter((one) => plain(one.name) === plain(plan.title));
      if (found === undefined && !plan.optional) issues.push(issueAt({ sheet: name }, 'missingSheet'));
      if (others.length > 0) issues.push(issueAt({ sheet: name }, 'sheetTwice'));
      return [name, found === undefined ? [] : readSheet(name, plan, found, issues)];
    }),
  ) as ReadSheets['rows'];
  return { rows, issues };
}

/** Something that refuses the file, with its place. */
export function issueAt(place: IssuePlace, sheet: SheetProblem, value = ''): FileIssue {
  return { weight: 'refuses', place, text: { sheet, values: { value } } };
}

function readSheet(
  sheet: SheetName,
  plan: SheetPlan,
  { rows: [heading = [], ...lines] }: WorkbookSheet,
  issues: FileIssue[],
): SheetRow[] {
  const columns = readHeading(sheet, plan, heading, issues);
  return lines.flatMap((cells, index) => {
    const row = index + 2;
    if (cells.every(isBlank)) return [];
    const fields: Record<string, unknown> = {};
    cells.forEach((content, at) => {
      const column = columns[at];
      if (column === undefined) {
        const isExtra = at >= columns.length && !isBlank(content);
        if (isExtra) issues.push(issueAt({ sheet, row }, 'extraCells', shortened(content)));
        return;
      }
      const { value, isDate } = readCell(column, content);
      if (isDate) {
        issues.push(issueAt({ sheet, row, column: column.header }, 'dateCell', shortened(content)));
      }
      if (value !== undefined) fields[column.field] = value;
    });
    return [{ sheet, row, fields }];
  });
}

/** What each column holds; undefined where the heading is unknown. */
function readHeading(
  sheet: SheetName,
  plan: SheetPlan,
  heading: readonly CellContent[],
  issues: FileIssue[],
): (Column | undefined)[] {
  const width = heading.findLastIndex((cell) => !isBlank(cell)) + 1;
  const seen = new Set<string>();
  const columns = heading.slice(0, width).map((content) => {
    const column = columnNamed(sheet, plan, content);
    if (column === undefined) {
      issues.push(issueAt({ sheet, row: 1 }, 'unknownColumn', shortened(content) || '–'));
    } else if (seen.has(column.field)) {
      issues.push(issueAt({ sheet, row: 1 }, 'columnTwice', column.header));
    }
    if (column !== undefined) seen.add(column.field);
    return column;
  });
  for (const { field, header } of plan.columns) {
    if (!seen.has(field)) issues.push(issueAt({ sheet, row: 1 }, 'missingColumn', header));
  }
  return columns;
}

function columnNamed(sheet: SheetName, plan: SheetPlan, content: CellContent): Column | undefined {
  const text = typeof content === 'string' ? content.trim() : '';
  const name = plain(text);
  const own = plan.columns.find(({ header, field }) => plain(header) === name || field === name);
  if (own !== undefined || sheet !== 'variables') return own;
  const [, kind] = new RegExp(`^(?:${SOURCE_HEADER}|sources)\\s+(\\S+)$`).exec(text) ?? [];
  return kind === undefined ? undefined : sourceColumn(kind);
}

function isBlank(content: CellContent | undefined): boolean {
  return content === null || content === undefined || (typeof content === 'string' && content.trim() === '');
}

function shortened(content: CellContent | undefined): string {
  if (content instanceof Date) return content.toISOString().slice(0, 10);
  return String(content ?? '').slice(0, 40);
}

function plain(text: string): string {
  return text.trim().replace(/\s+/g, ' ').toLowerCase();
}
