/** A CSV text that cannot be taken apart; `record` counts from 1, the heading is number 0. */
export class CsvError extends Error {
  readonly record: number;

  constructor(record: number, message: string) {
    super(`record ${record}: ${message}`);
    this.name = 'CsvError';
    this.record = record;
  }
}

/**
 * The records of a CSV text (RFC 4180: quoted fields may hold commas, line breaks and doubled quotes), each as
 * an object of its columns. Throws where a record has another number of fields than the heading.
 */
export function readCsv(text: string): Record<string, string>[] {
  const [heading = [], ...records] = readCsvRecords(text).filter((fields) => !isBlank(fields));
  return records.map((fields, index) => {
    if (fields.length !== heading.length) {
      throw new CsvError(index + 1, `${fields.length} fields instead of ${heading.length}`);
    }
    return Object.fromEntries(heading.map((column, at) => [column, fields[at] ?? '']));
  });
}

export type CsvSeparator = ',' | ';' | '\t';

// One field and what ends it: a separator, a line break or the end of the text.
const FIELDS: Record<CsvSeparator, RegExp> = {
  ',': /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y,
  ';': /(?:"([^"]*(?:""[^"]*)*)"|([^";\r\n]*))(;|\r?\n|\r|$)/y,
  '\t': /(?:"([^"]*(?:""[^"]*)*)"|([^"\t\r\n]*))(\t|\r?\n|\r|$)/y,
};

/** The records of a CSV text as lists of fields, the heading and blank lines included. Throws a CsvError. */
export function readCsvRecords(csv: string, separator: CsvSeparator = ','): string[][] {
  const text = csv.replace(/^\uFEFF/, '');
  const field = FIELDS[separator];
  const records: string[][] = [];
  let fields: string[] = [];
  field.lastIndex = 0;
  while (field.lastIndex < text.length || fields.length > 0) {
    const match = field.exec(text);
    if (match === null) throw new CsvError(records.length, 'a quotation mark out of place');
    const [, quoted, plain = '', end] = match;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === separator) continue;
    records.push(fields);
    fields = [];
    if (end === '') break;
  }
  return records;
}

function isBlank(fields: readonly string[]): boolean {
  return fields.length === 1 && fields[0] === '';
}
