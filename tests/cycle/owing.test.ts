import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverMail } from '../support/jobs.ts';
import { asBytes } from '../support/spreadsheet.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;
let kpiOffice: Agent;
let bureau9: Agent;

beforeAll(async () => {
  app = await startTestApp();
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
  bureau9 = await signIn(app, 'krs', PEOPLE.certifier);
});
beforeEach(async () => {
  await app.db.raw(`
    alter table round_events disable trigger user; delete from round_events;
    alter table round_events enable trigger user;
    delete from notices; delete from mails; delete from graphile_worker._private_jobs; delete from audit_scores;
    delete from audit_openings`);
  await app
    .db('users')
    .where({ id: app.world.users.owner })
    .update({ phone: '075 000 111', status: 'active' });
});
afterAll(() => app?.stop());

describe('offices that owe values', () => {
  it('stand with how many, which, and whom to call; the one that owes most first', async () => {
    const rows = rowsOf(await text(kpiOffice, ''));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(
      /^สพม\.7 9 จาก 9 ยังไม่รายงานผล 9 1 \(2\), 2\.1 \(1\), 2\.2 \(1\), 3 \(5\) มัธยม เขตเจ็ด/,
    );
    expect(rows[1]).toMatch(
      /^สพป\.ลำปาง เขต 2 8 จาก 10 ยังไม่รายงานผล 8 2\.1 \(1\), 2\.2 \(1\), 3 \(5\), 5 \(1\)/,
    );
    expect(rows[2]).toMatch(
      /^สพป\.กระบี่ 7 จาก 10 ยังไม่รายงานผล 6 3 \(5\), 5 \(1\) ไม่รับรอง 1 2\.2 \(1\) เจ้าของ งานดี 075 000 111/,
    );
    expect(rows[2]).toContain('สมใจ');
    expect(rows[2]).not.toContain('วิชัย');
  });

  it('neither with what AUDIT has decided nor with central data', async () => {
    const { offices, rounds, users, node } = app.world;
    const given = { round_id: rounds.open, office_id: offices.krabi, given_by: users.certifier, score: 5 };
    await app.db('audit_scores').insert([
      { ...given, node_id: node('3') },
      { ...given, node_id: node('2.2') },
    ]);
    const rows = rowsOf(await text(kpiOffice, '&q=กระบี่'));
    expect(rows).toEqual([expect.stringMatching(/^สพป\.กระบี่ 1 จาก 10 ยังไม่รายงานผล 1 5 \(1\)/)]);
  });

  it('are narrowed by what is owed, by bureau, type and name', async () => {
    expect(rowsOf(await text(kpiOffice, '&only=rejected'))).toEqual([expect.stringContaining('1 จาก 10')]);
    expect(rowsOf(await text(kpiOffice, '&type=สพม'))).toHaveLength(1);
    expect(rowsOf(await text(kpiOffice, `&bureau=${app.world.offices.bureau1}`))[0]).toContain('2.2 (1)');
    expect(await text(kpiOffice, '&q=ไม่มีที่นี่')).toContain('ไม่มีหน่วยงานที่ค้างรายงาน');
    await kpiOffice.get('/krs/owing?round=999999').expect(404);
    await kpiOffice.get('/krs/owing?only=all').expect(400);
  });

  it('of a bureau show its own variables only, whatever is asked for', async () => {
    const page = await text(bureau9, `&bureau=${app.world.offices.bureau1}`);
    expect(page).not.toContain('2.2 (1)');
    expect(page).not.toContain('ส่งเตือนตอนนี้');
    expect(rowsOf(await text(bureau9, '&view=bureaus'))).toHaveLength(1);
  });
});

it('bureaus that owe decisions stand with how many, since when, and of how many offices', async () => {
  const rows = rowsOf(await text(kpiOffice, '&view=bureaus'));
  expect(rows).toEqual([expect.stringMatching(/^สคส\. สำนักการคลังและสินทรัพย์ 4 – 14 ต\.ค\. 2562 2 1 \(4\)/)]);
});

it('bureaus owe the AUDIT scores that are open, whoever certifies all variables; the KPI office its own', async () => {
  const { node, rounds, offices, users, variable } = app.world;
  const opening = { round_id: rounds.open, reason: 'ตรวจ', opened_by: users.kpiOffice };
  await app.db('audit_openings').insert([
    { ...opening, node_id: node('3') },
    { ...opening, node_id: node('3'), office_id: offices.krabi },
    { ...opening, node_id: node('2.2'), office_id: offices.lampang },
    { ...opening, node_id: node('2.2'), office_id: offices.krabi, closed_at: new Date() },
    { ...opening, node_id: node('4'), office_id: offices.krabi },
  ]);
  const given = { round_id: rounds.open, office_id: offices.secondary, given_by: users.certifier };
  await app.db('audit_scores').insert({ ...given, node_id: node('3'), score: 4 });
  const shared = app.db('variables').where({ id: variable('4/b') });
  await shared.clone().update({ bureau_id: offices.bureau9 });
  const rows = rowsOf(await text(kpiOffice, '&view=bureaus'));
  expect(rows).toEqual([
    expect.stringMatching(/^สคส\. สำนักการคลังและสินทรัพย์ 4 2 14 ต\.ค\. 2562 2 1 \(4\) AUDIT 3 \(2\) รับรอง คลัง/),
    expect.stringMatching(/^สนผ\. สำนักนโยบาย\S+ – 1 – 1 AUDIT 2\.2 \(1\) รับรอง นโยบาย/),
    expect.stringMatching(/^กพร\. กลุ่มพัฒนาระบบบริหาร – 1 – 1 AUDIT 4 \(1\) กลาง พัฒนาระบบ/),
  ]);
  expect(rowsOf(await text(bureau9, '&view=bureaus'))).toHaveLength(1);
  const krabi = rowsOf(await text(kpiOffice, `&view=bureaus&q=กระบี่`));
  expect(krabi[0]).toMatch(/ 2 1 14 ต\.ค\. 2562 1 1 \(2\) AUDIT 3 \(1\)/);
  expect(krabi).toHaveLength(2);
  const answer = await kpiOffice.get('/krs/owing.xlsx').buffer(true).parse(asBytes).expect(200);
  const [, bureaus] = (await readExcelFile(answer.body)).map(({ data }) => data);
  expect(bureaus?.[1]?.slice(1, 3)).toEqual([4, 2]);
  await shared.clone().update({ bureau_id: offices.bureau1 });
});

