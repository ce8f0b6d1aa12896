import { createServer, type Server } from 'node:http';
import express from 'express';
import readExcelFile from 'read-excel-file/node';
import request from 'supertest';
import { afterEach, describe, expect, it } from 'vitest';
import { type SheetColumn, sendSpreadsheet, tableOf } from '../../src/http/spreadsheet.ts';
import { fileOf, neutralised } from '../../src/http/spreadsheet-file.ts';
import { asBytes } from '../support/spreadsheet.ts';

interface Row {
  name: string | null;
  score: string | number | null;
  at: Date | null;
}

const COLUMNS: SheetColumn<Row>[] = [
  { header: 'หน่วยงาน', type: 'text', value: (row) => row.name, width: 40 },
  { header: 'คะแนน', type: 'number', decimals: 4, value: (row) => row.score },
  { header: 'วันที่', type: 'date', value: (row) => row.at },
  { header: 'เวลา', type: 'dateTime', value: (row) => row.at },
];
const HEADERS = ['หน่วยงาน', 'คะแนน', 'วันที่', 'เวลา'];

async function read(rows: readonly Row[], notes: string[] = []) {
  const [sheet] = await readExcelFile(
    await fileOf([tableOf({ sheet: 'ผล', columns: COLUMNS, rows, notes })]),
  );
  return sheet;
}

describe('an .xlsx file', () => {
  it('has texts, numbers, days and moments, and blanks where there is nothing', async () => {
    const at = new Date('2019-04-18T20:30:15Z');
    const sheet = await read([
      { name: 'สพป. กระบี่', score: '3.3333', at },
      { name: '', score: null, at: null },
      { name: null, score: 0, at: null },
    ]);
    expect(sheet?.sheet).toBe('ผล');
    const [headers, first, ...rest] = sheet?.data ?? [];
    expect(headers).toEqual(HEADERS);
    // 20:30 UTC is 3:30 of the next day in Bangkok
    expect(first?.slice(0, 2)).toEqual(['สพป. กระบี่', 3.3333]);
    expect(first?.[2]).toEqual(new Date('2019-04-19T00:00:00Z'));
    expect(first?.[3]).toEqual(new Date('2019-04-19T03:30:15Z'));
    expect(rest).toEqual([Array(rest[0]?.length).fill(null), [null, 0, null, null]]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\rx', '\n=1', ' =1', '  @a'])(
    'has no cell that begins like a formula: %j',
    async (name) => {
      expect(neutralised(name)).toBe(`'${name}`);
      const sheet = await read([{ name, score: null, at: null }]);
      expect(String(sheet?.data[1]?.[0])).toMatch(/^'/);
    },
  );

  it.each(['ก=1', '0812345678', '1.5', '<b>&amp;"ก"</b>', '1-2', "'=1"])('keeps %j', async (name) => {
    expect(neutralised(name)).toBe(name);
    const sheet = await read([{ name, score: null, at: null }]);
    expect(sheet?.data[1]?.[0]).toBe(name);
  });

  it('survives control characters and texts that are too long', async () => {
    const sheet = await read([
      { name: 'ก\u0000\u0007\ufffe\ud800ข', score: null, at: null },
      { name: 'ก'.repeat(40_000), score: null, at: null },
    ]);
    expect(sheet?.data[1]?.[0]).toMatch(/^ก.{0,4}ข$/u);
    expect(sheet?.data[2]?.[0]).toHaveLength(32_767);
  });

  it('writes notes below the table', async () => {
    const sheet = await read([{ name: 'ก', score: 1, at: null }], ['=แสดงเพียง 50,000 แถว']);
    expect(sheet?.data.at(-1)?.[0]).toBe("'=แสดงเพียง 50,000 แถว");
  });

  it('refuses a number that is none', async () => {
    await expect(read([{ name: 'ก', score: 'NaN', at: null }])).rejects.toThrow(RangeError);
  });

  it.each([
    ["a[b]:c*d?e/f\\g'", 'a b  c d e f g'],
    ['ก'.repeat(50), 'ก'.repeat(31)],
    ['', 'Sheet1'],
  ])('may be named anything: %j', async (sheet, expected) => {
    const [read] = await readExcelFile(await fileOf([tableOf({ sheet, columns: COLUMNS, rows: [] })]));
    expect(read?.sheet).toBe(expected);
    expect(read?.data).toEqual([HEADERS]);
  });
});

describe('the answer', () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  function answerOf(names: { fileName: string; plainName: string }, rows: readonly Row[]) {
    const app = express();
    app.get('/x', (_req, res) => sendSpreadsheet(res, { ...names, sheet: 'ผล', columns: COLUMNS, rows }));
    server = createServer(app).listen(0, '127.0.0.1');
    return request(server).get('/x').buffer(true).parse(asBytes).expect(200);
  }

  it('is a private download under a Thai name', async () => {
    const names = { fileName: `ประวัติ (ปี 2562) 'ก/ข\ud800'`, plainName: 'logins "2562"' };
    const { headers, body } = await answerOf(names, []);
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    });
    const [, plain, extended = ''] =
      /^attachment; filename="([A-Za-z0-9.-]+)"; filename\*=UTF-8''([\w.%~-]+)$/.exec(
        headers['content-disposition'] ?? '',
      ) ?? [];
    expect(plain).toBe('logins--2562-.xlsx');
    expect(decodeURIComponent(extended)).toBe(`ประวัติ (ปี 2562) 'ก-ข-'.xlsx`);
    expect((await readExcelFile(body))[0]?.data).toEqual([HEADERS]);
  });

  it('is written beside the other work when it is long', async () => {
    const at = new Date('2019-04-18T20:30:15Z');
    const rows = Array.from({ length: 2000 }, (_, n) => ({
      name: `=${n}`,
      score: n,
      at: n === 0 ? null : at,
    }));
    const { body } = await answerOf({ fileName: 'ผล', plainName: 'scores' }, rows);
    const [sheet] = await readExcelFile(body);
    expect(sheet?.data).toHaveLength(2001);
    const day = new Date('2019-04-19T00:00:00Z');
    expect(sheet?.data[2]).toEqual(["'=1", 1, day, new Date('2019-04-19T03:30:15Z')]);
  });
});
