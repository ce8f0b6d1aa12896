import { cleanLine } from '../../lib/clean-line.ts';
import { CsvError, type CsvSeparator, readCsvRecords } from '../../offices/csv.ts';
import type { FileProblem, Line } from './types.ts';
import { readWorkbook, WorkbookError } from './workbook.ts';

/** More accounts are not created at once. */
export const MAX_ROWS = 2000;
export const MAX_FILE_BYTES = 2_000_000;

const ZIP = [0x50, 0x4b];
const OLD_EXCEL = [0xd0, 0xcf, 0x11, 0xe0];
const UTF16 = [0xff, 0xfe];

export interface ReadFile {
  headings: string[];
  rows: Line[];
}

/**
 * The rows of an uploaded file: a workbook (.xlsx, first sheet), or CSV as UTF-8, as Excel's "Unicode text" or in the
 * Thai code page 874, separated by commas, semicolons or tabs. Blank rows are left out. Every text is one clean line.
 */
export async function readFile(file: Buffer): Promise<ReadFile | FileProblem> {
  const lines = await readLines(file);
  if ('kind' in lines) return lines;
  const [heading, ...rows] = lines;
  if (heading === undefined || rows.length === 0) return { kind: 'empty' };
  if (rows.length > MAX_ROWS) return { kind: 'tooManyRows' };
  return { headings: heading.cells, rows };
}

/** The same without a heading: every row that is not blank. */
export async function readLines(file: Buffer): Promise<Line[] | FileProblem> {
  let records: string[][];
  try {
    records = await readRecords(file);
  } catch (error) {
    if (error instanceof WorkbookError) return { kind: error.reason };
    if (error instanceof CsvError) return { kind: 'quote', line: error.record + 1 };
    throw error;
  }
  return records
    .map((cells, index) => ({ line: index + 1, cells: withoutEmptyEnd(cells.map(cleanLine)) }))
    .filter(({ cells }) => cells.length > 0);
}

async function readRecords(file: Buffer): Promise<string[][]> {
  if (beginsWith(file, ZIP)) return readWorkbook(file);
  const text = decode(file);
  return readCsvRecords(text, separatorOf(text));
}

/** Excel in Thailand saves CSV in the code page of Windows. */
function decode(file: Buffer): string {
  if (beginsWith(file, OLD_EXCEL)) throw new WorkbookError('oldExcel');
  const text = beginsWith(file, UTF16)
    ? new TextDecoder('utf-16le').decode(file)
    : (utf8(file) ?? new TextDecoder('windows-874').decode(file));
  // no text at all: a picture, a document
  if (/[^\P{Cc}\t\r\n]|\ufffd/u.test(text)) throw new WorkbookError('unreadable');
  return text;
}

function utf8(file: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(file);
  } catch {
    return undefined;
  }
}

function separatorOf(text: string): CsvSeparator {
  const heading = /[^\uFEFF\r\n]+/.exec(text)?.[0] ?? '';
  if (heading.includes(',')) return ',';
  return heading.includes('\t') ? '\t' : ';';
}

function beginsWith(file: Buffer, bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => file[at] === byte);
}

function withoutEmptyEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}
