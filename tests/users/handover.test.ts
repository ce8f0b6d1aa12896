import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertNextYear } from '../assignments/support.ts';
import { deliverMail } from '../support/jobs.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person } from '../support/world.ts';
import { eventsOf, idOf, messageAt, storedUser } from './support.ts';

const PAGE = '/krs/users/handover';
const NEWCOMER = {
  incoming: 'new',
  username: 'nextadmin',
  name: 'คนใหม่ รับงาน',
  position: 'ผู้อำนวยการกลุ่ม',
  phone: '081 234 5678',
  email: 'next@example.org',
};

let app: TestApp;
let kpi: Agent;

async function start(): Promise<void> {
  app = await startTestApp();
  kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
}

describe('what changes nothing', () => {
  beforeAll(start);
  afterAll(() => app?.stop());

  it('shows the present admins and whom they can hand over to', async () => {
    const { text } = await kpi.get(`${PAGE}?office=${app.world.offices.krabi}`).expect(200);
    expect(text).toContain(`name="outgoing" id="from-${app.world.users.owner}"`);
    expect(text).toContain(`id="to-${app.world.users.colleague}"`);
    expect(text).not.toContain(`id="to-${app.world.users.owner}"`);
    expect(text).not.toContain(`id="to-${app.world.users.former}"`);
    expect(text).not.toContain(`id="to-${app.world.users.outsider}"`);
    const lampang = await kpi.get(`${PAGE}?office=${app.world.offices.lampang}`).expect(200);
    expect(lampang.text).toContain('หน่วยงานนี้ยังไม่มีผู้ดูแลระบบ');
    await kpi.get(`${PAGE}?office=99999999`).expect(404);
    await kpi.get(`${PAGE}?office=x`).expect(200);
  });

  it('is complete in English', async () => {
    await kpi.post('/krs/language').type('form').send({ locale: 'en' }).expect(303);
    const { text } = await kpi.get(`${PAGE}?office=${app.world.offices.bureau9}`).expect(200);
    expect(text).toContain('Who hands over (present administrator)');
    expect(text).toContain('Keep it with the role: Certifier');
    await kpi.post('/krs/language').type('form').send({ locale: 'th' }).expect(303);
  });

  it('says beside the fields what is wrong, and keeps what was typed', async () => {
    const typed = { ...NEWCOMER, username: 'a b', name: '', email: 'x', phone: '?', reason: '' };
    const { text } = await send({ office: app.world.offices.krabi, ...typed, confirmed: '1' }).expect(422);
    expect(messageAt(text, 'username')).toContain('ใช้ได้เฉพาะ');
    expect(messageAt(text, 'name')).toBe('กรอกชื่อ-สกุล');
    expect(messageAt(text, 'email')).toContain('รูปแบบอีเมล');
    expect(messageAt(text, 'phone')).toContain('ต้องมีตัวเลข');
    expect(messageAt(text, 'reason')).toBe('กรอกเหตุผล');
    expect(text).toContain('id="outgoing-error">เลือกผู้ส่งมอบหน้าที่<');
    expect(text).toContain('value="a b"');
    expect(text).toContain('id="to-new" value="new" checked');
  });

  it('needs an address for a newcomer, another person, and a username of its own', async () => {
    const order = await orderOf('owner', NEWCOMER);
    expect(messageAt((await send({ ...order, email: '' }).expect(422)).text, 'email')).toContain('กรอกอีเมล');
    expect((await send({ ...order, incoming: order.outgoing }).expect(422)).text).toContain('ต้องเป็นคนละคน');
    for (const confirmed of ['', '1']) {
      const taken = {
        ...order,
        username: PEOPLE.outsider.toUpperCase(),
        ...(confirmed ? { confirmed } : {}),
      };
      expect(messageAt((await send(taken).expect(422)).text, 'username')).toContain('มีชื่อผู้ใช้งานนี้');
    }
    expect(await app.db('user_events')).toHaveLength(0);
  });

  it('tells a taken username together with everything else', async () => {
    const order = await orderOf('owner', { ...NEWCOMER, username: PEOPLE.outsider, reason: '', email: '' });
    const { text } = await send(order).expect(422);
    const said = ['username', 'reason', 'email'].map((field) => messageAt(text, field));
    expect(said.every((message) => message !== undefined)).toBe(true);
    expect(said[0]).toContain('มีชื่อผู้ใช้งานนี้');
  });

  it.each([
    { outgoing: 'x' },
    { incoming: '1' },
    { aftermath: 'deleted' },
    { office: "1'" },
    { role: 'kpi_office' },
    { reason: ['a', 'b'] },
  ])('cannot read %o', async (change) => {
    await send({ ...(await orderOf('owner', NEWCOMER)), ...change }).expect(400);
  });

  it('says first what will happen, and does nothing yet', async () => {
    const { text } = await send(await orderOf('owner', { ...NEWCOMER, assignments: '1' })).expect(200);
    for (const said of [
      'สร้างบัญชี nextadmin ของ คนใหม่ รับงาน เป็นผู้ดูแลระบบระดับเขตพื้นที่',
      'ส่งลิงก์ตั้งรหัสผ่านไปที่ next@example.org',
      'ย้ายตัวชี้วัดย่อยที่ เจ้าของ งานดี รับผิดชอบ 7 รายการ',
      'ยกเลิกการใช้งานบัญชี 8101 ของ เจ้าของ งานดี และให้ออกจากระบบทันที',
      'เหตุผล: เกษียณ',
      'name="confirmed" value="1"',
      'name="assignments" value="1"',
    ]) {
      expect(text).toContain(said);
    }
    const sent = {
      ...(await orderOf('owner', { ...NEWCOMER, assignments: '1' })),
      confirmed: '1',
      back: '1',
    };
    const back = await send(sent).expect(200);
    expect(back.text).toContain('value="ผู้อำนวยการกลุ่ม"');
    expect(back.text).toContain('value="เกษียณ"');
    expect(await app.db('users').where({ username: 'nextadmin' })).toEqual([]);
    expect(await storedUser(app, app.world.users.owner)).toMatchObject({ status: 'active', version: 1 });
  });

  it.each<[string, Person, Person]>([
    ['somebody of another office', 'owner', 'outsider'],
    ['a disabled account', 'owner', 'former'],
    ['from somebody who is no admin', 'colleague', 'idle'],
    ['from the admin of another office', 'secondary', 'colleague'],
  ])('does not go to or come from %s', async (_what, outgoing, incoming) => {
    const order = { outgoing: await seen(outgoing), incoming: await seen(incoming) };
    for (const confirmed of [{}, { confirmed: '1' }]) {
      await send({ ...(await orderOf('owner', order)), ...confirmed }).expect(409);
    }
    expect(await app.db('user_events')).toEqual([]);
  });
});

