import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../reports/support.ts';
import { downloadSheet } from '../support/spreadsheet.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person } from '../support/world.ts';

let app: TestApp;
let owner: Agent;

beforeAll(async () => {
  app = await startTestApp();
  const { users } = app.world;
  await app.db('users').where({ id: users.colleague }).update({ position: 'นักวิชาการ', phone: '075 000 001' });
  await app
    .db('users')
    .where({ id: users.certifier })
    .update({ name: '=HYPERLINK("x")', phone: '02 000 0009' });
  // in krabi nobody has 2.1; in bureau 9 one of two people has 1
  await app
    .db('assignments')
    .where({ user_id: users.owner, node_id: app.world.node('2.1') })
    .delete();
  await app.db('assignments').insert({ user_id: users.bureauAdmin, node_id: app.world.node('1') });
  owner = await signIn(app, 'krs', PEOPLE.owner);
});
afterAll(() => app?.stop());

async function open(by: Agent, path = '/krs/assignments') {
  const { text } = await by.get(path).expect(200);
  const html = text.slice(text.indexOf('<main'));
  return { html, text: textOf(html) };
}
const as = (person: Person) => signIn(app, 'krs', PEOPLE[person]);
const ofOffice = (office: 'krabi' | 'lampang' | 'bureau9' | 'secondary', path = '/krs/assignments') =>
  `${path}?office=${app.world.offices[office]}`;

describe('the list of a district office', () => {
  it('names the responsible with contact data and the certifying bureau with its people', async () => {
    const { text } = await open(owner);
    expect(text).toMatch(
      /1 ร้อยละของนักเรียนที่อ่านออกเขียนได้ เจ้าของ งานดี 8101@example.org สมใจ ช่วยกัน นักวิชาการ 075 000 001 somjai@example.org สคส\. หัวหน้า คลัง/,
    );
    // nobody of bureau 9 is assigned to 3: everybody
    expect(text).toMatch(/3 ขั้นตอนการพัฒนาองค์กร .* สคส\. ผู้ใช้งานทุกคนของสำนัก/);
    expect(text).toContain('02 000 0009');
  });

  it('makes stand out what nobody is responsible for, alone where wanted, with a way to assign', async () => {
    const { text, html } = await open(owner);
    expect(text).toContain('ยังไม่มีผู้รับผิดชอบ 1 ตัวชี้วัดย่อย');
    expect(html).toContain(`/krs/users/${app.world.users.colleague}/assignments?year=2562`);
    const lacking = await open(owner, '/krs/assignments?show=lacking');
    expect(lacking.text).toContain('การจัดทำแผนปฏิบัติราชการ');
    expect(lacking.text).not.toContain('ขั้นตอนการพัฒนาองค์กร');
    // central data need nobody
    await app
      .db('assignments')
      .where({ node_id: app.world.node('4') })
      .delete();
    expect((await open(owner)).text).toContain('ยังไม่มีผู้รับผิดชอบ 1 ตัวชี้วัดย่อย');
  });

  it('is to read for a reporter', async () => {
    const { text, html } = await open(await as('colleague'));
    expect(text).toContain('ยังไม่มีผู้รับผิดชอบ 1 ตัวชี้วัดย่อย');
    expect(html).not.toMatch(/users\/\d+\/assignments/);
  });

  it('shows a certifier only sub-indicators with variables of the own bureau', async () => {
    const { text, html } = await open(await as('certifier'), ofOffice('krabi'));
    expect(text).toContain('สมใจ ช่วยกัน');
    expect(text).not.toContain('ระดับความสำเร็จของการควบคุมภายใน');
    expect(html).not.toMatch(/users\/\d+\/assignments/);
  });

  it('lets the KPI office look at any office and assign there', async () => {
    const kpiOffice = await as('kpiOffice');
    const { html } = await open(kpiOffice, ofOffice('krabi'));
    expect(html).toContain(`/krs/users/${app.world.users.colleague}/assignments?year=2562`);
    expect((await open(kpiOffice, ofOffice('bureau9'))).text).toContain('หัวหน้า คลัง');
    expect((await open(kpiOffice, ofOffice('secondary'))).text).not.toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
  });

  it('takes a constant number of statements', async () => {
    await open(owner);
    const few = await countStatements(app.db, () => owner.get('/krs/assignments').expect(200));
    const { db, world } = app;
    await db.raw(
      `insert into users (system_id, office_id, username, name, role)
       select ?, ?, 'more' || n, 'คนที่ ' || n, 'reporter' from generate_series(1, 20) n`,
      [world.systems.krs, world.offices.krabi],
    );
    await db.raw(
      `insert into assignments (user_id, node_id)
       select u.id, s.node_id from users u cross join sub_indicators s where u.username like 'more%'`,
    );
    const many = await countStatements(app.db, () => owner.get('/krs/assignments').expect(200));
    await db.raw(`delete from assignments using users u where u.id = user_id and u.username like 'more%'`);
    await db('users').where('username', 'like', 'more%').delete();
    expect(many).toBe(few);
    expect(few).toBeLessThanOrEqual(7);
  });
});

