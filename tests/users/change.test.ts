import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import { eventsOf, fieldsOf, formFields, messageAt, storedUser } from './support.ts';

let app: TestApp;
let admin: Agent;
let kpiOffice: Agent;
beforeAll(async () => {
  app = await startTestApp();
  admin = await signIn(app, 'krs', PEOPLE.owner);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

let colleague: string;
let path: string;
beforeEach(async () => {
  colleague = app.world.users.colleague;
  path = `/krs/users/${colleague}`;
  await app
    .db('users')
    .where({ id: colleague })
    .update({ role: 'reporter', status: 'active', name: 'สมใจ ช่วยกัน' });
});

async function save(agent: Agent, address: string, fields: Record<string, string>) {
  const form = await formFields(agent, address);
  return agent
    .post(address)
    .type('form')
    .send({ ...form, ...fields });
}

describe('a change of an account', () => {
  it('is stored, counted, and stands in its history with before and after', async () => {
    const { version } = await storedUser(app, colleague);
    const answer = await save(admin, path, {
      name: 'สมใจ แก้แล้ว',
      phone: '02-000-0002',
      role: 'district_admin',
    });
    expect([answer.status, answer.headers.location]).toEqual([303, path]);
    expect(await storedUser(app, colleague)).toMatchObject({
      name: 'สมใจ แก้แล้ว',
      role: 'district_admin',
      version: version + 1,
    });
    expect((await eventsOf(app, colleague)).at(-1)).toEqual({
      kind: 'changed',
      by_user_id: app.world.users.owner,
      details: {
        name: ['สมใจ ช่วยกัน', 'สมใจ แก้แล้ว'],
        phone: ['', '02-000-0002'],
        role: ['reporter', 'district_admin'],
      },
    });
    const { text } = await admin.get(path).expect(200);
    expect(text).toContain('ชื่อ-สกุล: จาก สมใจ ช่วยกัน เป็น สมใจ แก้แล้ว');
    expect(text).toContain('บทบาท: จาก ผู้รับผิดชอบตัวชี้วัด เป็น ผู้ดูแลระบบระดับเขตพื้นที่');
  });

  it('that changes nothing writes nothing', async () => {
    const before = [await storedUser(app, colleague), await eventsOf(app, colleague)];
    expect((await save(admin, path, {})).status).toBe(303);
    expect([await storedUser(app, colleague), await eventsOf(app, colleague)]).toEqual(before);
  });

  it('over somebody else’s change is not applied; both are shown, and saving again applies it', async () => {
    const seen = await formFields(admin, path);
    await save(kpiOffice, path, { phone: '02-000-0099' });
    const mine = { ...seen, phone: '02-000-0011', position: 'ครู' };
    const answer = await admin.post(path).type('form').send(mine).expect(409);
    expect((await storedUser(app, colleague)).phone).toBe('02-000-0099');
    expect(answer.text).toContain('value="02-000-0011"');
    expect(answer.text).toContain('ค่าที่บันทึกไว้ล่าสุด: 02-000-0099');
    expect(answer.text).toContain('กลาง พัฒนาระบบ แก้ไขบัญชีนี้ไปก่อน');
    const version = /name="version" value="(\d+)"/.exec(answer.text)?.[1] ?? '';
    await admin
      .post(path)
      .type('form')
      .send({ ...mine, version })
      .expect(303);
    expect(await storedUser(app, colleague)).toMatchObject({ phone: '02-000-0011', position: 'ครู' });
  });

  it('over somebody else’s change takes back nothing of it that was left alone, however often it is saved', async () => {
    await app.db('users').where({ id: colleague }).update({ phone: '02-000-0001', position: 'ครู' });
    const seen = await formFields(admin, path);
    await save(kpiOffice, path, { phone: '02-000-0099', role: 'district_admin' });
    const form = await admin
      .post(path)
      .type('form')
      .send({ ...seen, position: 'ครูชำนาญการ' })
      .expect(409);
    const again = fieldsOf(form.text);
    expect(again).toMatchObject({ phone: '02-000-0099', role: 'district_admin', position: 'ครูชำนาญการ' });
    await save(kpiOffice, path, { phone: '02-000-0098' });
    const third = fieldsOf((await admin.post(path).type('form').send(again).expect(409)).text);
    await admin.post(path).type('form').send(third).expect(303);
    expect(await storedUser(app, colleague)).toMatchObject({
      ...{ phone: '02-000-0098', role: 'district_admin', position: 'ครูชำนาญการ' },
    });
  });

  it('by two people at the same moment is one of the two', async () => {
    const forms = [await formFields(admin, path), await formFields(kpiOffice, path)];
    const answers = await Promise.all([
      admin
        .post(path)
        .type('form')
        .send({ ...forms[0], phone: '02-000-0021' }),
      kpiOffice
        .post(path)
        .type('form')
        .send({ ...forms[1], phone: '02-000-0022' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  it('of the address is told to the old address', async () => {
    await app.db('users').where({ id: colleague }).update({ email: 'old@example.org' });
    await save(admin, path, { email: 'newer@example.org' });
    const mail = await app.db('mails').where({ user_id: colleague }).orderBy('id', 'desc').first();
    expect(mail).toMatchObject({
      kind: 'accountChanged',
      address: 'old@example.org',
      data: { what: ['email'] },
    });
  });

  it('that removes the address says so to the old address', async () => {
    await app.db('users').where({ id: colleague }).update({ email: 'old@example.org' });
    await save(admin, path, { email: '' });
    const mail = await app.db('mails').where({ user_id: colleague }).orderBy('id', 'desc').first();
    expect(mail).toMatchObject({ address: 'old@example.org', data: { what: ['emailRemoved'] } });
  });

  it('of role and status is told with who did it, to a disabled account once', async () => {
    await app.db('users').where({ id: colleague }).update({ email: 'old@example.org' });
    await app.db('mails').where({ user_id: colleague }).delete();
    const { name: by } = await app.db('users').where({ username: PEOPLE.owner }).first('name');
    const changes: Record<string, string>[] = [
      { role: 'district_admin' },
      { role: 'reporter' },
      { status: 'disabled' },
    ];
    for (const change of changes) expect((await save(admin, path, change)).status).toBe(303);
    await save(admin, path, { phone: '02-000-0099', email: 'x@example.org' });
    expect((await save(admin, path, { status: 'active', email: 'old@example.org' })).status).toBe(303);
    const mails = await app.db('mails').where({ user_id: colleague }).orderBy('id');
    expect(mails.map(({ data }) => data)).toMatchObject([
      { what: ['role'], role: 'district_admin', by },
      { what: ['role'], role: 'reporter', by },
      { what: ['disabled'], by },
      { what: ['enabled', 'email'], by },
    ]);
  });

  it('of an account of another office is not found, and nobody is moved out of the own office', async () => {
    await admin.get(`/krs/users/${app.world.users.outsider}`).expect(404);
    await admin
      .post(`/krs/users/${app.world.users.outsider}`)
      .type('form')
      .send({ version: '1', name: 'x' })
      .expect(404);
    await save(admin, path, { office: app.world.offices.lampang });
    expect((await storedUser(app, colleague)).office_id).toBe(app.world.offices.krabi);
    await save(admin, path, { role: 'kpi_office' }).then(({ status }) => expect(status).toBe(422));
  });

  it('to another office is the KPI office’s, while nothing is assigned', async () => {
    const refused = await save(kpiOffice, path, { office: app.world.offices.lampang });
    expect(refused.status).toBe(422);
    expect(messageAt(refused.text, 'office')).toMatch('ยังมีตัวชี้วัดที่มอบหมายอยู่');
    const idle = `/krs/users/${app.world.users.idle}`;
    expect((await save(kpiOffice, idle, { office: app.world.offices.lampang })).status).toBe(303);
    expect((await storedUser(app, app.world.users.idle)).office_id).toBe(app.world.offices.lampang);
    expect((await save(kpiOffice, idle, { office: app.world.offices.krabi })).status).toBe(303);
  });
});

describe('ส่ง E-Mail แจ้งผู้ใช้งาน', () => {
  it('is for accounts without a password: the letter is a newcomer’s', async () => {
    const { password_hash } = await storedUser(app, colleague);
    await save(admin, path, { email: 'x@example.org' });
    expect((await admin.get(path)).text).not.toContain('name="notify"');
    await app.db('mails').delete();
    await save(admin, path, { notify: '1' });
    expect(await app.db('mails')).toEqual([]);
    await app.db('users').where({ id: colleague }).update({ password_hash: null });
    expect((await admin.get(path)).text).toContain('name="notify"');
    await save(admin, path, { notify: '1' });
    expect(await app.db('mails')).toMatchObject([{ kind: 'activation', address: 'x@example.org' }]);
    await app.db('users').where({ id: colleague }).update({ password_hash });
  });
});

describe('disabling', () => {
  it('signs the person out everywhere at once, ends mailed links, and keeps the account', async () => {
    const theirs = await signIn(app, 'krs', PEOPLE.colleague);
    await save(admin, path, { email: 'x@example.org' });
    await admin.post(`${path}/reset`).type('form').send({ confirmed: '1' }).expect(303);
    expect((await save(admin, path, { status: 'disabled' })).status).toBe(303);
    expect((await theirs.get('/krs')).headers.location).toMatch('/krs/login');
    const { rows } = await app.db.raw(`select from sessions where sess::text like '%"user":"${colleague}"%'`);
    expect(rows).toEqual([]);
    expect(await app.db('account_links').where({ user_id: colleague, ended_at: null })).toEqual([]);
    expect((await eventsOf(app, colleague)).at(-1)).toMatchObject({ kind: 'disabled' });
    expect((await admin.get('/krs/users?status=disabled')).text).toContain('สมใจ ช่วยกัน');
    expect((await save(admin, path, { status: 'active' })).status).toBe(303);
    await signIn(app, 'krs', PEOPLE.colleague);
  });

  it('of oneself is refused, and so is a lesser role', async () => {
    const own = `/krs/users/${app.world.users.owner}`;
    for (const [fields, message] of [
      [{ status: 'disabled' }, 'แก้ไขสิทธิ์ของตนเองไม่ได้'],
      [{ role: 'reporter' }, 'แก้ไขสิทธิ์ของตนเองไม่ได้'],
      [{ password: 'another password', again: 'another password' }, 'เปลี่ยนรหัสผ่านของตนเอง'],
    ] as const) {
      const answer = await save(admin, own, fields);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(message);
    }
    expect(await storedUser(app, app.world.users.owner)).toMatchObject({
      status: 'active',
      role: 'district_admin',
    });
  });

  it('of the last admin of an office is refused, even by the KPI office', async () => {
    const last = `/krs/users/${app.world.users.owner}`;
    for (const [field, value] of [
      ['status', 'disabled'],
      ['role', 'reporter'],
    ] as const) {
      const answer = await save(kpiOffice, last, { [field]: value });
      expect(answer.status).toBe(422);
      expect(messageAt(answer.text, field)).toMatch('เป็นผู้ดูแลระบบคนสุดท้ายของหน่วยงาน');
    }
    await app.db('users').where({ id: colleague }).update({ role: 'district_admin' });
    expect((await save(kpiOffice, last, { status: 'disabled' })).status).toBe(303);
    await app.db('users').where({ id: app.world.users.owner }).update({ status: 'active' });
    admin = await signIn(app, 'krs', PEOPLE.owner);
  });

  it('each other at the same moment leaves one of two admins', async () => {
    await app.db('users').where({ id: colleague }).update({ role: 'district_admin' });
    const other = await signIn(app, 'krs', PEOPLE.colleague);
    const own = `/krs/users/${app.world.users.owner}`;
    const forms = [await formFields(admin, path), await formFields(other, own)];
    const answers = await Promise.all([
      admin
        .post(path)
        .type('form')
        .send({ ...forms[0], status: 'disabled' }),
      other
        .post(own)
        .type('form')
        .send({ ...forms[1], status: 'disabled' }),
    ]);
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
    const admins = await app.db('users').where({
      office_id: app.world.offices.krabi,
      role: 'district_admin',
      status: 'active',
      system_id: app.world.systems.krs,
    });
    expect(admins).toHaveLength(1);
    await app.db('users').whereIn('id', [colleague, app.world.users.owner]).update({ status: 'active' });
    admin = await signIn(app, 'krs', PEOPLE.owner);
  });
});

describe('helping the owner of an account', () => {
  it('without the telephone of the second factor, which asks first', async () => {
    await app.db('users').where({ id: colleague }).update({ totp_secret: 'x' });
    expect((await admin.get(path)).text).toContain('ปิดการยืนยันตัวตนสองขั้นตอน');
    const off = `${path}/second-factor/delete`;
    await admin.post(off).type('form').send({}).expect(200);
    await admin.post(off).type('form').send({ confirmed: '1' }).expect(303);
    expect((await storedUser(app, colleague)).totp_secret).toBeNull();
    expect((await eventsOf(app, colleague)).at(-1)).toMatchObject({
      kind: 'secondFactorOff',
      by_user_id: app.world.users.owner,
    });
    const own = `/krs/users/${app.world.users.owner}/second-factor/delete`;
    await admin.post(own).type('form').send({ confirmed: '1' }).expect(403);
  });

  it('with a new password ends sessions and links, and tells of it', async () => {
    const theirs = await signIn(app, 'krs', PEOPLE.colleague);
    const password = 'รหัสใหม่ ของสมใจ';
    expect((await save(admin, path, { password, again: password })).status).toBe(303);
    expect((await theirs.get('/krs')).status).toBe(303);
    await signIn(app, 'krs', PEOPLE.colleague, password);
    expect((await eventsOf(app, colleague)).at(-1)).toMatchObject({
      kind: 'passwordSet',
      details: { kind: 'manager' },
    });
    const { password_hash } = await storedUser(app, app.world.users.owner);
    await app.db('users').where({ id: colleague }).update({ password_hash });
    await signIn(app, 'krs', PEOPLE.colleague, PASSWORD);
  });

  it('with a mailed link asks first, and ends earlier links', async () => {
    const asked = await admin.post(`${path}/reset`).type('form').send({}).expect(200);
    expect(asked.text).toContain('name="confirmed" value="1"');
    await admin.post(`${path}/reset`).type('form').send({ confirmed: '1' }).expect(303);
    await admin.post(`${path}/reset`).type('form').send({ confirmed: '1' }).expect(303);
    const links = await app.db('account_links').where({ user_id: colleague, ended_at: null, used_at: null });
    expect(links.map(({ kind }) => kind)).toEqual(['reset']);
    expect((await eventsOf(app, colleague)).at(-1)).toMatchObject({
      kind: 'linkRequested',
      details: { kind: 'reset' },
    });
    await app.db('users').where({ id: colleague }).update({ email: '' });
    await admin.post(`${path}/reset`).type('form').send({ confirmed: '1' }).expect(303);
    expect((await admin.get(path)).text).toContain('ส่งลิงก์ให้ สมใจ ช่วยกัน ไม่ได้');
    expect((await admin.get(path)).text).toContain('เพราะบัญชีนี้ไม่มีอีเมล');
  });
});