describe('a handover to somebody new', () => {
  beforeEach(start);
  afterEach(() => app?.stop());

  it('creates, moves, disables, signs out, mails and writes both histories', async () => {
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const answer = await confirm('owner', { ...NEWCOMER, assignments: '1' }).expect(303);
    expect(answer.headers.location).toBe(`/krs/users?office=${app.world.offices.krabi}`);
    const id = await idOf(app, 'nextadmin');
    expect(await storedUser(app, id)).toMatchObject({
      office_id: app.world.offices.krabi,
      role: 'district_admin',
      status: 'active',
      password_hash: null,
      position: 'ผู้อำนวยการกลุ่ม',
    });
    expect(await storedUser(app, app.world.users.owner)).toMatchObject({ status: 'disabled', version: 2 });
    expect(
      await app.db('sessions').whereRaw("sess -> 'passport' ->> 'user' = ?", [app.world.users.owner]),
    ).toEqual([]);
    await owner.get('/krs/entry').expect(303);
    expect(await app.db('mails').where({ user_id: id })).toMatchObject([
      { kind: 'activation', address: 'next@example.org' },
      { kind: 'accountChanged', address: 'next@example.org', data: { what: ['handedOver'] } },
    ]);
    const handover = { from: 'เจ้าของ งานดี', to: 'คนใหม่ รับงาน', reason: 'เกษียณ', moved: 7 };
    const by_user_id = app.world.users.kpiOffice;
    expect(await eventsOf(app, app.world.users.owner)).toEqual([
      { kind: 'handedOver', by_user_id, details: { status: ['active', 'disabled'], handover } },
    ]);
    const events = await eventsOf(app, id);
    expect(events.map(({ kind }) => kind)).toEqual(['created', 'linkRequested', 'handedOver']);
    expect(events[2]).toEqual({ kind: 'handedOver', by_user_id, details: { handover } });
    const { text } = await kpi.get(`/krs/users/${id}`).expect(200);
    expect(text).toContain('เจ้าของ งานดี ส่งมอบให้ คนใหม่ รับงาน · ย้ายตัวชี้วัดย่อย 7 รายการ · เหตุผล: เกษียณ');
  });

  it('moves assignments with their history, and leaves the other ones alone', async () => {
    const colleague = await assignmentsOf(app.world.users.colleague);
    const nodes = await assignmentsOf(app.world.users.owner);
    await confirm('owner', { ...NEWCOMER, assignments: '1' }).expect(303);
    const id = await idOf(app, 'nextadmin');
    expect(await assignmentsOf(id)).toEqual(nodes);
    expect(await assignmentsOf(app.world.users.owner)).toEqual([]);
    expect(await assignmentsOf(app.world.users.colleague)).toEqual(colleague);
    const kinds = await app.db('assignment_events').distinct('user_id', 'kind').orderBy('kind');
    expect(kinds).toEqual([
      { user_id: id, kind: 'assigned' },
      { user_id: app.world.users.owner, kind: 'removed' },
    ]);
  });

  it('leaves the assignments of years that are over as history', async () => {
    const { users, frameworkId } = app.world;
    const past = await assignmentsOf(users.owner);
    const next = await insertNextYear(app);
    const node = next.nodes.get('9') ?? '';
    await app.db('assignments').insert({ user_id: users.owner, node_id: node });
    await app.db('rounds').where({ framework_id: frameworkId }).update({
      entry_opens_at: '2018-01-01T00:00:00Z',
      entry_closes_at: '2018-02-01T00:00:00Z',
      certification_closes_at: '2018-02-01T00:00:00Z',
    });
    const form = await kpi.get(`${PAGE}?office=${app.world.offices.krabi}`).expect(200);
    expect(form.text).toContain('รับผิดชอบ 1 ตัวชี้วัดย่อย');
    await confirm('owner', { ...NEWCOMER, assignments: '1' }).expect(303);
    expect(await assignmentsOf(await idOf(app, 'nextadmin'))).toEqual([node]);
    expect(await assignmentsOf(users.owner)).toEqual(past);
  });

  it('tells both by mail, the disabled one, too', async () => {
    const { owner, kpiOffice } = app.world.users;
    await app.db('users').where({ id: owner }).update({ email: 'owner@example.org' });
    const { name: by } = await app.db('users').where({ id: kpiOffice }).first('name');
    await confirm('owner', NEWCOMER).expect(303);
    const mails = await deliverMail(app);
    const handedOver = `ส่งมอบจาก เจ้าของ งานดี ให้ คนใหม่ รับงาน ดำเนินการโดย ${by}`;
    const told = mails.filter(({ text }) => text.includes(handedOver));
    expect(told.map(({ to }) => to[0]?.address).sort()).toEqual(['next@example.org', 'owner@example.org']);
    const [theirs] = told.filter(({ to }) => to[0]?.address === 'owner@example.org');
    expect(theirs?.text).toContain(`บัญชีถูกยกเลิกการใช้งาน ดำเนินการโดย ${by}`);
    expect(theirs?.text).not.toContain('/krs/profile');
  });

  it('ends the links of the account that is disabled', async () => {
    await app.db('account_links').insert({ user_id: app.world.users.owner, kind: 'reset' });
    await confirm('owner', NEWCOMER).expect(303);
    const [link] = await app.db('account_links').where({ user_id: app.world.users.owner });
    expect(link.ended_at).not.toBeNull();
  });
});

