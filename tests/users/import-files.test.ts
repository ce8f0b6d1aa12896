import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import writeExcelFile from 'write-excel-file/node';
import { checkRows } from '../../src/users/import/check.ts';
import { plain, readColumns, roleOf, typedRow } from '../../src/users/import/columns.ts';
import { readFile } from '../../src/users/import/read.ts';
import type { ImportOffice, TypedRow } from '../../src/users/import/types.ts';
import { effort } from '../support/effort.ts';

const HEADING = 'รหัสหน่วยงาน,ชื่อผู้ใช้งาน,ชื่อ-สกุล,บทบาท';
const ROW = '8101,krabi9,มานี มีนา,ผู้รายงาน';
const READ = {
  headings: HEADING.split(','),
  rows: [{ line: 2, cells: ROW.split(',') }],
};

describe('a text file', () => {
  it.each([
    ['UTF-8', Buffer.from(`${HEADING}\r\n${ROW}\r\n`)],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${HEADING}\n${ROW}`)],
    ['the code page of Thai Windows', thaiWindows(`${HEADING}\r\n${ROW}\r\n`)],
    ['Unicode text of Excel', Buffer.from(`\uFEFF${HEADING}\r\n${ROW}`.replaceAll(',', '\t'), 'utf16le')],
    ['semicolons', Buffer.from(`${HEADING}\n${ROW}`.replaceAll(',', ';'))],
    ['quotation marks', Buffer.from(`${HEADING}\n8101,"krabi9","มานี\nมีนา",ผู้รายงาน`)],
  ])('is read: %s', async (_what, bytes) => {
    expect(await readFile(bytes)).toEqual(READ);
  });

  it('keeps the numbers of its rows where blank ones lie between', async () => {
    const read = await readFile(Buffer.from(`\n${HEADING}\n,,,\n\n${ROW},,\n`));
    expect(read).toMatchObject({ rows: [{ line: 5 }] });
  });

  it.each([
    ['nothing', '', { kind: 'empty' }],
    ['blanks', ' \n,,\n', { kind: 'empty' }],
    ['headings alone', HEADING, { kind: 'empty' }],
    ['an open quotation mark', `${HEADING}\n8101,"x\n`, { kind: 'quote', line: 2 }],
    ['zero bytes', `${HEADING}\n8101,\0,x,y`, { kind: 'unreadable' }],
  ])('is refused: %s', async (_what, text, problem) => {
    expect(await readFile(Buffer.from(text))).toEqual(problem);
  });

  it('of two megabytes is refused quickly, whatever is in it', async () => {
    const tooMany = `${HEADING}\n${`${ROW}\n`.repeat(20_000)}`;
    const unended = `${HEADING}\n"${'a""'.repeat(600_000)}`;
    const reading = async () => {
      expect(await readFile(Buffer.from(tooMany))).toEqual({ kind: 'tooManyRows' });
      expect(await readFile(Buffer.from(unended))).toMatchObject({ kind: 'quote' });
      expect(await readFile(Buffer.from(','.repeat(1_900_000)))).toEqual({ kind: 'empty' });
      expect(await readFile(Buffer.alloc(1_900_000, 0xa1))).toMatchObject({ kind: 'empty' });
    };
    expect(await effort(reading)).toBeLessThan(4000);
  });
});

