import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downloadSheet } from '../support/spreadsheet.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

const READERS = ['owner', 'outsider', 'certifier', 'otherCertifier', 'kpiOffice'] as const;

let app: TestApp;
const agents = {} as Record<(typeof READERS)[number], Agent>;

beforeAll(async () => {
  app = await startTestApp();
  for (const person of READERS) agents[person] = await signIn(app, 'krs', PEOPLE[person]);
});
afterAll(() => app.stop());

const query = (office: 'krabi' | 'secondary', round: 'open' | 'past' = 'open') =>
  `office=${app.world.offices[office]}&round=${app.world.rounds[round]}`;

const open = (reader: (typeof READERS)[number], what: string) =>
  downloadSheet(agents[reader], `/krs/reports/office.xlsx?${what}`);

/** The figures of the page's first table, line by line; – and nothing become null. */
async function figuresOfPage(reader: (typeof READERS)[number], what: string) {
  const { text } = await agents[reader].get(`/krs/reports/office?${what}`).expect(200);
  const [table = ''] = text.split('</tbody>');
  return [...table.matchAll(/<tr class="level-\d kind-\w+">([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<td class="num[^>]*>(?:<a[^>]*>)?([^<]*)/g)].map(([, cell = '']) =>
      cell === '' || cell === '–' ? null : Number(cell),
    ),
  );
}

describe('the score report as a spreadsheet', () => {
  it.each(READERS)('tells %s the figures of the page, no more and no less', async (reader) => {
    for (const what of [query('krabi'), query('krabi', 'past'), query('secondary')]) {
      const { rows } = await open(reader, what);
      const [headers = [], ...lines] = rows;
      const total = lines.findIndex((line) => line[1] === 'คะแนนรวมของหน่วยงาน');
      const figures = lines.slice(0, total).map((line) => line.slice(2, headers.indexOf('หมายเหตุ')));
      expect(figures).toEqual(await figuresOfPage(reader, what));
    }
  });

  it('has codes, names, words of reasons and the total', async () => {
    const { rows, sheet, fileName } = await open('owner', query('krabi'));
    expect(fileName).toMatch(/^รายงานคะแนนแยกหน่วยงาน .*กระบี่ รอบที่ 2 ปี 62.*\.xlsx$/);
    expect(sheet).toContain('กระบี่');
    expect(rows[0]).toEqual([
      ...['ที่', 'ตัวชี้วัด', 'น้ำหนัก', 'คะแนนจริง', 'คะแนนประเมินตนเอง', 'ร้อยละ', 'คะแนนถ่วงน้ำหนัก', 'หมายเหตุ'],
    ]);
    const one = ['1', 'ร้อยละของนักเรียนที่อ่านออกเขียนได้', 20, 1, 3.3333, 83.33, 0.2, 'รอการรับรองผล'];
    expect(rows).toContainEqual(one);
    const total = rows.find((row) => row[1] === 'คะแนนรวมของหน่วยงาน');
    expect(total?.slice(2, 5)).toEqual([expect.any(Number), 1.8778, 2.7296]);
    expect(rows.flat().join(' ')).toContain('ข้อมูล ณ 15 ต.ค. 2562 09:00 น.');
  });

  it('tells other offices no result, and no percent at all', async () => {
    const { rows } = await open('outsider', query('krabi'));
    expect(rows[0]).not.toContain('ร้อยละ');
    expect(rows.flat()).not.toContain(83.33);
    expect(rows.flat()).toContain('รอการรับรองผล');
  });

  it('leads to the page where nothing is chosen, and knows no nonsense', async () => {
    const chooses = await agents.certifier.get('/krs/reports/office.xlsx?round=').expect(303);
    expect(chooses.headers.location).toBe('/krs/reports/office?round=');
    await agents.owner.get('/krs/reports/office.xlsx?office=999999').expect(404);
    await agents.owner.get('/krs/reports/office.xlsx?office=x').expect(400);
  });

  it('is offered on the page', async () => {
    const { text } = await agents.outsider.get(`/krs/reports/office?${query('krabi')}`).expect(200);
    expect(text).toContain(`href="/krs/reports/office.xlsx?${query('krabi').replace('&', '&amp;')}"`);
  });
});
