import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { eventsOf, formFields, idOf, messageAt, storedUser } from './support.ts';

let app: TestApp;
let admin: Agent;
let bureauAdmin: Agent;
let kpiOffice: Agent;
beforeAll(async () => {
  app = await startTestApp();
  admin = await signIn(app, 'krs', PEOPLE.owner);
  bureauAdmin = await signIn(app, 'krs', PEOPLE.bureauAdmin);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

const PASSWORD = 'ครู1234 ที่กระบี่';
const PERSON = { name: 'สายใจ เพิ่มใหม่', position: 'นักวิชาการ', phone: '๐๒-๐๐๐-๐๐๐๑', email: 'new@example.org' };

async function add(agent: Agent, fields: Record<string, string>) {
  const form = await formFields(agent, '/krs/users/new');
  return agent
    .post('/krs/users')
    .type('form')
    .send({ ...form, ...PERSON, ...fields });
}

describe('a new account', () => {
  it('with a password can sign in, and stands in the list and in its history', async () => {
    await add(admin, { username: 'saijai', password: PASSWORD, again: PASSWORD }).then(
      ({ status, headers }) => {
        expect([status, headers.location]).toEqual([303, '/krs/users']);
      },
    );
    const id = await idOf(app, 'saijai');
    expect(await storedUser(app, id)).toMatchObject({
      office_id: app.world.offices.krabi,
      role: 'reporter',
      status: 'active',
      phone: '02-000-0001',
      version: 1,
    });
    expect((await admin.get('/krs/users')).text).toContain('สายใจ เพิ่มใหม่');
    await signIn(app, 'krs', 'saijai', PASSWORD);
    expect((await storedUser(app, id)).last_login_at).toEqual(app.clock.now());
    const [event] = await eventsOf(app, id);
    expect(event).toMatchObject({
      kind: 'created',
      by_user_id: app.world.users.owner,
      details: { username: [null, 'saijai'], role: [null, 'reporter'] },
    });
    expect(JSON.stringify(event)).not.toContain(PASSWORD);
    expect(await app.db('mails').where({ user_id: id })).toEqual([]);
  });

  it('without a password is mailed a link to set one, and cannot sign in before', async () => {
    expect((await add(admin, { username: 'linked' })).status).toBe(303);
    const id = await idOf(app, 'linked');
    expect(await storedUser(app, id)).toMatchObject({ password_hash: null });
    expect(await app.db('account_links').where({ user_id: id }).select('kind', 'created_by')).toEqual([
      { kind: 'activation', created_by: app.world.users.owner },
    ]);
    const [mail] = await app.db('mails').where({ user_id: id }).select('kind', 'address', 'data');
    expect(mail).toMatchObject({ kind: 'activation', address: 'new@example.org' });
    expect((await eventsOf(app, id)).map(({ kind }) => kind)).toEqual(['created', 'linkRequested']);
  });

  it('with the box ticked is mailed the link, never the password', async () => {
    const fields = { username: 'told', password: PASSWORD, again: PASSWORD, notify: '1' };
    expect((await add(admin, fields)).status).toBe(303);
    const mails = await app.db('mails').where({ user_id: await idOf(app, 'told') });
    expect(mails.map(({ kind }) => kind)).toEqual(['activation']);
    expect(JSON.stringify(mails)).not.toContain(PASSWORD);
  });

  it('is of the own office, whatever the form says', async () => {
    const fields = {
      username: 'strayed',
      password: PASSWORD,
      again: PASSWORD,
      office: app.world.offices.lampang,
    };
    expect((await add(admin, fields)).status).toBe(303);
    expect(await storedUser(app, await idOf(app, 'strayed'))).toMatchObject({
      office_id: app.world.offices.krabi,
    });
  });

  it('of any office is the KPI office’s to add, with a role that the office has', async () => {
    const fields = {
      username: 'b1admin',
      password: PASSWORD,
      again: PASSWORD,
      office: app.world.offices.bureau1,
    };
    const wrong = await add(kpiOffice, { ...fields, role: 'reporter' });
    expect(wrong.status).toBe(422);
    expect(messageAt(wrong.text, 'role')).toBe('บทบาทนี้ใช้กับหน่วยงานประเภทนี้ไม่ได้');
    expect((await add(kpiOffice, { ...fields, role: 'bureau_admin' })).status).toBe(303);
    expect(
      (await add(kpiOffice, { ...fields, username: 'nowhere', office: '999999', role: 'reporter' })).status,
    ).toBe(422);
  });
});

describe('a form that cannot be saved', () => {
  it.each([
    ['no username', { username: '' }, 'username', 'โปรดกรอกชื่อผู้ใช้งาน'],
    ['a Thai username', { username: 'สมชาย' }, 'username', 'ใช้ได้เฉพาะตัวอักษรภาษาอังกฤษหรือตัวเลข ไม่เกิน 20 ตัว'],
    ['21 letters', { username: 'a'.repeat(21) }, 'username', 'ใช้ได้เฉพาะตัวอักษรภาษาอังกฤษหรือตัวเลข ไม่เกิน 20 ตัว'],
    ['a name that exists, in capitals', { username: 'SOMJAI' }, 'username', 'มีชื่อผู้ใช้งานนี้ในระบบแล้ว โปรดใช้ชื่ออื่น'],
    [
      'a short password',
      { password: 'short', again: 'short' },
      'password',
      'รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย 8 ตัว (อักษรไทยนับเป็น 3 แต่ต้องมีไม่น้อยกว่า 4 ตัวอักษร)',
    ],
    [
      'the username as password',
      { username: 'abcdefgh9', password: 'ABCDEFGH9', again: 'ABCDEFGH9' },
      'password',
      'ไม่ควรตั้งรหัสผ่านเหมือนกันกับชื่อผู้ใช้งาน โปรดใช้รหัสผ่านอื่น',
    ],
    ['two passwords', { again: 'something else' }, 'again', 'รหัสผ่านสองช่องไม่ตรงกัน'],
    ['no name', { name: ' \u200b ' }, 'name', 'โปรดกรอกชื่อ-สกุล'],
    ['a name without end', { name: 'ก'.repeat(121) }, 'name', 'ยาวเกินไป ใช้ได้ไม่เกิน 120 ตัวอักษร'],
    ['no address', { email: 'nobody@' }, 'email', 'รูปแบบอีเมลไม่ถูกต้อง เช่น name@example.org'],
    ['words for a number', { phone: 'ไม่มี' }, 'phone', 'หมายเลขโทรศัพท์ต้องมีตัวเลข'],
    [
      'no password and no address',
      { password: '', again: '', email: '' },
      'email',
      'โปรดกรอกอีเมลเพื่อรับลิงก์ตั้งรหัสผ่าน หรือตั้งรหัสผ่านให้ผู้ใช้งาน',
    ],
    ['mail without an address', { notify: '1', email: '' }, 'email', 'โปรดกรอกอีเมลที่จะใช้แจ้งผู้ใช้งาน'],
    [
      'mail to somebody disabled',
      { notify: '1', status: 'disabled' },
      'notify',
      'แจ้งผู้ใช้งานที่ยกเลิกการใช้งานไม่ได้',
    ],
    ['a role beyond the office', { role: 'kpi_office' }, 'role', 'บทบาทนี้ใช้กับหน่วยงานประเภทนี้ไม่ได้'],
  ])('says so beside the field and keeps what was typed: %s', async (_what, fields, field, message) => {
    const before = await app.db('users').count();
    const answer = await add(admin, { username: 'fresh', password: PASSWORD, again: PASSWORD, ...fields });
    expect(answer.status).toBe(422);
    expect(messageAt(answer.text, field)).toBe(message);
    expect(answer.text).toContain('value="นักวิชาการ"');
    expect(answer.text).not.toContain(PASSWORD);
    expect(await app.db('users').count()).toEqual(before);
  });

  it('is a bad request with fields that nobody offers', async () => {
    expect((await add(admin, { username: 'odd', systemId: '2' })).status).toBe(400);
    expect((await add(admin, { username: 'odd', role: 'emperor' })).status).toBe(400);
  });

  it('of a bureau offers the roles of a bureau', async () => {
    const { text } = await bureauAdmin.get('/krs/users/new').expect(200);
    const roles = [...text.matchAll(/<option value="(\w+)"[^>]*>[^<]*<\/option>/g)].map(([, role]) => role);
    expect(roles).toEqual(['bureau_admin', 'certifier', 'active', 'disabled']);
  });
});

it('of two people who take the same name at the same moment one is told', async () => {
  const fields = { username: 'race', password: PASSWORD, again: PASSWORD };
  const answers = await Promise.all([
    add(admin, fields),
    add(kpiOffice, { ...fields, office: app.world.offices.krabi, role: 'reporter' }),
  ]);
  expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
});
