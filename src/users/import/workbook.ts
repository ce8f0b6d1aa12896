import { strFromU8, type Unzipped, unzipSync, zipSync } from 'fflate';
import readExcelFile, { type CellValue, readSheet } from 'read-excel-file/node';

// Two thousand people are about one megabyte of XML.
const MAX_UNPACKED_BYTES = 12_000_000;
const MAX_PARTS = 60;

/** The parts of a workbook that hold cells; pictures, settings and the like are not even unpacked. */
const PARTS =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|xl\/workbook\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/(styles|sharedStrings)\.xml|xl\/worksheets\/[\w .-]+\.xml)$/;

/** The part of a sheet in which a list of people lies: nine thousand rows, columns A to AZ. */
const CELL = /^A?[A-Z]\d{1,4}$/;
const ROW = /^\d{1,4}$/;

/** Why a workbook is not read: it is none, or larger than any list of ours. */
export class WorkbookError extends Error {
  readonly reason: 'unreadable' | 'oldExcel' | 'tooManyRows';

  constructor(reason: WorkbookError['reason']) {
    super(reason);
    this.name = 'WorkbookError';
    this.reason = reason;
  }
}

/**
 * The cells of a workbook's first sheet as texts; of formulas the value that was saved with them. What is
 * unpacked, and how far its cells reach, is bounded before anything is parsed. Throws WorkbookError.
 */
export async function readWorkbook(file: Buffer): Promise<string[][]> {
  const checked = checkedFile(file);
  try {
    const rows = await readSheet(checked, 1);
    return rows.map((row) => row.map(textOf));
  } catch {
    throw new WorkbookError('unreadable');
  }
}

/** A sheet with its cells as they are. */
export interface WorkbookSheet {
  name: string;
  rows: (string | number | boolean | Date | null)[][];
}

/** All sheets of a workbook under the same bounds; blanks at the ends of texts are kept. Throws WorkbookError. */
export async function readWorkbookSheets(file: Buffer): Promise<WorkbookSheet[]> {
  const checked = checkedFile(file);
  try {
    const sheets = await readExcelFile(checked, { trim: false });
    return sheets.map(({ sheet, data }) => ({ name: sheet, rows: data as WorkbookSheet['rows'] }));
  } catch {
    throw new WorkbookError('unreadable');
  }
}

function checkedFile(file: Buffer): Buffer {
  const parts = unpack(file);
  for (const part of Object.values(parts)) checkExtent(strFromU8(part));
  // packed anew, so that the reader sees exactly what was looked at
  return Buffer.from(zipSync(parts, { level: 0 }));
}

function unpack(file: Buffer): Unzipped {
  let bytes = 0;
  let count = 0;
  let parts: Unzipped;
  try {
    parts = unzipSync(file, {
      filter: ({ name, originalSize }) => {
        if (!PARTS.test(name)) return false;
        bytes += originalSize;
        count += 1;
        // more than it says of itself is not unpacked
        if (bytes > MAX_UNPACKED_BYTES || count > MAX_PARTS) throw new WorkbookError('tooManyRows');
        return true;
      },
    });
  } catch (error) {
    throw error instanceof WorkbookError ? error : new WorkbookError('unreadable');
  }
  if (parts['xl/workbook.xml'] === undefined) throw new WorkbookError('unreadable');
  return parts;
}

/**
 * A cell far away makes a reader fill everything before it, so each cell and row must say where it is, and be
 * near. Entities of one's own are in no workbook that a spreadsheet program wrote.
 */
function checkExtent(xml: string): void {
  if (/<!(DOCTYPE|ENTITY)/i.test(xml)) throw new WorkbookError('unreadable');
  for (const [, , place = ''] of xml.matchAll(/[^\w:.-]r\s*=\s*(["'])(.*?)\1/gs)) {
    if (!CELL.test(place) && !ROW.test(place)) throw new WorkbookError('tooManyRows');
  }
  let rows = 0;
  for (const [, tag, attributes = ''] of xml.matchAll(/<(?:[\w.-]+:)?(row|c)(?=[\s/>])([^>]*)>/g)) {
    if (tag === 'row') rows += 1;
    else if (!/\sr\s*=\s*["'][A-Z]/.test(attributes)) throw new WorkbookError('unreadable');
    if (rows > 9999) throw new WorkbookError('tooManyRows');
  }
}

function textOf(value: CellValue<number> | null): string {
  if (value === null) return '';
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
}
