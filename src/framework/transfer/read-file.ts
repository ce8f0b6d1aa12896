import { readWorkbookSheets, WorkbookError } from '../../users/import/workbook.ts';
import { frameworkOf } from './read-workbook.ts';
import type { FileRefusal, ReadFile, WholeFileProblem } from './types.ts';

export const MAX_FILE_BYTES = 5_000_000;
/** Values in a file: some ten times the largest framework; checking more would keep everybody waiting. */
const MAX_VALUES = 30_000;
const MAX_DEPTH = 40;
const ZIP = [0x50, 0x4b];
const OLD_EXCEL = [0xd0, 0xcf, 0x11, 0xe0];

/** A framework file as JSON of the format, from JSON or a workbook; what is in it is not checked yet. */
export async function readFrameworkFile(bytes: Buffer): Promise<ReadFile | FileRefusal> {
  if (bytes.length === 0) return refusal('noBytes');
  const file = beginsWith(bytes, ZIP) ? await readSheetsOf(bytes) : readJson(bytes);
  if ('kind' in file) return file;
  return sizeProblem(file.json) ?? file;
}

/** The whole file is refused for this; `values` stand in its message. */
export function refusal(kind: WholeFileProblem, values: FileRefusal['values'] = {}): FileRefusal {
  return { kind, values };
}

async function readSheetsOf(bytes: Buffer): Promise<ReadFile | FileRefusal> {
  try {
    const file = frameworkOf(await readWorkbookSheets(bytes));
    const missing = file.issues.filter(({ text }) => 'sheet' in text && text.sheet === 'missingSheet');
    // some other workbook
    return missing.length > 4 ? refusal('noFramework') : file;
  } catch (error) {
    if (error instanceof WorkbookError) return refusal(error.reason);
    throw error;
  }
}

function readJson(bytes: Buffer): ReadFile | FileRefusal {
  if (beginsWith(bytes, OLD_EXCEL)) return refusal('oldExcel');
  const text = utf8(bytes);
  if (text === undefined || /[^\P{Cc}\t\r\n]/u.test(text)) return refusal('unreadable');
  if (text.trim() === '') return refusal('noBytes');
  try {
    const json: unknown = JSON.parse(text);
    const isObject = typeof json === 'object' && json !== null && !Array.isArray(json);
    return isObject ? { json, issues: [] } : refusal('noFramework');
  } catch (error) {
    return refusal('notJson', { line: lineOf(text, error) });
  }
}

/** With the byte order mark left out. */
function utf8(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The line at which reading broke off; the last one where the text ends too early. */
function lineOf(text: string, error: unknown): number {
  const message = error instanceof Error ? error.message : '';
  const position = /position (\d+)/.exec(message)?.[1];
  return text.slice(0, position === undefined ? text.length : Number(position)).split('\n').length;
}

function sizeProblem(json: unknown): FileRefusal | undefined {
  let level: unknown[] = [json];
  let count = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return refusal('tooDeep', { limit: MAX_DEPTH });
    count += level.length;
    if (count > MAX_VALUES) return refusal('tooMuch', { limit: MAX_VALUES });
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
  return undefined;
}

function beginsWith(bytes: Buffer, start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}
