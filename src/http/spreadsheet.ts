import type { Worker } from 'node:worker_threads';
import type { Response } from 'express';
import { BANGKOK_OFFSET_MS } from '../lib/bangkok.ts';
import { startThread } from '../lib/thread.ts';
import { fileOf, type Table } from './spreadsheet-file.ts';

const EXCEL_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const DAY_MS = 24 * 3600 * 1000;
// about 50 ms of computing
const CELLS_AT_ONCE = 5000;
// "text" by its format, too: nobody makes a number of `01` or a date of `1.5`
const FORMATS = { text: '@', date: 'yyyy-mm-dd', dateTime: 'yyyy-mm-dd hh:mm:ss' } as const;

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

interface FileNames {
  /** Without `.xlsx`; may be Thai. */
  fileName: string;
  /** The same for programs that understand only Latin letters, digits and `-`. */
  plainName: string;
}

export interface SpreadsheetDownload<Row> extends Spreadsheet<Row>, FileNames {}

/** Answers with an .xlsx file to save; it is private and nobody keeps it on the way. */
export async function sendSpreadsheet<Row>(res: Response, download: SpreadsheetDownload<Row>): Promise<void> {
  await sendWorkbook(res, { ...download, tables: [tableOf(download)] });
}

/** The same with several sheets: `tableOf` of each. */
export async function sendWorkbook(
  res: Response,
  { tables, ...download }: FileNames & { tables: readonly Table[] },
): Promise<void> {
  const file = await writeTables(tables);
  res.set({
    'Content-Type': EXCEL_TYPE,
    'Content-Disposition': attachment(download),
    'Cache-Control': 'private, no-store',
    'X-Content-Type-Options': 'nosniff',
  });
  res.send(file);
}

/** A sheet as plain data: days and moments as wall clocks, empty texts as blanks. */
export function tableOf<Row>({ sheet, columns, rows, notes = [] }: Spreadsheet<Row>): Table {
  return {
    sheet,
    columns: columns.map(({ header, width = 16, ...column }) => ({
      header,
      width,
      format: formatOf(column),
    })),
    rows: rows.map((row) => columns.map((column) => cell(column, row))),
    notes,
  };
}

async function writeTables(tables: readonly Table[]): Promise<Buffer> {
  const cells = tables.reduce((sum, { rows, columns }) => sum + rows.length * columns.length, 0);
  return cells > CELLS_AT_ONCE ? fileInBackground(tables) : fileOf(tables);
}

function cell<Row>(column: SheetColumn<Row>, row: Row): Table['rows'][number][number] {
  const value = column.value(row);
  if (value === null || value === '') return null;
  if (column.type === 'number') {
    const number = Number(value);
    if (!Number.isFinite(number)) throw new RangeError(`not a number for a spreadsheet: ${value}`);
    return number;
  }
  if (!(value instanceof Date)) return value;
  // spreadsheets know no time zones: they are given the wall clock
  const wallClock = value.getTime() + BANGKOK_OFFSET_MS;
  return new Date(column.type === 'date' ? Math.floor(wallClock / DAY_MS) * DAY_MS : wallClock);
}

function formatOf(column: { type: SheetColumn<never>['type']; decimals?: number }): string | null {
  if (column.type !== 'number') return FORMATS[column.type];
  const { decimals } = column;
  if (decimals === undefined) return null;
  return decimals === 0 ? '0' : `0.${'0'.repeat(decimals)}`;
}

/** Long files take seconds of computing, in which nobody else would be answered. */
function fileInBackground(tables: readonly Table[]): Promise<Buffer> {
  const worker = workerFor(tables);
  return new Promise((resolve, reject) => {
    worker.once('message', (file: Uint8Array) => resolve(Buffer.from(file.buffer)));
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the spreadsheet was not written')));
  });
}

function workerFor(workerData: readonly Table[]): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: 512 };
  return startThread(import.meta.url, 'spreadsheet-worker', { workerData, resourceLimits });
}

/** RFC 6266 with the extended name of RFC 5987. */
function attachment({ fileName, plainName }: FileNames) {
  const plain = plainName.replace(/[^A-Za-z0-9-]/g, '-');
  const name = `${fileName.replace(/[/\\:*?"<>|\p{C}]/gu, '-')}.xlsx`;
  const extended = encodeURIComponent(name).replace(/['()*!]/g, percentCode);
  return `attachment; filename="${plain}.xlsx"; filename*=UTF-8''${extended}`;
}

function percentCode(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
}