describe('a handover to a colleague', () => {
  beforeEach(start);
  afterEach(() => app?.stop());

  it('raises the one and lowers the other, who stays and signs in again', async () => {
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const incoming = await seen('colleague');
    const options = { incoming, aftermath: 'lowered', assignments: '1' };
    const asked = await send(await orderOf('owner', options)).expect(200);
    expect(asked.text).toContain('ให้ สมใจ ช่วยกัน (somjai) เป็นผู้ดูแลระบบระดับเขตพื้นที่');
    await confirm('owner', options).expect(303);
    const { colleague, owner: former } = app.world.users;
    expect(await storedUser(app, colleague)).toMatchObject({ role: 'district_admin', version: 2 });
    expect(await storedUser(app, former)).toMatchObject({ role: 'reporter', status: 'active' });
    await owner.get('/krs/entry').expect(303);
    expect(await assignmentsOf(colleague)).toHaveLength(7);
    const events = [...(await eventsOf(app, former)), ...(await eventsOf(app, colleague))];
    expect(events.map(({ details }) => details.role)).toEqual([
      ['district_admin', 'reporter'],
      ['reporter', 'district_admin'],
    ]);
    expect(await app.db('mails').orderBy('user_id')).toMatchObject([
      { user_id: former, kind: 'accountChanged', data: { what: ['handedOver', 'role'], role: 'reporter' } },
      {
        user_id: colleague,
        kind: 'accountChanged',
        data: { what: ['handedOver', 'role'], role: 'district_admin' },
      },
    ]);
  });

  it('of a bureau works in the same way', async () => {
    const { bureau9: office } = app.world.offices;
    await confirm('bureauAdmin', { office, incoming: await seen('certifier'), aftermath: 'lowered' }).expect(
      303,
    );
    expect(await storedUser(app, app.world.users.certifier)).toMatchObject({ role: 'bureau_admin' });
    expect(await storedUser(app, app.world.users.bureauAdmin)).toMatchObject({ role: 'certifier' });
  });
});