describe('a workbook', () => {
  it('is read: texts, numbers, formulas as their saved values', async () => {
    const sheet = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c></row>';
    const cells =
      '<row r="3"><c r="A3"><v>8101</v></c><c r="B3" t="str"><f>HYPERLINK("http://example.org")</f><v>saved</v></c>' +
      '<c r="C3" t="b"><v>1</v></c></row>';
    const read = await readFile(workbook(sheet + cells));
    expect(read).toEqual({ headings: ['code'], rows: [{ line: 3, cells: ['8101', 'saved', 'true'] }] });
  });

  it('as our own form is, with blanks below', async () => {
    const text = (value: string) => ({ type: String, value });
    const rows = [HEADING.split(',').map(text), ROW.split(',').map(text), [text(''), text(' ')]];
    expect(await readFile(await writeExcelFile(rows).toBuffer())).toEqual(READ);
  });

  it.each([
    ['no zip', Buffer.from('PK\x03\x04 is how a zip begins')],
    ['cut off', workbook('<row r="1"/>').subarray(0, 300)],
    ['a zip of something else', Buffer.from(zipSync({ 'word/document.xml': strToU8('<x/>') }))],
    ['no sheet', workbook('', { without: 'xl/worksheets/sheet1.xml' })],
    ['no XML', workbook('<row r="1"><c r="A1"')],
    ['entities of its own', workbook('', { before: '<!DOCTYPE x [<!ENTITY a "aaaa">]>' })],
    ['a cell that does not say where it is', workbook('<row r="1"><c><v>1</v></c></row>')],
  ])('is refused: %s', async (_what, bytes) => {
    expect(await readFile(bytes)).toEqual({ kind: 'unreadable' });
  });

  it.each([
    ['a cell in the last row', workbook('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')],
    ['a cell in the last column', workbook('<row r="1"><c r="XFD1"><v>1</v></c></row>')],
    ['hidden behind an entity', workbook('<row r="1"><c r="&#88;FD1"><v>1</v></c></row>')],
    ['hidden behind another attribute', workbook('<row r="1"><c r="A1" x="1"r="XFD1"><v>1</v></c></row>')],
    ['100,000 rows', workbook(Array.from({ length: 100_000 }, (_, at) => `<row r="${at}"/>`).join(''))],
    ['100,000 rows without numbers', workbook('<row/>'.repeat(100_000))],
    ['a bomb of 30 MB', workbook(' '.repeat(30_000_000))],
    ['a bomb that says it is small', understated(workbook(' '.repeat(20_000_000)))],
  ])('is refused quickly: %s', async (_what, bytes) => {
    const reading = async () => {
      const read = await readFile(bytes);
      expect(['tooManyRows', 'unreadable']).toContain('kind' in read && read.kind);
    };
    expect(await effort(reading)).toBeLessThan(1500);
  });

  it('of an old Excel is named as such', async () => {
    expect(await readFile(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).toEqual({ kind: 'oldExcel' });
  });
});

describe('headings', () => {
  it('are known in both languages, in any order and spelling', () => {
    const { columns, problems } = readColumns(['ROLE', 'E-Mail', 'Username', 'ชื่อ - สกุล', 'หน่วยงาน', '']);
    expect(problems).toEqual([]);
    expect(columns).toEqual(['role', 'email', 'username', 'name', 'office', null]);
  });

  it('are told, all that are wrong', () => {
    expect(readColumns(['password', 'username', 'ชื่อผู้ใช้งาน', '']).problems).toEqual([
      { kind: 'unknown', heading: 'password' },
      { kind: 'twice', field: 'username' },
      { kind: 'missing', field: 'office' },
      { kind: 'missing', field: 'name' },
      { kind: 'missing', field: 'role' },
    ]);
  });

  it('are no names of the language that runs us', () => {
    expect(readColumns(['__proto__', 'constructor', 'toString']).problems).toHaveLength(7);
    expect(roleOf('constructor', 'district')).toBeUndefined();
  });

  it('that are missing make their cells extra ones', () => {
    expect(typedRow(['office', null], { line: 4, cells: ['8101', 'a', '', 'b'] })).toMatchObject({
      office: '8101',
      extra: 'a, b',
    });
  });
});

describe('rows', () => {
  const offices: ImportOffice[] = [
    office('1', 'district', '8101', 'สำนักงานเขตกระบี่', 'สพป.กระบี่', ['krabi']),
    office('2', 'bureau', '9', 'สำนักการคลัง', 'สคส.', []),
    office('3', 'district', '9', 'สำนักงานเขตเก้า', 'สพป.เก้า', []),
    office('4', 'district', null, 'สำนักงานเขตใหม่', 'สพม.ใหม่ เขต 2', []),
    office('5', 'kpi_office', '12', 'กลุ่มพัฒนาระบบบริหาร', 'กพร.', []),
  ];
  const good = { office: '8101', username: 'new1', name: 'ใหม่ หนึ่ง', role: 'ผู้รายงาน' };
  const check = (...rows: Partial<TypedRow>[]) =>
    checkRows(
      rows.map((row, index) => ({ ...empty(index + 2), ...good, ...row })),
      { offices, taken: new Set(['taken']), sendsLinks: false },
    );

  it.each([
    ['8101', 'reporter', '1'],
    ['๘๑๐๑', 'ผู้รับผิดชอบตัวชี้วัด', '1'],
    ['KRABI', 'District Admin', '1'],
    ['สพป. กระบี่', 'ผู้ดูแลระบบ', '1'],
    ['9', 'ผู้รับรองตัวชี้วัด', '2'],
    ['9', 'ผู้รายงาน', '3'],
    ['สพม.ใหม่เขต2', 'reporter', '4'],
    ['12', 'ผู้ดูแลระบบกลาง (กพร.)', '5'],
  ])('find the office %s for a %s', (typed, role, officeId) => {
    expect(check({ office: typed, role })).toMatchObject({ problems: [], accounts: [{ officeId }] });
  });

  it.each([
    [{ office: '' }, 'officeMissing'],
    [{ office: '4711' }, 'officeUnknown'],
    [{ office: '9', role: 'ผู้ดูแลระบบ' }, 'officeAmbiguous'],
    [{ username: '' }, 'usernameMissing'],
    [{ username: 'สมชาย' }, 'usernameShape'],
    [{ username: 'x'.repeat(21) }, 'usernameShape'],
    [{ username: "a';drop" }, 'usernameShape'],
    [{ username: 'TAKEN' }, 'usernameTaken'],
    [{ name: '' }, 'nameMissing'],
    [{ name: 'ก'.repeat(121) }, 'tooLong'],
    [{ role: '' }, 'roleMissing'],
    [{ role: 'หัวหน้า' }, 'roleUnknown'],
    [{ role: 'certifier' }, 'roleNotFitting'],
    [{ role: 'kpi_office' }, 'roleNotFitting'],
    [{ email: 'x@' }, 'emailShape'],
    [{ phone: 'none' }, 'phoneShape'],
    [{ extra: 'x' }, 'extraCells'],
  ])('say of %o: %s', (row, kind) => {
    const { accounts, problems } = check(row);
    expect(problems.map((problem) => problem.kind)).toEqual([kind]);
    expect(accounts).toEqual([]);
  });

  it('say everything at once, and of a username twice where it stood first', () => {
    const { problems, accounts } = check(
      {},
      { username: 'NEW1', office: '?', role: '?', name: '', email: '?' },
      { username: 'new2' },
    );
    expect(problems.map(({ line, kind, other }) => [line, kind, other])).toEqual([
      [3, 'officeUnknown', undefined],
      [3, 'usernameTwice', 2],
      [3, 'nameMissing', undefined],
      [3, 'emailShape', undefined],
      [3, 'roleUnknown', undefined],
    ]);
    expect(accounts.map(({ username }) => username)).toEqual(['new1', 'new2']);
  });

  it('get back the zero that spreadsheets take, and a dash says nothing', () => {
    expect(check({ phone: '812345678', position: '-', email: '–' }).accounts).toMatchObject([
      { phone: '0812345678', position: '', email: '' },
    ]);
  });

  it('need an address where a link is sent', () => {
    const { problems } = checkRows([{ ...empty(2), ...good }], {
      offices,
      taken: new Set(),
      sendsLinks: true,
    });
    expect(problems.map(({ kind }) => kind)).toEqual(['emailMissing']);
  });

  it('are compared without what people write differently', () => {
    expect(plain(' E-Mail. ')).toBe('email');
  });
});

function office(
  id: string,
  kind: ImportOffice['kind'],
  code: string | null,
  name: string,
  shortName: string,
  adminUsernames: string[],
): ImportOffice {
  return { id, kind, code, name, shortName, adminUsernames };
}

function empty(line: number): TypedRow {
  return {
    ...{ line, extra: '', office: '', username: '', name: '', position: '', phone: '', email: '', role: '' },
  };
}

/** The smallest workbook that spreadsheet programs open, with these rows. */
function workbook(rows: string, options: { without?: string; before?: string } = {}): Buffer {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const relations = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const types = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const parts: Record<string, string> = {
    '[Content_Types].xml':
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">' +
      `<Override PartName="/xl/workbook.xml" ContentType="${types}.sheet.main+xml"/>` +
      `<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${types}.worksheet+xml"/></Types>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets><sheet name="1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels':
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' +
      `<Relationship Id="rId1" Type="${relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${options.before ?? ''}<worksheet xmlns="${main}"><sheetData>${rows}</sheetData></worksheet>`,
  };
  const kept = Object.entries(parts).filter(([name]) => name !== options.without);
  return Buffer.from(zipSync(Object.fromEntries(kept.map(([name, text]) => [name, strToU8(text)]))));
}

/** A zip whose directory says that each file is a hundred bytes long. */
function understated(zip: Buffer): Buffer {
  const copy = Buffer.from(zip);
  const DIRECTORY_ENTRY = Buffer.from('504b0102', 'hex');
  for (let at = copy.indexOf(DIRECTORY_ENTRY); at >= 0; at = copy.indexOf(DIRECTORY_ENTRY, at + 4)) {
    copy.writeUInt32LE(100, at + 24);
  }
  return copy;
}

/** Code page 874: ASCII, and the Thai block from 0xA1. */
function thaiWindows(text: string): Buffer {
  const THAI = 0x0e00;
  return Buffer.from(
    [...text].map((letter) => {
      const point = letter.codePointAt(0) ?? 0;
      return point < THAI ? point : point - THAI + 0xa0;
    }),
  );
}
