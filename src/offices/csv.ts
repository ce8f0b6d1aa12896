/**
 * The records of a CSV text (RFC 4180: quoted fields may hold commas, line breaks and doubled quotes), each as
 * an object of its columns. Throws where a record has another number of fields than the heading.
 */
export function readCsv(text: string): Record<string, string>[] {
  const [heading = [], ...records] = readRecords(text.replace(/^\uFEFF/, ''));
  return records.map((fields, index) => {
    if (fields.length !== heading.length) {
      throw new Error(`record ${index + 1}: ${fields.length} fields instead of ${heading.length}`);
    }
    return Object.fromEntries(heading.map((column, at) => [column, fields[at] ?? '']));
  });
}

// One field and what ends it: a comma, a line break or the end of the text.
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function readRecords(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length || fields.length > 0) {
    const match = FIELD.exec(text);
    if (match === null) throw new Error(`record ${records.length}: a quotation mark out of place`);
    const [, quoted, plain = '', end] = match;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '') records.push(fields);
    fields = [];
    if (end === '') break;
  }
  return records;
}