describe('changes at the same time', () => {
  beforeEach(start);
  afterEach(() => app?.stop());

  it('to one of the accounts: nothing is overwritten, and the page shows the present people', async () => {
    const order = await orderOf('owner', { incoming: await seen('colleague'), confirmed: '1' });
    await app.db('users').where({ id: app.world.users.colleague }).increment('version', 1);
    const { text } = await send(order).expect(409);
    expect(text).toContain('บัญชีของหน่วยงานนี้เปลี่ยนไปหลังจากเปิดหน้า');
    expect(text).toContain(`value="${await seen('colleague')}"`);
    expect(text).toContain('value="เกษียณ"');
    expect(await storedUser(app, app.world.users.owner)).toMatchObject({ status: 'active' });
  });

  it('sent twice is done once', async () => {
    const order = await orderOf('owner', { ...NEWCOMER, confirmed: '1', assignments: '1' });
    const answers = await Promise.all([send(order), send(order)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await app.db('users').where({ username: 'nextadmin' })).toHaveLength(1);
    expect(await eventsOf(app, app.world.users.owner)).toHaveLength(1);
  });

  it('two handovers of one office crosswise: one is done, an active admin is there', async () => {
    const { colleague, idle } = app.world.users;
    await app.db('users').where({ id: colleague }).update({ role: 'district_admin' });
    const forth = await orderOf('owner', { incoming: await seen('colleague'), confirmed: '1' });
    const back = { ...forth, outgoing: await seen('colleague'), incoming: await seen('owner') };
    const answers = await Promise.all([send(forth), send(back)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    const admins = await app
      .db('users')
      .where({ office_id: app.world.offices.krabi, role: 'district_admin', status: 'active' })
      .where({ system_id: app.world.systems.krs });
    expect(admins).toHaveLength(1);
    expect(await storedUser(app, idle)).toMatchObject({ version: 1 });
  });

  it('a username taken at the last moment leaves everything as it was', async () => {
    const order = await orderOf('owner', { ...NEWCOMER, confirmed: '1', assignments: '1' });
    const other = await orderOf('secondary', {
      ...NEWCOMER,
      office: app.world.offices.secondary,
      confirmed: '1',
    });
    const answers = await Promise.all([send(order), send(other)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422]);
    const disabled = await app
      .db('users')
      .whereIn('id', [app.world.users.owner, app.world.users.secondary])
      .where({ status: 'disabled' });
    expect(disabled).toHaveLength(1);
  });
});

/** The form for krabi, the outgoing person in the version that is stored. */
async function orderOf(outgoing: Person, fields: Record<string, string>): Promise<Record<string, string>> {
  return { office: app.world.offices.krabi, outgoing: await seen(outgoing), reason: 'เกษียณ', ...fields };
}

function confirm(outgoing: Person, fields: Record<string, string>) {
  const sent = orderOf(outgoing, { ...fields, confirmed: '1' });
  return { expect: async (status: number) => send(await sent).expect(status) };
}

function send(fields: object) {
  return kpi.post(PAGE).type('form').send(fields);
}

async function seen(person: Person): Promise<string> {
  const { id, version } = await storedUser(app, app.world.users[person]);
  return `${id}:${version}`;
}

async function assignmentsOf(userId: string): Promise<string[]> {
  const rows = await app.db('assignments').where({ user_id: userId }).orderBy('node_id').select('node_id');
  return rows.map(({ node_id }) => node_id);
}
