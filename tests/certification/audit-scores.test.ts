import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../reports/support.ts';
import { statementsDuring } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import { auditEvents, boxesOf, cleared, officePage, opened, saveBoxes, scoreOf } from './audit-support.ts';
import { given, messageAfter, refreshAll, rowOf, scoreDifferences } from './support.ts';

let app: TestApp;
let certifier: Agent;
let bureauAdmin: Agent;
let kpiOffice: Agent;

const CERTIFICATION_OVER = new Date('2019-11-20T09:00:00+07:00');

beforeAll(async () => {
  app = await startTestApp();
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  bureauAdmin = await signIn(app, 'krs', PEOPLE.bureauAdmin);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.clock.set(WORLD_NOW);
  await app.db('round_offices').update({ sealed_at: null });
  await cleared(app);
});

async function certifiedScore(node: string): Promise<string> {
  const row = await app
    .db('scores')
    .where({
      round_id: app.world.rounds.open,
      office_id: app.world.offices.krabi,
      node_id: app.world.node(node),
    })
    .first('certified');
  return row?.certified;
}

describe('the boxes', () => {
  it('stand where AUDIT is open for the office and the person gives the score, and nowhere else', async () => {
    await opened(app, '1', 'krabi');
    await opened(app, '3');
    await opened(app, '2.2');
    const box = (node: string) => `audit_${app.world.node(node)}`;
    const krabi = await boxesOf(app, certifier);
    expect(Object.keys(krabi)).toEqual(expect.arrayContaining([box('1'), box('3')]));
    expect(Object.keys(krabi)).not.toContain(box('2.2'));
    expect(Object.keys(await boxesOf(app, certifier, 'lampang'))).not.toContain(box('1'));
    expect(Object.keys(await boxesOf(app, kpiOffice))).toEqual(
      expect.arrayContaining([box('1'), box('2.2'), box('3')]),
    );
    expect((await certifier.get(officePage(app))).text).toContain('formaction="/krs/certify/audit"');
    await cleared(app);
    expect((await certifier.get(officePage(app))).text).not.toContain('formaction="/krs/certify/audit"');
  });

  it('stand for every office in the mode of the framework, without an opening', async () => {
    await app
      .db('sub_indicators')
      .where({ node_id: app.world.node('2.1') })
      .update({ mode: 'audit' });
    await app.db('frameworks').update({ version: app.db.raw('version + 1') });
    expect(await boxesOf(app, certifier, 'secondary')).toHaveProperty(`audit_${app.world.node('2.1')}`);
    await app.db('sub_indicators').update({ mode: 'normal' });
    await app.db('frameworks').update({ version: app.db.raw('version + 1') });
  });
});

describe('giving a score', () => {
  it.each([
    ['4', '4.0000'],
    ['๓.๕', '3.5000'],
    [' 4.1234 ', '4.1234'],
    ['1', '1.0000'],
    ['5.0000', '5.0000'],
  ])('understands %s as %s, replaces the computed score and counts as decided', async (typed, stored) => {
    await opened(app, '3');
    const id = await given(app, 'krabi', '3/1.', 'pending');
    expect((await saveBoxes(app, certifier, { 3: typed })).status).toBe(303);
    expect(await scoreOf(app, '3')).toMatchObject({ score: stored, by: app.world.users.certifier });
    expect(await certifiedScore('3')).toBe(stored);
    expect(await auditEvents(app, '3')).toMatchObject([
      { kind: 'give', before: null, after: stored, onBehalfOf: null },
    ]);
    expect(await scoreDifferences(app)).toEqual([]);
    const { text } = await certifier.get(officePage(app));
    expect(rowOf(text, id)).toContain('data-group="audited"');
  });

  it.each([
    ['', 303],
    ['0.9999', 422],
    ['5.0001', 422],
    ['4.12345', 422],
    ['สี่', 422],
    ['4,5', 422],
    ['1e0', 422],
    ['-4', 422],
    ['NaN', 422],
  ])('answers %j with %i, and what was refused stays in its box beside a message', async (typed, status) => {
    await opened(app, '1');
    await opened(app, '3');
    const response = await saveBoxes(app, certifier, { 3: typed, 1: status === 422 ? '4' : '' });
    expect(response.status).toBe(status);
    expect(await scoreOf(app, '3')).toBeUndefined();
    expect(await scoreOf(app, '1')).toBeUndefined();
    if (status === 303) return;
    expect(response.text).toContain(`name="audit_${app.world.node('3')}" value="${typed}"`);
    expect(response.text).toContain(`name="audit_${app.world.node('1')}" value="4"`);
    expect(response.text).toContain(`id="ap${app.world.node('3')}"`);
    expect(response.text).not.toContain(`id="ap${app.world.node('1')}"`);
  });

  it('saves all boxes of the form and says how many', async () => {
    await opened(app, '1');
    await opened(app, '3');
    const response = await saveBoxes(app, certifier, { 1: '2', 3: '3' });
    expect(await messageAfter(certifier, response)).toBe('บันทึกคะแนน AUDIT 2 ตัวชี้วัดแล้ว');
    expect(await messageAfter(certifier, await saveBoxes(app, certifier, {}))).toBe(
      'คะแนน AUDIT ไม่มีการเปลี่ยนแปลง',
    );
  });

  it('is answered for htmx with box, rows, scores and message', async () => {
    await opened(app, '3');
    const id = await given(app, 'krabi', '3/1.', 'pending');
    const response = await saveBoxes(app, certifier, { 3: '4.5' }, { htmx: true });
    expect(response.status).toBe(200);
    expect(response.text).toContain(`id="a${app.world.node('3')}" hx-swap-oob=true`);
    expect(response.text).toContain(`id="s${app.world.node('C2')}" hx-swap-oob=true`);
    expect(rowOf(response.text, id)).toContain('data-group="audited"');
    expect(response.text).toContain('บันทึกคะแนน AUDIT 1 ตัวชี้วัดแล้ว');
    expect((await saveBoxes(app, certifier, { 3: '6' }, { htmx: true })).status).toBe(422);
  });

  it("in a bureau's stead names the person and the bureau, and tells the bureau", async () => {
    await opened(app, '3');
    expect((await saveBoxes(app, kpiOffice, { 3: '4' })).status).toBe(303);
    expect(await auditEvents(app, '3')).toMatchObject([
      { kind: 'give', by: app.world.users.kpiOffice, onBehalfOf: app.world.offices.bureau9 },
    ]);
    expect((await certifier.get(officePage(app))).text).toContain('โดย กลาง พัฒนาระบบ แทน สคส.');
    const [notice] = await app.db('notices').orderBy('id', 'desc').limit(1);
    expect(notice).toMatchObject({ kind: 'workshop', data: { event: 'auditScored' } });
  });
});

