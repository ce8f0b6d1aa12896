import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { draftFromDocument, plainDocument } from '../../../src/framework/drafts/document.ts';
import { subIndicatorsOf } from '../../../src/framework/drafts/parts.ts';
import type { DraftDocument } from '../../../src/framework/drafts/types.ts';
import type { KnownThings } from '../../../src/framework/known.ts';
import { lintFramework } from '../../../src/framework/lint.ts';
import { checkFile, yearOf } from '../../../src/framework/transfer/check.ts';
import { readFrameworkFile } from '../../../src/framework/transfer/read-file.ts';
import { frameworkOf } from '../../../src/framework/transfer/read-workbook.ts';
import { SHEETS } from '../../../src/framework/transfer/sheets.ts';
import type { FileIssue, ReadFile } from '../../../src/framework/transfer/types.ts';
import { writeWorkbook } from '../../../src/framework/transfer/write-workbook.ts';
import { projectRoot } from '../../../src/lib/paths.ts';
import { readWorkbookSheets, type WorkbookSheet } from '../../../src/users/import/workbook.ts';

const SEEDS = ['krs-2559', 'krs-2562', 'ars-2559'];

function seed(name: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, 'seeds/frameworks', `${name}.json`), 'utf8'));
}

function draftOfSeed(name: string): DraftDocument {
  const json = seed(name) as { system: string; fiscal_year: number };
  return draftFromDocument(json, { system: json.system, fiscalYear: json.fiscal_year, known: null });
}

async function read(bytes: Buffer): Promise<ReadFile> {
  const file = await readFrameworkFile(bytes);
  if ('kind' in file) throw new Error(`${file.kind} ${JSON.stringify(file.values)}`);
  return file;
}

function documentIn(file: ReadFile) {
  const linted = lintFramework(file.json, null);
  return 'document' in linted ? linted.document : linted.problems;
}

const draft = draftOfSeed('krs-2562');
const exported = await readWorkbookSheets(await writeWorkbook(draft));

describe('what is exported is imported as it was', () => {
  it.each(SEEDS)('%s as JSON', async (name) => {
    const draft = draftOfSeed(name);
    const text = JSON.stringify(plainDocument(draft), null, 2);
    const file = await read(Buffer.from(`\uFEFF${text}`));
    expect(documentIn(file)).toEqual(documentIn({ json: plainDocument(draft), issues: [] }));
    expect(documentIn(file)).toHaveProperty('dimensions');
  });

  it.each(SEEDS)('%s as a workbook', async (name) => {
    const draft = draftOfSeed(name);
    const file = await read(await writeWorkbook(draft));
    expect(file.issues).toEqual([]);
    expect(plainDocument(draftFromDocument(file.json, { ...targetOf(draft), known: null }))).toEqual(
      plainDocument(draft),
    );
    expect(documentIn(file)).toEqual(documentIn({ json: plainDocument(draft), issues: [] }));
  });

  it('texts that a spreadsheet program would take for formulas', async () => {
    const changed = draftOfSeed('krs-2562');
    const [sub] = subIndicatorsOf(changed);
    const texts = [
      '=1+1',
      '+a',
      "-1\n'=b",
      '@SUM(A1)',
      "'=kept",
      "''+x",
      ' = blank\n',
      '\tx',
      '=HYPERLINK("x")',
    ];
    const [template] = sub?.part.variables ?? [];
    if (sub === undefined || template === undefined) throw new Error('a variable is needed');
    sub.part.variables = texts.map((explanation) => ({ ...template, explanation }));
    const bytes = await writeWorkbook(changed);
    const sheets = await readWorkbookSheets(bytes);
    const cells = sheets.flatMap(({ rows }) => rows.flat()).filter((cell) => typeof cell === 'string');
    expect(cells.filter((cell) => /^\s*[=+\-@]|^[\t\r\n]/.test(cell))).toEqual([]);
    const again = draftFromDocument((await read(bytes)).json, { ...targetOf(draft), known: null });
    const [found] = subIndicatorsOf(again);
    expect(found?.part.variables.map(({ explanation }) => explanation)).toEqual(texts);
  });

  it('an unfinished draft, which is told what it still lacks and not refused', async () => {
    const draft = draftOfSeed('krs-2562');
    const [first, second] = subIndicatorsOf(draft);
    if (first === undefined || second === undefined) throw new Error('two sub-indicators are needed');
    Object.assign(first.part, { weight: '', formula: '', criteria: null, criteria_by_round: {} });
    Object.assign(second.part, { office_exceptions: [{ office: 'x', included: false, reason: 'ไม่มี' }] });
    second.part.variables = [];
    const file = await read(await writeWorkbook(draft));
    const { issues, document } = checkFile(file, { ...targetOf(draft), known: null as never });
    expect(plainDocument(document)).toEqual(plainDocument(draft));
    expect(issues.filter(({ weight }) => weight === 'refuses')).toEqual([]);
    expect(issues.map(told)).toContain('subIndicators 2 น้ำหนัก missing');
  });
});

