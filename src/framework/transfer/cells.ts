import { parseTypedNumber, withArabicDigits } from '../../lib/numbers.ts';
import { type Column, FLAGS, readText } from './sheets.ts';

export type CellContent = string | number | boolean | Date | null;

const BUDDHIST_ERA = 543;
const FIRST_BUDDHIST_YEAR = 2400;
/** Digits that a spreadsheet keeps of a number. */
const SAFE_DIGITS = 15;
const YES = new Set(['ใช่', 'yes', 'true', '1', 'y']);
const NO = new Set(['ไม่ใช่', 'no', 'false', '0', 'n']);

/**
 * A cell as its column means it; undefined where it is blank. What cannot be understood stays as it is written: the
 * check of the format tells what is wrong with it. `isDate` tells a date where none belongs: a spreadsheet program
 * made it of something else.
 */
export function readCell(column: Column, content: CellContent): { value?: unknown; isDate?: true } {
  if (content instanceof Date) {
    if (column.kind === 'moment') return { value: momentOf(content.toISOString().slice(0, 19)) };
    if (column.kind === 'date') return { value: dateOf(content.toISOString().slice(0, 10)) };
    return { isDate: true };
  }
  if (content === null) return {};
  if (typeof content === 'boolean') {
    return { value: column.kind === 'flag' ? content : String(content) };
  }
  const text = typeof content === 'number' ? exact(content) : readText(content).replace(/\r\n?/g, '\n');
  if (text.trim() === '') return {};
  return { value: meaningOf(column, text) };
}

function meaningOf({ kind, words }: Column, text: string): unknown {
  if (kind === 'text') return words === undefined ? text : wordOf(words, text);
  if (kind === 'code') return text.trim();
  if (kind === 'number') return parseTypedNumber(text) ?? text;
  if (kind === 'whole') return wholeOf(text);
  if (kind === 'flag') return flagOf(words ?? FLAGS, text);
  if (kind === 'list') return listOf(text);
  return kind === 'moment' ? momentOf(text.trim()) : dateOf(text.trim());
}

/** 0.1 + 0.2 is stored as 0.30000000000000004. */
function exact(number: number): string {
  return String(Number(number.toPrecision(SAFE_DIGITS)));
}

function wordOf(words: Readonly<Record<string, string>>, text: string): string {
  const word = plain(text);
  const found = Object.entries(words).find(([value, shown]) => plain(shown) === word || value === word);
  return found?.[0] ?? text;
}

function flagOf(words: Readonly<Record<string, string>>, text: string): unknown {
  const word = wordOf(words, text);
  if (word === 'true' || YES.has(plain(text))) return true;
  return word === 'false' || NO.has(plain(text)) ? false : text;
}

function wholeOf(text: string): unknown {
  const number = parseTypedNumber(text);
  return number !== undefined && /^-?\d{1,9}$/.test(number) ? Number(number) : text;
}

function listOf(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** Bangkok's wall clock as a moment with its offset; a moment that names its offset stays. */
function momentOf(text: string): string {
  const match = /^(\d{4})(-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)$/.exec(withArabicDigits(text));
  return match === null ? text : `${commonYear(match[1])}${match[2]}T${match[3]}+07:00`;
}

function dateOf(text: string): string {
  const match = /^(\d{4})(-\d\d-\d\d)$/.exec(withArabicDigits(text));
  return match === null ? text : `${commonYear(match[1])}${match[2]}`;
}

function commonYear(year = ''): string {
  return Number(year) < FIRST_BUDDHIST_YEAR ? year : String(Number(year) - BUDDHIST_ERA);
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
