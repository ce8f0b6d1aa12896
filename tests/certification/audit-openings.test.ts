import type { Response } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { statementsDuring } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import { auditEvents, boxesOf, cleared, saveBoxes, scoreOf } from './audit-support.ts';
import { messageAfter } from './support.ts';

let app: TestApp;
let certifier: Agent;
let otherCertifier: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  otherCertifier = await signIn(app, 'krs', PEOPLE.otherCertifier);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.clock.set(WORLD_NOW);
  await app.db('round_offices').update({ sealed_at: null });
  await app.db('notices').delete();
  await cleared(app);
});

const REASON = 'ไฟล์หลักฐานไม่ตรงกับค่า';

function nodePage(node: string, act = ''): string {
  return `/krs/audit/nodes/${app.world.node(node)}${act}?round=${app.world.rounds.open}`;
}

async function send(agent: Agent, path: string, fields: object = {}): Promise<Response> {
  return agent.post(path).type('form').send(fields);
}

function ask(node: string, fields: object = {}): Promise<Response> {
  return send(certifier, nodePage(node, '/requests'), { reason: REASON, scope: 'all', ...fields });
}

function open(node: string, fields: object = {}): Promise<Response> {
  return send(kpiOffice, nodePage(node, '/openings'), { reason: REASON, scope: 'all', ...fields });
}

async function sealed(db: Pick<TestApp['db'], 'raw'>): Promise<void> {
  await db.raw(
    `insert into seals (round_id, sealed_at, sealed_by, sha256, snapshot)
     values (?, now(), ?, '\\x00', '{}')`,
    [app.world.rounds.open, app.world.users.kpiOffice],
  );
}

async function lastRequest(): Promise<{ id: string; state: string; answer: string | null }> {
  return app.db('audit_requests').orderBy('id', 'desc').first();
}

const letters = async () =>
  (await app.db('notices').orderBy('id')).map(({ user_id, data }) => [data.event, user_id, data.about]);

