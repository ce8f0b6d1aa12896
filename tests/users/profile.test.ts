import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import { eventsOf, formFields, messageAt, storedUser } from './support.ts';

let app: TestApp;
let owner: Agent;
let ownerId: string;
beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  ownerId = app.world.users.owner;
});
afterAll(() => app?.stop());

const BAND = 'โปรดตรวจสอบข้อมูลส่วนบุคคลของท่านสำหรับปีงบประมาณนี้';

async function save(fields: Record<string, string>) {
  const form = await formFields(owner, '/krs/profile');
  return owner
    .post('/krs/profile')
    .type('form')
    .send({ ...form, ...fields });
}

function changePassword(agent: Agent, present: string, password: string, again = password) {
  return agent.post('/krs/profile/password').type('form').send({ present, password, again });
}

describe('the own data', () => {
  it('are asked for on the home page of an admin until saved, and again next fiscal year', async () => {
    expect((await owner.get('/krs')).text).toContain(BAND);
    expect((await save({ phone: '02-000-0003' })).status).toBe(303);
    expect((await owner.get('/krs')).text).not.toContain(BAND);
    await app.db('users').where({ id: ownerId }).update({ profile_saved_at: '2019-09-30T23:59:59+07:00' });
    expect((await owner.get('/krs')).text).toContain(BAND);
    await app.db('users').where({ id: ownerId }).update({ profile_saved_at: '2019-10-01T00:00:00+07:00' });
    expect((await owner.get('/krs')).text).not.toContain(BAND);
    const { name } = await app.db('offices').where({ id: app.world.offices.krabi }).first('name');
    await save({ name });
    expect((await owner.get('/krs')).text).toContain(BAND);
    await save({ name: 'เจ้าของ งานดี' });
    const reporter = await signIn(app, 'krs', PEOPLE.colleague);
    expect((await reporter.get('/krs')).text).not.toContain(BAND);
  });

  it('are saved with language and mail preference, and stand in the history', async () => {
    expect((await save({ position: 'ผู้อำนวยการกลุ่ม', locale: 'en', mailPreference: 'daily' })).status).toBe(
      303,
    );
    expect(await storedUser(app, ownerId)).toMatchObject({
      position: 'ผู้อำนวยการกลุ่ม',
      locale: 'en',
      mail_preference: 'daily',
      profile_saved_at: app.clock.now(),
    });
    const { text } = await owner.get('/krs/profile');
    expect(text).toContain('Your data were saved');
    expect(text).toContain('href="/krs/profile/sessions"');
    expect(text).toContain('href="/krs/profile/second-factor"');
    expect((await eventsOf(app, ownerId)).at(-1)).toMatchObject({
      kind: 'profile',
      by_user_id: ownerId,
      details: { position: ['', 'ผู้อำนวยการกลุ่ม'] },
    });
    await save({ locale: 'th' });
  });

  it('keep what was typed when something is wrong', async () => {
    const answer = await save({ name: '', email: 'no address', position: 'หัวหน้า' });
    expect(answer.status).toBe(422);
    expect(messageAt(answer.text, 'name')).toBe('โปรดกรอกชื่อ-สกุล');
    expect(messageAt(answer.text, 'email')).toMatch('รูปแบบอีเมลไม่ถูกต้อง');
    expect(answer.text).toContain('value="หัวหน้า"');
  });

  it('are not saved over what somebody else saved', async () => {
    const seen = await formFields(owner, '/krs/profile');
    const kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const path = `/krs/users/${ownerId}`;
    const form = await formFields(kpiOffice, path);
    await kpiOffice
      .post(path)
      .type('form')
      .send({ ...form, phone: '02-000-0077' })
      .expect(303);
    const answer = await owner
      .post('/krs/profile')
      .type('form')
      .send({ ...seen, phone: '02-000-0088' })
      .expect(409);
    expect(answer.text).toContain('value="02-000-0088"');
    expect(answer.text).toContain('ค่าที่บันทึกไว้ล่าสุด: 02-000-0077');
    expect((await storedUser(app, ownerId)).phone).toBe('02-000-0077');
  });

  it('do not include role, status or username', async () => {
    for (const field of ['role', 'status', 'username', 'office']) {
      expect((await save({ [field]: 'kpi_office' })).status).toBe(400);
    }
  });
});

describe('the own password', () => {
  const NEXT = 'อีกรหัสหนึ่ง 2562';

  it('is changed with the present one; other browsers are signed out, this one goes on', async () => {
    const here = await signIn(app, 'krs', PEOPLE.secondary);
    const elsewhere = await signIn(app, 'krs', PEOPLE.secondary);
    await changePassword(here, PASSWORD, NEXT).expect(303);
    await here.get('/krs').expect(200);
    expect((await elsewhere.get('/krs')).headers.location).toMatch('/krs/login');
    await signIn(app, 'krs', PEOPLE.secondary, NEXT);
    const events = await eventsOf(app, app.world.users.secondary);
    expect(events.at(-1)).toMatchObject({ kind: 'passwordSet', details: { kind: 'own' } });
    const mail = await app.db('mails').where({ user_id: app.world.users.secondary }).first();
    expect(mail).toMatchObject({ kind: 'accountChanged', data: { what: ['password'] } });
    expect(JSON.stringify([events, mail])).not.toContain(NEXT);
  });

  it.each([
    ['present', 'โปรดกรอกรหัสผ่านปัจจุบัน', '', 'long enough', 'long enough'],
    [
      'password',
      'รหัสผ่านสั้นเกินไป ต้องมีอย่างน้อย 8 ตัว (อักษรไทยนับเป็น 3 แต่ต้องมีไม่น้อยกว่า 4 ตัวอักษร)',
      PASSWORD,
      'short',
      'short',
    ],
    ['password', 'รหัสผ่านใหม่ต้องไม่เหมือนรหัสผ่านปัจจุบัน', PASSWORD, PASSWORD, PASSWORD],
    ['password', 'รหัสผ่านนี้เดาง่ายเกินไป โปรดใช้รหัสผ่านอื่น', PASSWORD, 'password123', 'password123'],
    ['again', 'รหัสผ่านสองช่องไม่ตรงกัน', PASSWORD, 'long enough', 'long enougH'],
  ])('is refused beside the field: %s, %s', async (field, message, present, password, again) => {
    const answer = await changePassword(owner, present, password, again);
    expect(answer.status).toBe(422);
    expect(messageAt(answer.text, field)).toBe(message);
    expect(answer.text).not.toContain('long enough');
  });

  it('cannot be guessed: wrong ones slow down, at the sign-in, too', async () => {
    const guesser = await signIn(app, 'krs', PEOPLE.certifier);
    const statuses = [];
    for (let n = 0; n < 6; n += 1) statuses.push((await changePassword(guesser, `guess ${n}`, NEXT)).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    const answer = await app
      .agent()
      .post('/krs/login')
      .type('form')
      .send({ username: PEOPLE.certifier, password: PASSWORD });
    expect(answer.status).toBe(429);
  });
});
