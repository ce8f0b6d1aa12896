import readExcelFile from 'read-excel-file/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from '../../src/users/import/read.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { eventsOf, idOf, storedUser } from './support.ts';

const PAGE = '/krs/users/import';
const HEADING = 'รหัสหน่วยงาน,ชื่อผู้ใช้งาน,ชื่อ-สกุล,ตำแหน่ง,หมายเลขโทรศัพท์,อีเมล,บทบาท';

let app: TestApp;
let kpi: Agent;

beforeAll(async () => {
  app = await startTestApp();
  kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

describe('the upload page', () => {
  it('says which columns there are, and works without JavaScript', async () => {
    const { text } = await kpi.get(PAGE).expect(200);
    expect(text).toContain('enctype="multipart/form-data"');
    for (const name of HEADING.split(',')) expect(text).toContain(`>${name}</th>`);
  });

  it('hands out a form with those columns and a list of offices; filled in, it is read back', async () => {
    const answer = await kpi.get(`${PAGE}/template`).responseType('blob').expect(200);
    expect(answer.headers['content-disposition']).toContain('new-users.xlsx');
    const [people, offices] = await readExcelFile(answer.body);
    expect(people?.data[0]).toEqual(HEADING.split(','));
    expect(offices?.data).toContainEqual(expect.arrayContaining(['8101', expect.stringContaining('กระบี่')]));
    expect(await readFile(answer.body)).toEqual({ kind: 'empty' });
  });

  it.each([
    ['nothing', undefined, 'เลือกไฟล์ที่ต้องการก่อน'],
    ['an empty file', '', 'ไฟล์ว่าง'],
    ['two megabytes and more', 'x'.repeat(2_000_001), 'ไฟล์ใหญ่เกินไป'],
    ['a picture', '\x89PNG\0\0', 'อ่านไฟล์นี้ไม่ได้'],
    ['2,001 rows', `${HEADING}\n${row(1)}`.concat(`\n${row(1)}`.repeat(2000)), 'ไฟล์มีแถวหรือคอลัมน์มากเกินไป'],
  ])('says beside the field what is wrong with %s', async (_what, content, message) => {
    const { text } = await upload(content, { notify: false }).expect(422);
    expect(/id="file-error">([^<]*)</.exec(text)?.[1]).toContain(message);
    expect(text).not.toContain('name="notify" value="1" aria-describedby="notify-hint" checked');
  });

  it('names the columns that are wrong', async () => {
    const { text } = await upload('<b>x</b>,username\n1,2').expect(422);
    expect(text).toContain('ไม่รู้จักคอลัมน์ “&lt;b&gt;x&lt;/b&gt;”');
    expect(text).toContain('ไม่มีคอลัมน์ รหัสหน่วยงาน');
  });

  it('lists every problem by row, what is right, and keeps nothing', async () => {
    const before = await counts();
    const rows = [
      row(1),
      '8101,KRABI1,,,,,reporter',
      `8101,${PEOPLE.colleague.toUpperCase()},x,,,bad,certifier`,
      '77777,"<script>",x,,,,',
    ];
    const { text } = await upload([HEADING, ...rows].join('\n')).expect(422);
    const told = [
      ...text.matchAll(/<td class="num" data-label="แถว">(\d+)<\/td>.*?<td class="wide">([^<]*)</g),
    ];
    expect(told.map(([, line, what]) => `${line} ${what}`)).toEqual([
      '3 ซ้ำกับแถวที่ 2',
      '3 ไม่ได้ระบุชื่อ-สกุล',
      '3 ไม่มีอีเมล จึงส่งลิงก์ให้ไม่ได้',
      '4 มีชื่อผู้ใช้งานนี้ในระบบแล้ว',
      '4 รูปแบบอีเมลไม่ถูกต้อง',
      '4 หน่วยงานนี้มีบทบาทนี้ไม่ได้',
      '5 ไม่พบหน่วยงานนี้ในระบบ',
      '5 ใช้ได้เฉพาะอักษรภาษาอังกฤษหรือตัวเลข ไม่เกิน 20 ตัว',
      '5 ไม่มีอีเมล จึงส่งลิงก์ให้ไม่ได้',
      '5 ไม่ได้ระบุบทบาท',
    ]);
    expect(text).toContain('แถวที่ถูกต้องแล้ว 1 แถว');
    expect(text).not.toContain('<script>"');
    expect(await counts()).toEqual(before);
  });

  it('takes one file and no other field', async () => {
    await kpi.post(PAGE).field('role', 'x').attach('file', Buffer.from('a'), 'a.csv').expect(400);
    await kpi.post(PAGE).attach('other', Buffer.from('a'), 'a.csv').expect(400);
    await kpi.post(PAGE).set('Content-Type', 'multipart/form-data; boundary=x').send('nonsense').expect(400);
  });
});

describe('a file without problems', () => {
  it('is shown first, then created exactly as shown, with links and history', async () => {
    const before = await counts();
    const file = [HEADING, row(11), '101707,sec11,มัธยม ใหม่,ครู,812345678,sec11@example.org,ผู้ดูแลระบบ'].join(
      '\n',
    );
    const path = await checked(file, 'รายชื่อ.csv');
    const { text } = await kpi.get(path).expect(200);
    expect(text).toContain('รายชื่อ.csv');
    expect(text).toContain('สร้างบัญชี 2 รายการ');
    expect(text).toContain('0812345678');
    expect(await counts()).toEqual(before);
    const answer = await kpi.post(`${path}/accounts`).expect(303);
    expect(answer.headers.location).toBe('/krs/users');
    const stored = await storedUser(app, await idOf(app, 'sec11'));
    expect(stored).toMatchObject({
      office_id: app.world.offices.secondary,
      password_hash: null,
      name: 'มัธยม ใหม่',
      position: 'ครู',
      phone: '0812345678',
      email: 'sec11@example.org',
      role: 'district_admin',
      status: 'active',
    });
    const events = await eventsOf(app, stored.id);
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'linkRequested']);
    expect(events[0]).toMatchObject({
      by_user_id: app.world.users.kpiOffice,
      details: { username: [null, 'sec11'], role: [null, 'district_admin'], file: [null, 'รายชื่อ.csv'] },
    });
    expect(await app.db('account_links').where({ user_id: stored.id })).toMatchObject([
      { kind: 'activation', created_by: app.world.users.kpiOffice },
    ]);
    expect(await app.db('mails').where({ user_id: stored.id })).toMatchObject([
      { kind: 'activation', address: 'sec11@example.org' },
    ]);
    expect((await kpi.get('/krs/users').expect(200)).text).toContain(
      'สร้างบัญชีแล้ว 2 รายการ และกำลังส่ง E-Mail 2 ฉบับ',
    );
  });

  it('mails nobody where that was not chosen', async () => {
    const path = await checked(`${HEADING}\n8101,quiet1,เงียบ,,,,reporter`, 'a.csv', { notify: false });
    expect((await kpi.get(path)).text).toContain('โดยไม่ส่ง E-Mail');
    await kpi.post(`${path}/accounts`).expect(303);
    expect(await app.db('mails').where({ user_id: await idOf(app, 'quiet1') })).toEqual([]);
  });

  it('is created once, however often the button is pressed; its rows are kept no longer', async () => {
    const path = await checked(`${HEADING}\n${row(21)}`);
    const answers = await Promise.all([1, 2, 3].map(() => kpi.post(`${path}/accounts`)));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await app.db('users').where({ username: 'krabi21' })).toHaveLength(1);
    expect(await eventsOf(app, await idOf(app, 'krabi21'))).toHaveLength(2);
    await kpi.get(path).expect(303);
    const [stored] = await app.db('user_imports').where({ id: path.split('/').at(-1) });
    expect(stored.rows).toEqual([]);
  });

  it('creates nothing once a username was taken meanwhile, and says which', async () => {
    const path = await checked([HEADING, row(31), row(32)].join('\n'));
    await kpi.post(`${await checked(`${HEADING}\n${row(32)}`)}/accounts`).expect(303);
    const shown = await kpi.get(path).expect(200);
    const { text } = await kpi.post(`${path}/accounts`).expect(409);
    for (const page of [shown.text, text]) {
      expect(page).toContain('มีชื่อผู้ใช้งานนี้ในระบบแล้ว');
      expect(page).not.toContain('สร้างบัญชี 2 รายการ');
    }
    expect(await app.db('users').where({ username: 'krabi31' })).toEqual([]);
  });

  it('applied together with another one of the same usernames: one is created, nothing is half done', async () => {
    const forth = await checked([HEADING, row(41), row(42), row(43)].join('\n'));
    const back = await checked([HEADING, row(43), row(42), row(44)].join('\n'));
    const answers = await Promise.all([kpi.post(`${forth}/accounts`), kpi.post(`${back}/accounts`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const [, second] = answers.sort((left, right) => left.status - right.status);
    expect(second?.text).toContain('มีชื่อผู้ใช้งานนี้ในระบบแล้ว');
    const { rows } = await app.db.raw("select username from users where username like 'krabi4_' order by 1");
    const names = rows.map(({ username }: { username: string }) => username).join();
    expect(['krabi41,krabi42,krabi43', 'krabi42,krabi43,krabi44']).toContain(names);
  });

  it('of 2,000 rows takes as many statements as one of two', async () => {
    const few = await statementsOf(await checked([HEADING, row(51), row(52)].join('\n')));
    const lines = Array.from({ length: 2000 }, (_, at) => row(10_000 + at));
    const begun = performance.now();
    const many = await statementsOf(await checked([HEADING, ...lines].join('\n')));
    expect(many).toBe(few);
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(await app.db('users').where('username', 'like', 'krabi1____')).toHaveLength(2000);
  });

  it('belongs to whoever uploaded it, in its system', async () => {
    const path = await checked(`${HEADING}\n${row(61)}`);
    const id = path.split('/').at(-1);
    await app.db('user_imports').where({ id }).update({ by_user_id: app.world.users.owner });
    await kpi.get(path).expect(404);
    await kpi.post(`${path}/accounts`).expect(404);
    await kpi.get(`${PAGE}/99999999`).expect(404);
    await kpi.get(`${PAGE}/x'--`).expect(404);
    await app
      .db('user_imports')
      .where({ id })
      .update({ by_user_id: app.world.users.kpiOffice, system_id: app.world.systems.ars });
    await kpi.get(path).expect(404);
  });

  it('goes with the next file a day later', async () => {
    const old = await checked(`${HEADING}\n${row(71)}`);
    app.clock.advance(25 * 60);
    kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
    await checked(`${HEADING}\n${row(72)}`);
    await kpi.get(old).expect(404);
  });
});

function row(number: number): string {
  return `8101,krabi${number},คนใหม่ ที่${number},,,krabi${number}@example.org,ผู้รายงาน`;
}

function upload(content: string | undefined, { notify = true, name = 'people.csv' } = {}) {
  const post = kpi.post(PAGE);
  if (notify) post.field('notify', '1');
  return content === undefined
    ? post.field('notify', notify ? '1' : [])
    : post.attach('file', Buffer.from(content), name);
}

/** Uploads a good file; the path of the page that shows it. */
async function checked(
  content: string,
  name = 'people.csv',
  options: { notify?: boolean } = {},
): Promise<string> {
  const answer = await upload(content, { ...options, name });
  expect(answer.status, answer.text).toBe(303);
  return String(answer.headers.location);
}

async function counts(): Promise<string[]> {
  const { rows } = await app.db.raw(
    `select (select count(*) from users) as users, (select count(*) from user_events) as events,
            (select count(*) from mails) as mails`,
  );
  return Object.values(rows[0] as Record<string, string>);
}

/** How many statements the application sends while it creates the accounts of a checked file. */
function statementsOf(path: string): Promise<number> {
  return countStatements(app.db, () => kpi.post(`${path}/accounts`).expect(303));
}