describe('a request', () => {
  it('of a bureau goes to the KPI office, is seen there and on its home, and is history', async () => {
    const response = await ask('3', {
      scope: 'some',
      office: [app.world.offices.krabi, app.world.offices.lampang],
    });
    expect(await messageAfter(certifier, response)).toBe('ส่งคำขอเปิด AUDIT ถึง กพร. แล้ว');
    expect(await letters()).toEqual([
      [
        'auditAsked',
        app.world.users.kpiOffice,
        [expect.stringContaining('ขั้นตอน'), 'สพป.กระบี่, สพป.ลำปาง เขต 2'],
      ],
    ]);
    expect((await kpiOffice.get('/krs')).text).toContain('มีคำขอเปิด AUDIT รอตอบ 1 คำขอ');
    expect((await kpiOffice.get('/krs/audit')).text).toContain(REASON);
    expect((await otherCertifier.get('/krs/audit')).text).not.toContain(REASON);
    expect(await auditEvents(app, '3')).toMatchObject([{ kind: 'request' }, { kind: 'request' }]);
  });

  it('is granted: AUDIT is open for these offices, and the bureau is told', async () => {
    await ask('3', { scope: 'some', office: app.world.offices.krabi });
    const { id } = await lastRequest();
    expect((await send(kpiOffice, `/krs/audit/requests/${id}/answer`, { act: 'grant' })).status).toBe(303);
    expect(await lastRequest()).toMatchObject({ state: 'granted' });
    expect(await boxesOf(app, certifier)).toHaveProperty(`audit_${app.world.node('3')}`);
    expect(await boxesOf(app, certifier, 'lampang')).not.toHaveProperty(`audit_${app.world.node('3')}`);
    expect((await letters()).map(([event]) => event)).toEqual(['auditAsked', 'auditOpened', 'auditOpened']);
    const again = await send(kpiOffice, `/krs/audit/requests/${id}/answer`, { act: 'decline', answer: 'ไม่' });
    expect(await messageAfter(kpiOffice, again)).toBe('คำขอนี้มีผู้ตอบหรือถอนไปแล้ว');
  });

  it('is declined only with a reason, which the bureau reads', async () => {
    await ask('3');
    const { id } = await lastRequest();
    const without = await send(kpiOffice, `/krs/audit/requests/${id}/answer`, {
      act: 'decline',
      answer: ' ',
    });
    expect(without.status).toBe(422);
    expect(without.text).toContain('พิมพ์เหตุผลที่ไม่เปิด');
    await send(kpiOffice, `/krs/audit/requests/${id}/answer`, { act: 'decline', answer: 'ใช้วิธีไม่รับรอง' });
    expect(await lastRequest()).toMatchObject({ state: 'declined' });
    expect((await certifier.get('/krs/audit')).text).toContain('ใช้วิธีไม่รับรอง');
    expect((await auditEvents(app, '3')).at(-1)).toMatchObject({ kind: 'decline', reason: 'ใช้วิธีไม่รับรอง' });
    expect(await boxesOf(app, certifier)).not.toHaveProperty(`audit_${app.world.node('3')}`);
  });

  it('is withdrawn by its bureau, by nobody else, and not twice; the same is not asked twice', async () => {
    await ask('3');
    expect(await messageAfter(certifier, await ask('3'))).toContain('ขอเรื่องนี้ไว้แล้ว');
    const { id } = await lastRequest();
    const path = `/krs/audit/requests/${id}/withdrawal`;
    expect((await send(otherCertifier, path)).status).toBe(404);
    expect((await send(kpiOffice, path)).status).toBe(403);
    for (const page of ['/krs/audit', `/krs/audit/requests/${id}`]) {
      expect((await certifier.get(page)).text).toContain(
        `action="${path}" data-confirm="ถอนคำขอเปิด AUDIT นี้?"`,
      );
    }
    expect(await messageAfter(certifier, await send(certifier, path))).toBe('ถอนคำขอแล้ว');
    expect(await messageAfter(certifier, await send(certifier, path))).toContain('ตอบหรือถอนไปแล้ว');
  });

  it('is refused beside what is missing, with what was typed', async () => {
    const nothing = await ask('3', { reason: '', scope: '' });
    expect(nothing.status).toBe(422);
    expect(nothing.text).toContain('audit-reason-error');
    expect(nothing.text).toContain('audit-scope-error');
    const both = await ask('3', { office: app.world.offices.krabi });
    expect(both.status).toBe(422);
    expect(both.text).toContain(REASON);
    expect(both.text).toContain(`value="${app.world.offices.krabi}" checked`);
    expect((await ask('3', { scope: 'some', office: app.world.offices.bureau9 })).status).toBe(404);
    const { krabi, lampang, secondary } = app.world.offices;
    const narrowed = await ask('3', { scope: 'some', office: secondary, q: 'ลำปาง', filter: 'tick' });
    expect(narrowed.status).toBe(200);
    expect(narrowed.text).toContain(REASON);
    expect(narrowed.text).toContain(`value="${lampang}" checked`);
    expect(narrowed.text).toContain(`<input type="hidden" name="office" value="${secondary}">`);
    expect(narrowed.text).not.toContain(`value="${krabi}"`);
    expect(await lastRequest()).toBeUndefined();
    expect((await ask('2.2')).status).toBe(404);
    app.clock.set(new Date('2019-11-20T09:00:00+07:00'));
    certifier = await signIn(app, 'krs', PEOPLE.certifier);
    const late = await ask('3');
    expect(late.status).toBe(409);
    expect(late.text).toContain('ปิดการรับรองของรอบนี้แล้ว');
    app.clock.set(WORLD_NOW);
    certifier = await signIn(app, 'krs', PEOPLE.certifier);
  });

  it('is none where several bureaus certify the variables: the KPI office gives the score', async () => {
    const variable = { id: app.world.variable('1/b') };
    await app.db('variables').where(variable).update({ bureau_id: app.world.offices.bureau1 });
    await app.db('frameworks').increment('version', 1);
    expect((await ask('1')).status).toBe(403);
    expect((await certifier.get(nodePage('1'))).text).toContain('กพร. เป็นผู้ให้คะแนน AUDIT');
    await open('1');
    expect(await boxesOf(app, certifier)).not.toHaveProperty(`audit_${app.world.node('1')}`);
    expect(await saveBoxes(app, kpiOffice, { 1: '4' })).toMatchObject({ status: 303 });
    expect((await auditEvents(app, '1')).at(-1)).toMatchObject({ kind: 'give', onBehalfOf: null });
    await app.db('variables').where(variable).update({ bureau_id: app.world.offices.bureau9 });
    await app.db('frameworks').increment('version', 1);
  });
});

