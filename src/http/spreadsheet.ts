import type { Response } from 'express';
import writeExcelFile, { type Cell, type CellObject } from 'write-excel-file/node';

const EXCEL_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const LONGEST_CELL = 32_767;
const LONGEST_SHEET_NAME = 31;
const BANGKOK_OFFSET_MS = 7 * 3600 * 1000;
const DATE_FORMATS = { date: 'yyyy-mm-dd', dateTime: 'yyyy-mm-dd hh:mm:ss' } as const;

/** One column: its heading, its width in characters, and what it shows of a row. */
export type SheetColumn<Row> = { header: string; width?: number } & (
  | { type: 'text'; value: (row: Row) => string | null }
  /** Plain decimals as the database gives them, or numbers; `decimals` are always shown. */
  | { type: 'number'; decimals?: number; value: (row: Row) => string | number | null }
  /** Moments: the day, or day and time, in Bangkok. */
  | { type: 'date' | 'dateTime'; value: (row: Row) => Date | null }
);

export interface Spreadsheet<Row> {
  /** The name of the only sheet; what spreadsheets do not allow in it is replaced. */
  sheet: string;
  columns: readonly SheetColumn<Row>[];
  rows: readonly Row[];
  /** Lines below the table: what the file shows, what it leaves out. */
  notes?: readonly string[];
}

export interface SpreadsheetDownload<Row> extends Spreadsheet<Row> {
  /** Without `.xlsx`; may be Thai. */
  fileName: string;
  /** The same for programs that understand only Latin letters, digits and `-`. */
  plainName: string;
}

/** Answers with an .xlsx file to save; it is private and nobody keeps it on the way. */
export async function sendSpreadsheet<Row>(res: Response, download: SpreadsheetDownload<Row>): Promise<void> {
  const file = await writeSpreadsheet(download);
  res.set({
    'Content-Type': EXCEL_TYPE,
    'Content-Disposition': attachment(download),
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  res.send(file);
}

/** The bytes of an .xlsx file: one sheet, the heading row bold and frozen, dates as ISO dates, notes below. */
export async function writeSpreadsheet<Row>(spreadsheet: Spreadsheet<Row>): Promise<Buffer> {
  const { columns, rows, notes = [] } = spreadsheet;
  const heading = columns.map(({ header }): CellObject => ({ ...text(header), fontWeight: 'bold' }));
  const table = rows.map((row) => columns.map((column) => cell(column, row)));
  const below = notes.length === 0 ? [] : [[], ...notes.map((note) => [text(note)])];
  return writeExcelFile([heading, ...table, ...below], {
    sheet: sheetName(spreadsheet.sheet),
    stickyRowsCount: 1,
    columns: columns.map(({ width = 16 }) => ({ width })),
  }).toBuffer();
}

/**
 * A text that no spreadsheet program takes for a formula, also when the file is saved as CSV and opened again:
 * an apostrophe stands before `= + - @`, tab and line break at the beginning (domain.md, "Calendar, text, numbers").
 */
export function neutralised(value: string): string {
  return /^\s*[=+\-@]|^[\t\r\n]/.test(value) ? `'${value}` : value;
}

function cell<Row>(column: SheetColumn<Row>, row: Row): Cell {
  if (column.type === 'text') {
    const value = column.value(row);
    return value === null || value === '' ? null : text(value);
  }
  if (column.type === 'number') {
    const value = column.value(row);
    return value === null ? null : { type: Number, value: finite(value), ...decimalFormat(column.decimals) };
  }
  const moment = column.value(row);
  if (moment === null) return null;
  // spreadsheets know no time zones: they are given the wall clock
  const value = new Date(moment.getTime() + BANGKOK_OFFSET_MS);
  return { type: Date, value, format: DATE_FORMATS[column.type] };
}

/** "Text" by its format, too: nobody makes a number of `01` or a date of `1.5`. */
function text(value: string): CellObject {
  return { type: String, value: neutralised(value).slice(0, LONGEST_CELL), format: '@' };
}

function finite(value: string | number): number {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new RangeError(`not a number for a spreadsheet: ${value}`);
  return number;
}

function decimalFormat(decimals: number | undefined): { format?: string } {
  if (decimals === undefined) return {};
  return { format: decimals === 0 ? '0' : `0.${'0'.repeat(decimals)}` };
}

function sheetName(wanted: string): string {
  const allowed = wanted.replace(/[[\]:*?/\\\p{C}]/gu, ' ').replace(/^'|'$/g, ' ');
  return allowed.slice(0, LONGEST_SHEET_NAME).trim() || 'Sheet1';
}

/** RFC 6266 with the extended name of RFC 5987. */
function attachment({ fileName, plainName }: Pick<SpreadsheetDownload<unknown>, 'fileName' | 'plainName'>) {
  const plain = plainName.replace(/[^A-Za-z0-9-]/g, '-');
  const name = `${fileName.replace(/[/\\:*?"<>|\p{C}]/gu, '-')}.xlsx`;
  const extended = encodeURIComponent(name).replace(/['()*!]/g, percentCode);
  return `attachment; filename="${plain}.xlsx"; filename*=UTF-8''${extended}`;
}

function percentCode(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
}
