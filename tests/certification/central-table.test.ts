import { describe, expect, it } from 'vitest';
import { dryRun } from '../../src/certification/central/check.ts';
import { linesOfText, readTable } from '../../src/certification/central/table.ts';
import type { CentralEntry, DryRun, NamedOffice } from '../../src/certification/central/types.ts';
import type { Variable } from '../../src/framework/types.ts';
import { effort } from '../support/effort.ts';

const OFFICES: NamedOffice[] = [
  office('1', '8101', 'กระบี่', ['8101']),
  office('2', '5202', 'ลำปาง เขต 2', ['5202']),
  office('3', '101707', 'สพม.เขต 7', ['22507']),
  office('4', '9999', 'สระบุรี', ['9999']),
  { id: '5', code: 'X1', names: ['ชื่อซ้ำ'], usernames: [] },
  { id: '6', code: 'X2', names: ['ชื่อซ้ำ'], usernames: [] },
];
const ENTRIES = [entry('1', '12'), entry('2', null), entry('3', '5.5'), entry('5', null), entry('6', null)];

describe('a row of a table', () => {
  it.each([
    ['nobody', '\t5', 'officeMissing'],
    ['an unknown office', 'ดาวอังคาร\t5', 'officeUnknown'],
    ['a name of two offices', 'ชื่อซ้ำ\t5', 'officeAmbiguous'],
    ['an office without the variable', 'สระบุรี\t5', 'officeNotDue'],
    ['no number', '8101\tมาก', 'notANumber'],
    ['scientific notation', '8101\t1e3', 'notANumber'],
    ['too small a number', '8101\t-1', 'tooSmall'],
    ['too large a number', '8101\t1001', 'tooLarge'],
    ['too many decimals', '8101\t1.234', 'tooManyDecimals'],
  ])('with %s is told', (_what, text, kind) => {
    expect(kindsOf(check(text))).toEqual([kind]);
  });

  it.each([
    ['decimals where the number is whole', 'whole', '8101\t1.5', 'notWhole'],
    ['2 as yes or no', 'yes_no', '8101\t2', 'notYesNo'],
  ] as const)('with %s is told', (_what, kind, text, problem) => {
    expect(kindsOf(check(text, { kind, decimals: 0 }))).toEqual([problem]);
  });

  it('with the office of another row is told with that row, by whatever name it is called', () => {
    const run = check('8101\t5\nกระบี่\t5\n5202\t1\nสพป. กระบี่\t5');
    expect(run.problems).toMatchObject([
      { line: 2, kind: 'twice', other: 1 },
      { line: 4, kind: 'twice', other: 1 },
    ]);
  });

  it('with code and name of different offices is told', () => {
    const run = check('รหัสหน่วยงาน\tหน่วยงาน\tค่า\n8101\tลำปาง เขต 2\t4\nX1\tชื่อซ้ำ\t4\n5202\tเก่าแก่\t4');
    expect(run.problems).toMatchObject([{ line: 2, kind: 'officeMismatch', office: '8101 ลำปาง เขต 2' }]);
    expect(run.changes.map(({ entry }) => entry.officeId)).toEqual(['5', '2']);
  });

  it('is new, corrected, unchanged or blank; offices that are not in the table are named', () => {
    const run = check('8101\t๑,๐๐๐\n 5202 \t 3 \nสพม เขต ๗\t5.50\nX1\t');
    expect(run.problems).toEqual([]);
    expect(run.changes).toMatchObject([
      { line: 1, entry: { officeId: '1', value: '12' }, after: '1000' },
      { line: 2, entry: { officeId: '2', value: null }, after: '3' },
    ]);
    expect(run).toMatchObject({ unchanged: 1, blank: ['office 5'], missing: ['office 6'] });
  });
});

describe('a pasted text', () => {
  it.each([
    ['กระบี่ 1,250', ['กระบี่', '1,250']],
    ['ลำปาง เขต 2 45', ['ลำปาง เขต 2', '45']],
    ['8101, 7', ['8101', '7']],
    ['8101;7.5', ['8101', '7.5']],
    ['กระบี่: ๗', ['กระบี่', '7']],
    ['กระบี่ ไม่มี', ['กระบี่', 'ไม่มี']],
    ['กระบี่\t\t', ['กระบี่']],
  ])('%s is read', (text, cells) => {
    expect(linesOfText(text)).toEqual([{ line: 1, cells }]);
  });

  it('of one endless line is read at once', async () => {
    expect(await effort(() => linesOfText(', '.repeat(100_000)))).toBeLessThan(500);
  });

  it.each([
    ['', 'empty'],
    ['code\tvalue', 'empty'],
    ['code\toffice\n8101\tกระบี่', 'valueColumnMissing'],
    ['value\n5', 'officeColumnMissing'],
    ['code\tvalue\tค่า\n8101\t5\t6', 'valueColumnTwice'],
    ['8101\t5\t6', 'tooManyColumns'],
    ['8101\t5\n'.repeat(5001), 'tooManyRows'],
  ])('%j is no table', (text, problem) => {
    expect(readTable(linesOfText(text))).toBe(problem);
  });

  it('may have its columns in any order, and others beside them', () => {
    const rows = readTable(linesOfText('หน่วย\tค่า\tหน่วยงาน\tรอบก่อน\nคน\t5\tกระบี่\t4'));
    expect(rows).toEqual([{ line: 2, code: '', name: 'กระบี่', value: '5' }]);
  });
});

function check(text: string, more: Partial<Variable> = {}): DryRun {
  const rows = readTable(linesOfText(text));
  if (typeof rows === 'string') throw new Error(rows);
  const variable = { kind: 'number', decimals: 2, min: '0', max: '1000', ...more } as Variable;
  return dryRun(rows, { variable, entries: ENTRIES, offices: OFFICES });
}

function kindsOf({ problems }: DryRun): string[] {
  return problems.map(({ kind, problem }) => problem?.key ?? kind);
}

function office(id: string, code: string, label: string, usernames: string[]): NamedOffice {
  return { id, code, names: [`สำนักงานเขตพื้นที่การศึกษา${label}`, `สพป.${label}`, label], usernames };
}

function entry(officeId: string, value: string | null): CentralEntry {
  return { id: `e${officeId}`, officeId, office: `office ${officeId}`, value, version: 1 } as CentralEntry;
}