it('a sub-indicator of single offices alone is exported and imported', async () => {
  const draft = draftOfSeed('krs-2562');
  const [first] = subIndicatorsOf(draft);
  const only = [{ office: 'x', included: true, reason: 'เฉพาะแห่ง' }];
  Object.assign(first?.part ?? {}, { office_types: [], office_exceptions: only });
  const file = await read(await writeWorkbook(draft));
  expect(documentIn(file)).toEqual(documentIn({ json: plainDocument(draft), issues: [] }));
  expect(documentIn(file)).toHaveProperty('dimensions');
});

describe('a file that is no framework', () => {
  const bomb = () =>
    Buffer.from(
      zipSync({
        'xl/workbook.xml': strToU8('<workbook/>'),
        'xl/worksheets/sheet1.xml': new Uint8Array(13e6),
      }),
    );
  it.each([
    ['nothing', 'noBytes', () => Buffer.alloc(0)],
    ['blanks', 'noBytes', () => Buffer.from('  \n')],
    ['a list', 'noFramework', () => Buffer.from('[1]')],
    ['half a JSON', 'notJson', () => Buffer.from('{\n"system": "krs",\n')],
    ['a picture', 'unreadable', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2])],
    ['an old workbook', 'oldExcel', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1])],
    ['a broken archive', 'unreadable', () => Buffer.from('PK\u0003\u0004 no zip')],
    ['an archive of something else', 'unreadable', () => Buffer.from(zipSync({ 'a.txt': strToU8('a') }))],
    ['a bomb', 'tooManyRows', bomb],
    [
      'another workbook',
      'noFramework',
      () => writeExcelFile([[{ value: 'รายชื่อ' }]], { sheet: 'คน' }).toBuffer(),
    ],
    ['deep', 'tooDeep', () => Buffer.from(`${'{"indicators":['.repeat(50)}${']}'.repeat(50)}`)],
    ['very deep', 'tooDeep', () => Buffer.from(`{"a":${'['.repeat(200_000)}${']'.repeat(200_000)}}`)],
    ['too much', 'tooMuch', () => Buffer.from(JSON.stringify({ dimensions: Array(40_000).fill({}) }))],
  ])('%s: %s', async (_what, kind, bytes) => {
    expect(await readFrameworkFile(await bytes())).toMatchObject({ kind });
  });

  it('says in which line JSON breaks off', async () => {
    const answer = await readFrameworkFile(Buffer.from('{\n"system": "krs",\n"fiscal_year": 2562,,\n}'));
    expect(answer).toMatchObject({ values: { line: 3 } });
  });

  it('of another system, or of no year', async () => {
    const json = { ...(seed('krs-2562') as object) };
    expect(yearOf({ json, issues: [] }, 'ars')).toMatchObject({ kind: 'otherSystem' });
    expect(yearOf({ json: { ...json, fiscal_year: '25' }, issues: [] }, 'krs')).toMatchObject({
      kind: 'noYear',
    });
  });
});

type Sheets = Record<string, WorkbookSheet['rows']>;

/** What is told of the seed's workbook after something in it was changed by hand. */
function toldOf(change: (sheets: Sheets) => void): string[] {
  const sheets: Sheets = Object.fromEntries(structuredClone(exported).map(({ name, rows }) => [name, rows]));
  change(sheets);
  const file = frameworkOf(Object.entries(sheets).map(([name, rows]) => ({ name, rows })));
  return checkFile(file, { ...targetOf(draft), known: KNOWN }).issues.map(told);
}

const VARIABLES = 'ตัวแปร';
const SUBS = 'ตัวชี้วัดย่อย';
const BUREAUS = JSON.stringify(seed('krs-2562')).match(/"bureau":"([^"]*)"/g) ?? [];
const KNOWN: KnownThings = {
  bureaus: [...new Set(BUREAUS)].map((one, index) => {
    const name = one.slice('"bureau":"'.length, -1);
    return { id: String(index + 1), code: name, name, shortName: name };
  }),
  officeTypes: ['สพป', 'สพม'],
  offices: ['สพป', 'สพม'].map((type, index) => ({ id: `${index}`, code: `81${index}`, type, label: type })),
};

