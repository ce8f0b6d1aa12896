import writeExcelFile, { type Cell, type CellObject } from 'write-excel-file/node';

const LONGEST_CELL = 32_767;
const LONGEST_SHEET_NAME = 31;

/** A table as it goes into an .xlsx file; plain data, so that another thread may write it. */
export interface Table {
  sheet: string;
  columns: readonly { header: string; width: number; format: string | null }[];
  /** Dates: the wall clock that is to be read, as if it were that of UTC. */
  rows: readonly (readonly (string | number | Date | null)[])[];
  notes: readonly string[];
}

/** Computes the bytes of the file, a sheet for each table: the heading row bold and frozen, notes below. */
export async function fileOf(tables: readonly Table[]): Promise<Buffer> {
  return writeExcelFile(tables.map(sheetOf)).toBuffer();
}

function sheetOf({ sheet, columns, rows, notes }: Table) {
  const heading = columns.map(({ header }): CellObject => ({ ...text(header), fontWeight: 'bold' }));
  const formats = columns.map(({ format }) => (format === null ? {} : { format }));
  const body = rows.map((row) => row.map((value, index): Cell => cell(value, formats[index])));
  const below = notes.length === 0 ? [] : [[], ...notes.map((note) => [text(note)])];
  return {
    data: [heading, ...body, ...below],
    sheet: sheetName(sheet),
    stickyRowsCount: 1,
    columns: columns.map(({ width }) => ({ width })),
  };
}

function cell(value: string | number | Date | null, format: { format?: string } | undefined): Cell {
  if (value === null) return null;
  return typeof value === 'string' ? text(value) : { value, ...format };
}

function text(value: string): CellObject {
  return { type: String, value: neutralised(value).slice(0, LONGEST_CELL), format: '@' };
}

/**
 * A text that no spreadsheet program takes for a formula, also when the file is saved as CSV and opened again:
 * an apostrophe stands before `= + - @`, tab and line break at the beginning (domain.md, "Calendar, text, numbers").
 */
export function neutralised(value: string): string {
  return /^\s*[=+\-@]|^[\t\r\n]/.test(value) ? `'${value}` : value;
}

function sheetName(wanted: string): string {
  const allowed = wanted.replace(/[[\]:*?/\\\p{C}]/gu, ' ').replace(/^'|'$/g, ' ');
  return allowed.slice(0, LONGEST_SHEET_NAME).trim() || 'Sheet1';
}