describe('an opening', () => {
  it('for one office, some and all, without a request; nothing is opened twice', async () => {
    expect(
      await messageAfter(kpiOffice, await open('3', { scope: 'some', office: app.world.offices.krabi })),
    ).toBe('เปิด AUDIT 1 หน่วยงานแล้ว');
    const some = { scope: 'some', office: [app.world.offices.krabi, app.world.offices.lampang] };
    expect(await messageAfter(kpiOffice, await open('3', some))).toBe('เปิด AUDIT 1 หน่วยงานแล้ว');
    expect(await messageAfter(kpiOffice, await open('3'))).toBe('เปิด AUDIT ทุกหน่วยงานแล้ว');
    expect(await messageAfter(kpiOffice, await open('3', some))).toBe('AUDIT เปิดอยู่แล้ว');
    expect(await boxesOf(app, certifier, 'secondary')).toHaveProperty(`audit_${app.world.node('3')}`);
    expect(await auditEvents(app, '3')).toMatchObject([
      { kind: 'open', office: app.world.offices.krabi },
      { kind: 'open', office: app.world.offices.lampang },
      { kind: 'open', office: null },
    ]);
    expect((await kpiOffice.get(nodePage('3'))).text).toContain('ยังไม่มีคะแนน 3 หน่วยงาน');
  });

  it('is closed after a question; the box goes, the given score stays', async () => {
    await open('3');
    await saveBoxes(app, certifier, { 3: '4' });
    const path = nodePage('3', '/openings/closing');
    expect((await send(kpiOffice, path)).status).toBe(422);
    const { id: opening } = await app.db('audit_openings').first('id');
    const question = await send(kpiOffice, path, { opening });
    expect(question.text).toContain('ปิด AUDIT 1 รายการ?');
    expect((await send(kpiOffice, path, { opening, confirmed: '1' })).status).toBe(303);
    expect(await boxesOf(app, certifier)).not.toHaveProperty(`audit_${app.world.node('3')}`);
    expect(await scoreOf(app, '3')).toMatchObject({ score: '4.0000' });
    expect((await auditEvents(app, '3')).map(({ kind }) => kind)).toEqual(['open', 'give', 'close']);
    expect((await letters()).map(([event]) => event)).toContain('auditClosed');
    const page = await certifier.get(nodePage('3'));
    for (const text of ['เปิด AUDIT', 'ให้คะแนน', 'ปิด AUDIT', '4.0000', REASON])
      expect(page.text).toContain(text);
  });

  it('is refused in a sealed round, in which no request waits any more', async () => {
    await ask('3');
    const { id } = await lastRequest();
    await sealed(app.db);
    expect((await open('3')).status).toBe(409);
    expect((await kpiOffice.get('/krs')).text).not.toContain('มีคำขอเปิด AUDIT รอตอบ');
    const list = await kpiOffice.get('/krs/audit').expect(200);
    expect(list.text).toContain('ไม่มีคำขอที่รอตอบ');
    expect(list.text).toContain('สิ้นสุดเพราะปิดผนึก');
    expect(list.text).not.toContain('chip-pending');
    const page = await certifier.get(`/krs/audit/requests/${id}`).expect(200);
    expect(page.text).toContain('สิ้นสุดเพราะปิดผนึก');
    expect(page.text).not.toContain('/withdrawal');
    const stale = await send(certifier, `/krs/audit/requests/${id}/withdrawal`);
    expect(await messageAfter(certifier, stale)).toContain('คำขอนี้สิ้นสุดแล้ว');
    expect(await lastRequest()).toMatchObject({ state: 'open' });
    expect((await kpiOffice.get(nodePage('3'))).text).toContain('รอบนี้ปิดผนึกแล้ว');
    await app.db.raw('truncate seals');
  });

  it('waits for a seal in progress, and is refused by it; so are its end and an answer', async () => {
    await open('3');
    const { id: opening } = await app.db('audit_openings').first('id');
    await ask('1');
    const { id } = await lastRequest();
    const late = await app.db.transaction(async (trx) => {
      await trx.raw('select from rounds where id = ? for no key update', [app.world.rounds.open]);
      await sealed(trx);
      const answers = Promise.all([
        open('1'),
        send(kpiOffice, nodePage('3', '/openings/closing'), { opening, confirmed: '1' }),
        send(kpiOffice, `/krs/audit/requests/${id}/answer`, { act: 'grant' }),
      ]);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return { answers };
    });
    expect((await late.answers).map(({ status }) => status)).toEqual([409, 409, 409]);
    expect(await app.db('audit_openings')).toMatchObject([{ id: opening, closed_at: null }]);
    expect(await lastRequest()).toMatchObject({ state: 'open' });
    await app.db.raw('truncate seals');
  });

  it('takes as many statements for three offices as for one', async () => {
    const { krabi, lampang, secondary } = app.world.offices;
    const one = await statementsDuring(app.db, () => open('3', { scope: 'some', office: krabi }));
    const some = { scope: 'some', office: [krabi, lampang, secondary] };
    const three = await statementsDuring(app.db, () => open('1', some));
    expect(three.length).toBe(one.length);
  });
});
