import { translator } from '../../i18n/index.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { plain } from '../../users/import/columns.ts';
import type { Line } from '../../users/import/types.ts';
import type { TableProblem, TableRow } from './types.ts';

/** More offices than this are in no system. */
const MAX_ROWS = 5000;
/** Of an office and a number; a longer line is none. */
const LONGEST_LINE = 300;

type Column = 'code' | 'name' | 'value';

/** What columns are called besides their names in the form; blanks, full stops and capitals do not count. */
const HEADINGS: Record<Column, readonly string[]> = {
  code: ['รหัส', 'รหัสสำนักงานเขตพื้นที่', 'รหัสเขต', 'ชื่อผู้ใช้', 'ชื่อผู้ใช้งาน', 'krs username', 'username', 'code'],
  name: ['ชื่อ', 'ชื่อหน่วยงาน', 'เขตพื้นที่', 'สำนักงานเขตพื้นที่', 'office', 'office name', 'name'],
  value: ['ค่าที่รายงาน', 'ข้อมูล', 'ผลการดำเนินงาน', 'result'],
};
const COLUMNS = Object.keys(HEADINGS) as Column[];
const LANGUAGES = [translator('th'), translator('en')];
const COLUMN_OF = new Map(
  COLUMNS.flatMap((column) => {
    const names = LANGUAGES.map((t) => t(`central.column.${column}`));
    return [...names, ...HEADINGS[column]].map((word) => [plain(word), column] as const);
  }),
);

/**
 * The rows of a table: under headings in any order (other columns are passed over), or without headings the office
 * in the first column and the value in the second.
 */
export function readTable(lines: readonly Line[]): TableRow[] | TableProblem {
  const [first, ...others] = lines;
  if (first === undefined) return 'empty';
  if (lines.length > MAX_ROWS) return 'tooManyRows';
  const columns = first.cells.map((cell) => COLUMN_OF.get(plain(cell)) ?? null);
  if (columns.every((column) => column === null)) {
    if (lines.some(({ cells }) => cells.length > 2)) return 'tooManyColumns';
    return lines.map((line) => rowOf(line, ['name', 'value']));
  }
  if (columns.filter((column) => column === 'value').length > 1) return 'valueColumnTwice';
  if (!columns.includes('value')) return 'valueColumnMissing';
  if (!columns.includes('code') && !columns.includes('name')) return 'officeColumnMissing';
  return others.length === 0 ? 'empty' : others.map((line) => rowOf(line, columns));
}

function rowOf({ line, cells }: Line, columns: readonly (Column | null)[]): TableRow {
  const row: TableRow = { line, code: '', name: '', value: '' };
  columns.forEach((column, at) => {
    if (column !== null && row[column] === '') row[column] = cells[at] ?? '';
  });
  return row;
}

/**
 * The lines of a text that was pasted or typed: cells apart by tabs, as spreadsheets copy them, or the value at the
 * end of the line behind a comma, semicolon, colon or blank. Blank lines are left out.
 */
export function linesOfText(text: string): Line[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ line: index + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function cellsOf(line: string): string[] {
  if (line.includes('\t')) return withoutEmptyEnd(line.split('\t').map((cell) => cell.trim()));
  const text = line.trim();
  if (text.length > LONGEST_LINE) return [text];
  const valueLast = /^(.*?[^\s,;:=])[\s,;:=]+([-+\u2212]?[\d.,]+)$/.exec(withArabicDigits(text));
  const parts = valueLast ?? /^(.*?)\s*[,;:=\s]\s*([^,;:=\s]+)$/.exec(text);
  const [, office = text, value = ''] = parts ?? [];
  return text === '' ? [] : withoutEmptyEnd([office, value]);
}

function withoutEmptyEnd(cells: string[]): string[] {
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}
