import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemRegistry } from '../../src/systems/registry.ts';
import { settingProblems } from '../../src/systems/rules.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

const PAGE = '/krs/settings';
const FORM = {
  idleMinutes: '60',
  absoluteHours: '12',
  passwordMinBytes: '8',
  loginHistoryDays: '730',
  maxFileMegabytes: '10',
};

let app: TestApp;
let kpi: Agent;

beforeAll(async () => {
  app = await startTestApp();
  kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

/** Back to the defaults, as if saved by somebody: the page's version goes on counting. */
beforeEach(async () => {
  await save({ ...FORM, version: await version(), confirmed: '1' });
});

describe('the settings page', () => {
  it('shows each setting with its limits, and who has a second factor', async () => {
    const { text } = await kpi.get(PAGE).expect(200);
    expect(text).toContain('name="idleMinutes" type="text" value="60"');
    expect(text).toContain('จำนวนเต็ม 5 ถึง 480');
    expect(text).toContain('ตั้งค่าแล้ว 0 จาก 2 คน');
  });

  it('stores what was typed, with a line of history, and shows both', async () => {
    const before = await events();
    await save({
      ...FORM,
      idleMinutes: '๓๐',
      version: await version(),
      secondFactorRoles: ['certifier'],
    }).expect(303);
    const { text } = await kpi.get(PAGE).expect(200);
    expect(text).toContain('name="idleMinutes" type="text" value="30"');
    expect(text).toContain('value="certifier" checked');
    expect(await events()).toHaveLength(before.length + 1);
    const [event] = (await events()).slice(-1);
    expect(event.by_user_id).toBe(app.world.users.kpiOffice);
    expect(event.before).toMatchObject({ idleMinutes: 60, secondFactorRoles: [] });
    expect(event.after).toMatchObject({ idleMinutes: 30, secondFactorRoles: ['certifier'] });
    expect(text).toContain('กลาง พัฒนาระบบ');
    expect((await kpi.get('/ars/settings')).status).toBe(303);
    expect((await app.db('systems').where({ code: 'ars' }).first('settings')).settings).toEqual({});
  });

  it('writes nothing when nothing differs', async () => {
    const [before, count] = [await version(), (await events()).length];
    await save({ ...FORM, version: before }).expect(303);
    expect(await version()).toBe(before);
    expect(await events()).toHaveLength(count);
  });

  it.each([
    ['idleMinutes', '4', 'กรอกค่าตั้งแต่ 5 ถึง 480'],
    ['idleMinutes', '481', 'กรอกค่าตั้งแต่ 5 ถึง 480'],
    ['absoluteHours', '25', 'กรอกค่าตั้งแต่ 1 ถึง 24'],
    ['passwordMinBytes', '7', 'กรอกค่าตั้งแต่ 8 ถึง 72'],
    ['passwordMinBytes', '73', 'กรอกค่าตั้งแต่ 8 ถึง 72'],
    ['loginHistoryDays', '3651', 'กรอกค่าตั้งแต่ 30 ถึง 3,650'],
    ['maxFileMegabytes', '0', 'กรอกค่าตั้งแต่ 1 ถึง 100'],
    ['maxFileMegabytes', '101', 'กรอกค่าตั้งแต่ 1 ถึง 100'],
    ['loginHistoryDays', '', 'กรอกเป็นจำนวนเต็ม'],
    ['absoluteHours', '1.5', 'กรอกเป็นจำนวนเต็ม'],
    ['absoluteHours', '"><script>', 'กรอกเป็นจำนวนเต็ม'],
  ])('refuses %s = %s beside the field and keeps what was typed', async (name, typed, message) => {
    const stored = await version();
    const { text } = await save({
      ...FORM,
      [name]: typed,
      version: stored,
      secondFactorRoles: 'reporter',
    }).expect(422);
    expect(text).toMatch(new RegExp(`id="field-${name}-error">${message}<`));
    const shown = typed.replace('"><script>', '&#34;&gt;&lt;script&gt;');
    expect(text).toContain(`name="${name}" type="text" value="${shown}"`);
    expect(text).toContain('value="reporter" checked');
    expect(await version()).toBe(stored);
  });

  it('refuses an idle time longer than the session', async () => {
    const typed = { ...FORM, idleMinutes: '90', absoluteHours: '1', version: await version() };
    const { text } = await save(typed).expect(422);
    expect(text).toMatch(/id="field-idleMinutes-error">ต้องไม่นานกว่า/);
  });

  it.each([
    { secondFactorRoles: 'root' },
    { version: 'x' },
    { version: '' },
    { idleMinutes: ['1', '2'] },
    { idleMinutes: '9'.repeat(60) },
  ])('cannot read %o', async (change) => {
    await save({ ...FORM, version: await version(), ...change }).expect(400);
  });

  it('is complete in English', async () => {
    await kpi.post('/krs/language').type('form').send({ locale: 'en' }).expect(303);
    const { text } = await kpi.get(PAGE).expect(200);
    await kpi.post('/krs/language').type('form').send({ locale: 'th' }).expect(303);
    expect(text).toContain('Keep the login history for (days)');
    expect(text).toContain('Administrator of a district office');
  });
});

describe('two editors', () => {
  it('do not overwrite each other silently', async () => {
    const seen = await version();
    await save({ ...FORM, idleMinutes: '45', version: seen }).expect(303);
    const { text } = await save({ ...FORM, absoluteHours: '10', version: seen }).expect(409);
    expect(text).toContain('กลาง พัฒนาระบบ แก้ไขการตั้งค่าเมื่อ');
    expect(text).toContain('name="absoluteHours" type="text" value="10"');
    expect(text).toMatch(/id="field-idleMinutes-error">ขณะนี้ในระบบเป็น 45</);
    expect(text).toContain(`name="version" value="${await version()}"`);
    expect((await stored()).absoluteHours).toBe(12);
  });

  it('saving at the same moment: one of them is told', async () => {
    const seen = await version();
    const answers = await Promise.all(
      ['30', '40', '50'].map((idleMinutes) => save({ ...FORM, idleMinutes, version: seen })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409, 409]);
  });
});

describe('a second factor for the own role', () => {
  it('is asked about before it is stored', async () => {
    const typed = { ...FORM, version: await version(), secondFactorRoles: ['kpi_office', 'reporter'] };
    const { text } = await save(typed).expect(200);
    expect(text).toContain('ท่านยังไม่ได้ตั้งค่าการยืนยันตัวตนสองขั้น');
    expect(text).toContain('name="secondFactorRoles" value="reporter"');
    expect((await stored()).secondFactorRoles).toEqual([]);
  });

  it('is stored at once by somebody who has one', async () => {
    const account = app.db('users').where({ id: app.world.users.kpiOffice });
    await account.clone().update({ totp_secret: 'encrypted' });
    const typed = { ...FORM, version: await version(), secondFactorRoles: ['kpi_office'] };
    await save(typed).expect(303);
    expect((await stored()).secondFactorRoles).toEqual(['kpi_office']);
    await account.clone().update({ totp_secret: null });
    await app.db('systems').where({ code: 'krs' }).update({ settings: {} });
  });
});

describe('limits of sessions', () => {
  it('count at once for people who are signed in', async () => {
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const [seen, now] = [await version(), app.clock.now()];
    app.clock.advance(20);
    await save({ ...FORM, idleMinutes: '15', version: seen }).expect(303);
    const answer = await owner.get('/krs').expect(303);
    expect(answer.headers.location).toMatch(/^\/krs\/login/);
    const other = await signIn(app, 'krs', PEOPLE.owner);
    await save({ ...FORM, idleMinutes: '60', absoluteHours: '1', version: await version() }).expect(303);
    app.clock.advance(50);
    await other.get('/krs').expect(200);
    app.clock.advance(11);
    await other.get('/krs').expect(303);
    app.clock.set(now);
    kpi = await signIn(app, 'krs', PEOPLE.kpiOffice);
  });

  it('reach past a read that was under way while they were saved', async () => {
    const systems = systemRegistry(app.db);
    const reading = systems.list();
    systems.forget();
    await reading;
    await app
      .db('systems')
      .where({ code: 'krs' })
      .update({ settings: { idleMinutes: 33 } });
    expect((await systems.find('krs'))?.settings.idleMinutes).toBe(33);
    await app.db('systems').where({ code: 'krs' }).update({ settings: {} });
    expect((await systems.find('krs'))?.settings.idleMinutes).toBe(33);
    systems.forget();
    expect((await systems.find('krs'))?.settings.idleMinutes).toBe(60);
  });
});

describe('the rules', () => {
  it('say nothing of settings at their limits', () => {
    const highest = {
      idleMinutes: 480,
      absoluteHours: 24,
      passwordMinBytes: 72,
      loginHistoryDays: 3650,
      maxFileMegabytes: 100,
    };
    const lowest = {
      idleMinutes: 5,
      absoluteHours: 1,
      passwordMinBytes: 8,
      loginHistoryDays: 30,
      maxFileMegabytes: 1,
    };
    expect(settingProblems(highest)).toEqual({});
    expect(settingProblems(lowest)).toEqual({});
    expect(settingProblems({ ...lowest, idleMinutes: 60 })).toEqual({});
    expect(settingProblems({ ...lowest, idleMinutes: 61 })).toEqual({ idleMinutes: 'idleLongerThanSession' });
  });

  it('of history hold in the database, too', async () => {
    await expect(app.db('settings_events').update({ at: new Date() })).rejects.toThrow(/append-only/);
    await expect(app.db('settings_events').delete()).rejects.toThrow(/append-only/);
  });
});

function save(fields: object) {
  return kpi.post(PAGE).type('form').send(fields);
}

async function version(): Promise<string> {
  const row = await app.db('systems').where({ code: 'krs' }).first({ version: 'settings_version' });
  return String(row.version);
}

async function stored() {
  return (await app.db('systems').where({ code: 'krs' }).first('settings')).settings;
}

function events() {
  return app.db('settings_events').orderBy('id');
}