it('the spreadsheet has both, a sheet each', async () => {
  const answer = await kpiOffice.get('/krs/owing.xlsx').buffer(true).parse(asBytes).expect(200);
  const sheets = await readExcelFile(answer.body);
  expect(sheets.map(({ sheet }) => sheet)).toEqual(['หน่วยงานที่ค้างรายงาน', 'สำนักที่ค้างรับรอง']);
  const [offices, bureaus] = sheets.map(({ data }) => data);
  expect(offices?.[3]?.slice(0, 5)).toEqual(['สพป.กระบี่', 'สพป', 10, 6, 1]);
  expect(offices?.[3]?.[6]).toBe('2.2 ระดับความสำเร็จของการควบคุมภายใน (1)');
  expect(bureaus?.[1]?.slice(0, 2)).toEqual(['สคส. สำนักการคลังและสินทรัพย์', 4]);
});

it('costs as many statements for three offices as for one', async () => {
  const count = (query: string) => countStatements(app.db, () => text(kpiOffice, query));
  expect(await count('')).toBe(await count('&q=กระบี่'));
});

describe('reminding now', () => {
  it('asks with the exact number of people, and then sends to those alone', async () => {
    const form = { round: app.world.rounds.open, side: app.world.offices.krabi };
    const asked = await post(form, 200);
    expect(asked).toContain('ถึง 2 คน ใน 1 หน่วยงานที่ค้างรายงาน?');
    expect(await app.db('notices')).toEqual([]);
    await post({ ...form, confirmed: '1' }, 303);
    const mails = await deliverMail(app);
    expect(mails.flatMap(({ to }) => to?.map(({ address }) => address)).sort()).toEqual([
      '8101@example.org',
      'somjai@example.org',
    ]);
    const page = await kpiOffice.get(`/krs/rounds/${app.world.rounds.open}`).expect(200);
    expect(page.text).toContain('ส่งจดหมายเตือน');
    expect(page.text).toContain('ถึงผู้รับ 2 คน');
  });

  it('all that the filters show, and bureaus', async () => {
    const round = app.world.rounds.open;
    expect(await post({ round, all: '1', type: 'สพป' }, 200)).toContain('ถึง 3 คน ใน 2 หน่วยงาน');
    expect(await post({ round, all: '1', view: 'bureaus' }, 200)).toContain('ถึง 2 คน ใน 1 สำนัก');
    await post({ round, all: '1', view: 'bureaus', confirmed: '1' }, 303);
    expect(await app.db('notices').pluck('user_id')).toEqual(
      expect.arrayContaining([app.world.users.certifier, app.world.users.bureauAdmin]),
    );
  });

  it('nobody who was not chosen, owes nothing, or is too late', async () => {
    const round = app.world.rounds.open;
    expect(await post({ round }, 422)).toContain('โปรดเลือกอย่างน้อยหนึ่งแห่ง');
    expect(await post({ round, side: app.world.offices.bureau9 }, 422)).toContain('ไม่มีใครให้เตือน');
    await app.db('users').where({ id: app.world.users.owner }).update({ status: 'disabled' });
    expect(await post({ round, side: app.world.offices.krabi }, 200)).toContain('ถึง 1 คน');
    const past = { round: app.world.rounds.past, all: '1', view: 'bureaus' };
    expect(await post(past, 422)).toContain('ไม่มีใครให้เตือน');
  });
});

async function text(agent: Agent, query: string): Promise<string> {
  const answer = await agent.get(encodeURI(`/krs/owing?round=${app.world.rounds.open}${query}`)).expect(200);
  return answer.text;
}

async function post(fields: Record<string, string>, status: number): Promise<string> {
  const answer = await kpiOffice.post('/krs/owing/reminder').type('form').send(fields).expect(status);
  return answer.text;
}

/** The rows of the page's table as plain text. */
function rowsOf(html: string): string[] {
  const body = /<tbody>([\s\S]*?)<\/tbody>/.exec(html)?.[1] ?? '';
  const rows = body.split('<tr>').slice(1);
  return rows.map((row) =>
    row
      .replace(/<[^>]*>/g, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
  );
}