describe('a workbook that was changed by hand', () => {
  it('tells nothing where all is well', () => {
    expect(toldOf(() => {}).filter((one) => !one.includes('~'))).toEqual([]);
  });

  it.each<[string, (sheets: Sheets) => void, string]>([
    ['a sheet is gone', (sheets) => delete sheets[VARIABLES], 'variables missingSheet'],
    ['a column is gone', (sheets) => cut(sheets[SUBS], 'น้ำหนัก'), 'subIndicators 1 missingColumn น้ำหนัก'],
    [
      'a heading is misspelt',
      (sheets) => put(sheets[SUBS], 1, 'สูตรการคำนวณ', 'สูตรคำนวน'),
      'subIndicators 1 unknownColumn สูตรคำนวน',
    ],
    [
      'a code twice',
      (sheets) => sheets.มิติ?.push([sheets.มิติ[1]?.[0] ?? null, 'ซ้ำ']),
      'dimensions 7 รหัส dimensionTwice',
    ],
    [
      'an unknown indicator',
      (sheets) => put(sheets[SUBS], 2, 'ตัวชี้วัดหลัก', '99'),
      'subIndicators 2 ตัวชี้วัดหลัก unknownParent 99',
    ],
    [
      'an unknown sub-indicator',
      (sheets) => put(sheets[VARIABLES], 3, 'ตัวชี้วัดย่อย', '99'),
      'variables 3 ตัวชี้วัดย่อย unknownParent 99',
    ],
    ['no parent', (sheets) => put(sheets.ตัวชี้วัดหลัก, 2, 'มิติ', null), 'indicators 2 มิติ noParent'],
    [
      'an unknown bureau',
      (sheets) => put(sheets[VARIABLES], 2, 'ผู้รับรองข้อมูล', 'สำนักในฝัน'),
      'variables 2 ผู้รับรองข้อมูล unknownBureau',
    ],
    [
      'an unknown type of office',
      (sheets) => put(sheets[SUBS], 2, 'หน่วยงานที่ต้องรายงาน', 'สพฐ'),
      'subIndicators 2 หน่วยงานที่ต้องรายงาน unknownOfficeType',
    ],
    [
      'an unknown office',
      (sheets) => sheets.เฉพาะหน่วยงาน?.push([sheets[SUBS]?.[1]?.[1] ?? null, '9999', 'ยกเว้น', 'ปิด']),
      'offices unknownOffice',
    ],
    [
      'a number that became a date',
      (sheets) => put(sheets[SUBS], 2, 'น้ำหนัก', new Date('2019-05-01')),
      'subIndicators 2 น้ำหนัก dateCell 2019-05-01',
    ],
    ['no number', (sheets) => put(sheets[SUBS], 2, 'น้ำหนัก', 'สิบ'), 'subIndicators 2 น้ำหนัก shapePlainDecimal'],
    [
      'no kind of value',
      (sheets) => put(sheets[VARIABLES], 2, 'ชนิดข้อมูล', 'สี'),
      'variables 2 ชนิดข้อมูล shapeChoice',
    ],
    [
      'criteria twice',
      (sheets) => sheets.เกณฑ์การให้คะแนน?.push(sheets.เกณฑ์การให้คะแนน[1] ?? []),
      'criteria \\d+ criteriaTwice',
    ],
    [
      'a cell beside the table',
      (sheets) => sheets.มิติ?.[1]?.push('หมายเหตุ'),
      'dimensions 2 extraCells หมายเหตุ',
    ],
  ])('%s', (_what, change, expected) => {
    expect(toldOf(change).filter((one) => !one.includes('~'))).toContainEqual(
      expect.stringMatching(new RegExp(`^${expected}`)),
    );
  });

  it('understands Thai digits, years of the Buddhist Era, dates and numbers as spreadsheets keep them', () => {
    const all = toldOf((sheets) => {
      const subs = sheets[SUBS];
      const weight = subs?.[1]?.[subs[0]?.indexOf('น้ำหนัก') ?? 0];
      put(
        subs,
        2,
        'น้ำหนัก',
        String(weight).replace(/\d/g, (digit) => '๐๑๒๓๔๕๖๗๘๙'.charAt(Number(digit))),
      );
      put(sheets.รอบการรายงาน, 2, 'ข้อมูล ณ วันที่', new Date('2019-03-31'));
      put(sheets.รอบการรายงาน, 2, 'เปิดบันทึกข้อมูล', '2562-04-01 00:00');
    });
    expect(all.filter((one) => !one.includes('~'))).toEqual([]);
  });
});

function targetOf({ system, fiscal_year: fiscalYear }: DraftDocument) {
  return { system, fiscalYear };
}

/** `sheet row column problem value`; `~`: a remark. */
function told({ weight, place: { path, sheet, row, column }, text }: FileIssue): string {
  const what = 'lint' in text ? text.lint : `${text.sheet} ${text.values.value}`.trim();
  return [sheet ?? path, row, column, weight === 'warning' ? `~${what}` : what]
    .filter((one) => one !== undefined)
    .join(' ');
}

function put(
  rows: Sheets[string] | undefined,
  row: number,
  header: string,
  value: Sheets[string][0][0],
): void {
  const cells = rows?.[row - 1];
  const at = rows?.[0]?.indexOf(header) ?? -1;
  if (cells === undefined || at < 0) throw new Error(`No cell ${row} ${header}`);
  cells[at] = value;
}

function cut(rows: Sheets[string] | undefined, header: string): void {
  const at = rows?.[0]?.indexOf(header) ?? -1;
  for (const row of rows ?? []) row.splice(at, 1);
}

it('the documentation names every sheet and column', () => {
  const page = readFileSync(join(projectRoot, 'docs/framework-workbook.md'), 'utf8');
  for (const { title, columns } of Object.values(SHEETS)) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${title} `)) ?? '';
    // of the levels the first and the last
    const headers = columns.map(({ header }) => header).filter((header) => !/^ระดับ [234]$/.test(header));
    for (const header of headers) expect(row).toContain(header);
  }
});