describe('two certifiers', () => {
  it('never overwrite each other: the later one is told, the rest is saved, and may then decide', async () => {
    await opened(app, '1');
    await opened(app, '3');
    const fields = await boxesOf(app, certifier);
    expect((await saveBoxes(app, bureauAdmin, { 3: '2' })).status).toBe(303);
    const late = await saveBoxes(app, certifier, { 1: '5', 3: '4' }, { fields });
    expect(late.status).toBe(409);
    expect(await scoreOf(app, '3')).toMatchObject({ score: '2.0000' });
    expect(await scoreOf(app, '1')).toMatchObject({ score: '5.0000' });
    expect(late.text).toContain('หัวหน้า คลัง ให้คะแนน 2.0000');
    expect(late.text).toContain(`name="audit_${app.world.node('3')}" value="4"`);
    const seen = `name="auditSeen_${app.world.node('3')}" value="`;
    expect(late.text).toContain(`${seen}1:2.0000"`);
    expect((await saveBoxes(app, certifier, { 3: '4' })).status).toBe(303);
    expect(await scoreOf(app, '3')).toMatchObject({ score: '4.0000', version: 2 });
  });

  it('at the same moment: one score is given, the other person is told', async () => {
    await opened(app, '3');
    await refreshAll(app);
    const fields = await boxesOf(app, certifier);
    const answers = await Promise.all([
      saveBoxes(app, certifier, { 3: '2' }, { fields }),
      saveBoxes(app, bureauAdmin, { 3: '4' }, { fields }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await auditEvents(app, '3')).toHaveLength(1);
    expect(await scoreDifferences(app)).toEqual([]);
  });

  it('are told where the score was withdrawn and given anew meanwhile', async () => {
    await opened(app, '3');
    await saveBoxes(app, certifier, { 3: '4' });
    const fields = await boxesOf(app, certifier);
    await saveBoxes(app, bureauAdmin, { 3: '' }, { confirmed: true });
    expect((await saveBoxes(app, certifier, { 3: '5' }, { fields })).text).toContain('มีผู้ถอนคะแนนนี้');
    await saveBoxes(app, bureauAdmin, { 3: '4' });
    expect((await saveBoxes(app, certifier, { 3: '5' }, { fields })).status).toBe(409);
    expect(await scoreOf(app, '3')).toMatchObject({ score: '4.0000' });
  });
});

describe('a revision after the page was opened', () => {
  it('leaves out what is not scored any more and tells it as typed; the rest is given', async () => {
    for (const node of ['1', '2.1', '3']) await opened(app, node);
    const fields = await boxesOf(app, certifier);
    const retired = app.db('framework_nodes').where({ id: app.world.node('2.1') });
    const due = app.db('variable_rounds').where({ round_kind: '12M' });
    const ofThree = await due.clone().whereIn(
      'variable_id',
      [1, 2, 3, 4, 5].map((n) => app.world.variable(`3/${n}.`)),
    );
    await retired.clone().update({ retired: true });
    await due
      .clone()
      .whereIn(
        'variable_id',
        ofThree.map(({ variable_id }) => variable_id),
      )
      .delete();
    await app.db('frameworks').update({ version: app.db.raw('version + 1') });
    const answer = await saveBoxes(app, certifier, { 1: '2', '2.1': '3', 3: '4.25' }, { fields });
    expect(answer.status).toBe(409);
    const told = textOf(answer.text);
    expect(told).toContain('บันทึกคะแนน AUDIT 1 ตัวชี้วัดแล้ว');
    expect(told).toContain('2.1 การจัดทำแผนปฏิบัติราชการ: 3 – ไม่ต้องรายงานในรอบนี้แล้ว');
    expect(told).toContain('3 ขั้นตอนการพัฒนาองค์กร: 4.25 – ไม่ต้องรายงานในรอบนี้แล้ว');
    expect(await scoreOf(app, '1')).toMatchObject({ score: '2.0000' });
    expect([await scoreOf(app, '2.1'), await scoreOf(app, '3')]).toEqual([undefined, undefined]);
    // whose box nobody touched is not even spoken of
    expect((await saveBoxes(app, certifier, {}, { fields })).status).toBe(303);
    const alone = await saveBoxes(app, certifier, { 3: '5' }, { fields, htmx: true });
    expect(alone.status).toBe(409);
    expect(alone.text).toContain('ไม่ได้บันทึกคะแนน 1 ช่อง เพราะ');
    const foreign = { ...fields, audit_999999: '4', auditSeen_999999: '0:' };
    expect((await saveBoxes(app, certifier, {}, { fields: foreign })).status).toBe(404);
    await retired.clone().update({ retired: false });
    await app.db('variable_rounds').insert(ofThree);
    await app.db('frameworks').update({ version: app.db.raw('version + 1') });
  });
});

describe('withdrawing', () => {
  it('asks first, then the computed score is back; history stays', async () => {
    await opened(app, '3');
    await saveBoxes(app, certifier, { 3: '4' });
    const question = await saveBoxes(app, certifier, { 3: '' });
    expect(question.status).toBe(200);
    expect(question.text).toContain('ถอนคะแนน AUDIT 1 ตัวชี้วัด?');
    expect(await scoreOf(app, '3')).toBeDefined();
    expect((await saveBoxes(app, certifier, { 3: '' }, { htmx: true })).headers['hx-retarget']).toBe(
      '#decision',
    );
    expect((await saveBoxes(app, certifier, { 3: '' }, { confirmed: true })).status).toBe(303);
    expect(await scoreOf(app, '3')).toBeUndefined();
    expect(await certifiedScore('3')).toBe('1.0000');
    expect((await auditEvents(app, '3')).map(({ kind }) => kind)).toEqual(['give', 'withdraw']);
  });

  it('is possible after the opening was closed; a score is not given any more', async () => {
    await opened(app, '3');
    await saveBoxes(app, certifier, { 3: '4' });
    const fields = await boxesOf(app, certifier);
    await app.db('audit_openings').update({ closed_at: app.clock.now() });
    expect(await certifiedScore('3')).toBe('4.0000');
    const late = await saveBoxes(app, certifier, { 3: '5' }, { fields });
    expect(late.status).toBe(409);
    expect(late.text).toContain('AUDIT ของตัวชี้วัดนี้ปิดแล้ว ท่านกรอกไว้ 5');
    const { text } = await certifier.get(officePage(app));
    expect(text).not.toContain(`name="audit_${app.world.node('3')}"`);
    expect(text).toContain(`name="withdraw" value="${app.world.node('3')}"`);
    const withdraw = { ...(await boxesOf(app, certifier)), withdraw: app.world.node('3') };
    expect((await saveBoxes(app, certifier, {}, { fields: withdraw })).text).toContain('ถอนคะแนน AUDIT 1');
    await saveBoxes(app, certifier, {}, { fields: withdraw, confirmed: true });
    expect(await scoreOf(app, '3')).toBeUndefined();
  });
});

describe('statements', () => {
  it('are as many for one score as for three', async () => {
    for (const node of ['1', '2.1', '3']) await opened(app, node);
    const fields = await boxesOf(app, certifier);
    const one = await statementsDuring(app.db, () => saveBoxes(app, certifier, { 1: '2' }, { fields }));
    const seen = await boxesOf(app, certifier);
    const three = await statementsDuring(app.db, () =>
      saveBoxes(app, certifier, { 1: '3', '2.1': '4', 3: '5' }, { fields: seen }),
    );
    expect(three.length).toBe(one.length);
  });
});

describe('the time for scores', () => {
  it('ends with certification for bureaus, for the KPI office with the seal', async () => {
    await opened(app, '3');
    const fields = await boxesOf(app, certifier);
    app.clock.set(CERTIFICATION_OVER);
    certifier = await signIn(app, 'krs', PEOPLE.certifier);
    kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const late = await saveBoxes(app, certifier, { 3: '4' }, { fields });
    expect(late.status).toBe(409);
    expect(late.text).toContain('ปิดการรับรองแล้ว ท่านกรอกไว้ 4');
    expect((await saveBoxes(app, kpiOffice, { 3: '4' })).status).toBe(303);
    const seen = await boxesOf(app, kpiOffice);
    await app.db('round_offices').update({ sealed_at: app.clock.now() });
    expect((await saveBoxes(app, kpiOffice, { 3: '2' }, { fields: seen })).status).toBe(409);
    expect(await scoreOf(app, '3')).toMatchObject({ score: '4.0000' });
  });
});