describe('the list of a bureau', () => {
  it('is of what it certifies; assigned to nobody is assigned to everybody', async () => {
    const { text, html } = await open(await as('bureauAdmin'));
    expect(text).toMatch(/1 ร้อยละของนักเรียนที่อ่านออกเขียนได้ หัวหน้า คลัง finance@example.org/);
    expect(text).toMatch(/3 ขั้นตอนการพัฒนาองค์กร ผู้ใช้งานทุกคนของสำนัก \(2\)/);
    expect(text).not.toContain('การควบคุมภายใน');
    expect(html).toContain(`/krs/users/${app.world.users.certifier}/assignments`);
  });
});

describe('in English', () => {
  it.each(['/krs/assignments', '/krs/assignments?show=lacking', 'person'])('%s is complete', async (path) => {
    const { db, world } = app;
    const whose = db('users').where({ id: world.users.owner });
    await whose.clone().update({ locale: 'en' });
    const page = path === 'person' ? `/krs/users/${world.users.former}/assignments` : path;
    const { text } = await open(owner, page).finally(() => whose.clone().update({ locale: 'th' }));
    const { rows } = await db.raw<{ rows: { name: string }[] }>(
      `select name from framework_nodes union select name from users union select position from users
        union select name from offices union select short_name from offices`,
    );
    const names = rows.map(({ name }) => name.trim()).filter((name) => name !== '');
    const rest = names
      .sort((a, b) => b.length - a.length)
      .reduce((left, name) => left.replaceAll(name, ''), text);
    expect(rest).not.toMatch(/[ก-๙]/);
    expect(rest).toMatch(path === 'person' ? /is disabled/ : /Nobody is responsible/);
  });
});

describe('the spreadsheet', () => {
  it('has a line for each sub-indicator and person, and no formulas', async () => {
    const { rows: data, fileName } = await downloadSheet(owner, '/krs/assignments.xlsx');
    expect(fileName).toContain('รายการมอบหมายตัวชี้วัด');
    const [heading, ...rows] = data;
    expect(heading?.slice(0, 5)).toEqual(['องค์ประกอบ', 'รหัส', 'ตัวชี้วัดย่อย', 'ผู้รับผิดชอบ', 'ตำแหน่ง']);
    expect(rows[1]?.slice(1, 7)).toEqual([
      '1',
      '1 ร้อยละของนักเรียนที่อ่านออกเขียนได้',
      'สมใจ ช่วยกัน',
      'นักวิชาการ',
      '075 000 001',
      'somjai@example.org',
    ]);
    expect(rows.find((row) => row[1] === '2.1')?.[3]).toBe('ยังไม่มีผู้รับผิดชอบ');
    expect(rows.find((row) => row[1] === '3')?.[8]).toContain(`'=HYPERLINK`);
  });
});
