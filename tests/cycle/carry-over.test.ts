import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { carryOver } from '../../src/cycle/carry-over/actions.ts';
import { loadFramework } from '../../src/framework/queries.ts';
import { refreshAll, rowOf, scoreDifferences } from '../certification/support.ts';
import { entryFields } from '../support/entry-form.ts';
import { runJobs } from '../support/jobs.ts';
import { statementsDuring } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type WorldRound } from '../support/world.ts';

let app: TestApp;
let kpiOffice: Agent;
let certifier: Agent;
let owner: Agent;
let version = 1;

beforeAll(async () => {
  app = await startTestApp();
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  owner = await signIn(app, 'krs', PEOPLE.owner);
});
afterAll(() => app.stop());
beforeEach(async () => {
  await app.db.raw('truncate audit_events, audit_scores, entry_events, round_events');
  await app.db('round_offices').update({ sealed_at: null });
  await blank('open', {});
  await flagged();
});

/** Exactly these variables are flagged. */
async function flagged(...variables: string[]): Promise<void> {
  const ids = variables.map((code) => app.world.variable(code));
  await app.db('variables').update({ carry_over: app.db.raw('id = any(?)', [ids]) });
  const [row] = await app.db('frameworks').increment('version', 1).returning('version');
  version = row.version;
}

async function blank(round: WorldRound, where: object): Promise<void> {
  await app
    .db('entry_rows')
    .where({ round_id: app.world.rounds[round], ...where })
    .update({
      ...{ value: null, status: 'unreported', reason: null, reported_by: null, reported_at: null },
      ...{ decided_by: null, decided_at: null, carried_from_id: null },
    });
}

/** What krabi has in the past round. */
async function past(variable: string, change: object): Promise<string> {
  const id = await app.world.entry('past', 'krabi', variable);
  await app.db('entries').where({ id }).update(change);
  return id;
}

async function present(variable: string) {
  const id = await app.world.entry('open', 'krabi', variable);
  return app
    .db('entries')
    .where({ id })
    .first('id', 'value', 'status', 'reason', 'carried_from_id', 'reported_by', 'decided_by', 'decided_at');
}

async function carry() {
  const framework = await loadFramework(app.db, app.world.frameworkId, version);
  const options = { userId: app.world.users.kpiOffice, now: app.clock.now() };
  return app.db.transaction((trx) =>
    carryOver(trx, framework, { id: app.world.rounds.open, kind: '12M' }, options),
  );
}

const page = () => `/krs/rounds/${app.world.rounds.open}/carry-over`;

describe('what is carried', () => {
  it.each([
    ['pending', '4', null],
    ['certified', '4', null],
    ['rejected', '4', 'ไม่มีหลักฐาน'],
    ['rejected', null, 'พ้นกำหนด'],
  ])(
    '%s %s: value, status, reason, who reported and decided, with history',
    async (status, value, reason) => {
      await flagged('2.2/a');
      const decided = status === 'pending' ? {} : { decided_by: app.world.users.otherCertifier };
      const from = await past('2.2/a', { status, value, reason, decided_by: null, ...decided });
      const source = await app.db('entries').where({ id: from }).first();
      expect(await carry()).toMatchObject({ entries: 1, auditScores: 0, offices: [{ officeType: 'สพป' }] });
      const entry = await present('2.2/a');
      expect(entry).toMatchObject({ value, status, reason, carried_from_id: from });
      expect(entry).toMatchObject({ reported_by: source.reported_by, decided_at: source.decided_at });
      const events = await app.db('entry_events').where({ entry_id: entry.id });
      expect(events).toMatchObject([
        { kind: 'carry', status_before: 'unreported', status_after: status, value_after: value, reason },
      ]);
      await past('2.2/a', { status: 'certified', value: '3', reason: null });
    },
  );

  it('central data stay certified; what was unreported, not flagged or not due is not carried', async () => {
    await flagged('4/a', '5/a', '6/a');
    expect(await carry()).toMatchObject({ entries: 1 });
    expect(await present('4/a')).toMatchObject({ value: '15', status: 'certified' });
    expect(await present('4/b')).toMatchObject({ status: 'unreported', carried_from_id: null });
    expect(await present('5/a')).toMatchObject({ status: 'unreported' });
  });

  it('is never what was reported in the new round, nor what was carried before', async () => {
    await flagged('1/a', '1/b');
    const id = await app.world.entry('open', 'krabi', '1/a');
    await app.db('entries').where({ id }).update({ value: '9', status: 'pending' });
    expect(await carry()).toMatchObject({ entries: 1 });
    expect(await present('1/a')).toMatchObject({ value: '9', carried_from_id: null });
    await app
      .db('entries')
      .where({ id: (await present('1/b')).id })
      .update({ value: null, status: 'unreported' });
    expect(await carry()).toMatchObject({ entries: 0, offices: [] });
  });

  it('stays within the fiscal year, and out of a sealed round', async () => {
    await flagged('1/a');
    const framework = await loadFramework(app.db, app.world.frameworkId, version);
    const options = { userId: app.world.users.kpiOffice, now: app.clock.now() };
    const first = { id: app.world.rounds.past, kind: '6M' };
    expect(await app.db.transaction((trx) => carryOver(trx, framework, first, options))).toMatchObject({
      entries: 0,
    });
    await app
      .db('round_offices')
      .where({ round_id: app.world.rounds.open })
      .update({ sealed_at: app.clock.now() });
    await expect(carry()).rejects.toMatchObject({ code: 'sealed' });
  });

  it('is never a value that the new round does not admit: it is left out and counted', async () => {
    await flagged('1/a', '1/b', '2.2/a');
    const variables = app.db('variables').whereIn('id', [app.world.variable('1/a')]);
    const before = await variables.clone().first('kind', 'decimals', 'min', 'max');
    const changes = [{ kind: 'yes_no', min: 0, max: 1 }, { max: 39 }, { min: 41 }, { kind: 'level', max: 5 }];
    for (const change of changes) {
      await variables.clone().update({ ...before, ...change });
      await flagged('1/a', '1/b');
      expect(await carry(), JSON.stringify(change)).toMatchObject({ entries: 1, misfits: 1 });
      expect(await present('1/a')).toMatchObject({
        value: null,
        status: 'unreported',
        carried_from_id: null,
      });
      await app.db.raw('truncate entry_events');
      await blank('open', {});
    }
    const seen = await kpiOffice.get(page()).expect(200);
    expect(seen.text).toContain('ไม่ยกมา 1 รายการ เพราะค่าไม่อยู่ในชนิดหรือช่วงที่ตัวแปรรับ');
    await variables.clone().update(before);
  });

  it('are the same number of statements for one variable and for all', async () => {
    await flagged('2.1/1.');
    const one = await statementsDuring(app.db, carry);
    await blank('open', {});
    await flagged('1/a', '1/b', '2.2/a', '3/1.', '3/2.', '4/a');
    expect((await statementsDuring(app.db, carry)).length).toBe(one.length);
  });
});

describe('AUDIT scores', () => {
  async function given(node: string): Promise<void> {
    const place = { office_id: app.world.offices.krabi, node_id: app.world.node(node) };
    const score = { score: '4.5', given_by: app.world.users.certifier };
    await app.db('audit_scores').insert({ ...place, ...score, round_id: app.world.rounds.past });
  }
  const scores = () => app.db('audit_scores').where({ round_id: app.world.rounds.open });

  it('are carried where all variables of the sub-indicator are flagged, once', async () => {
    await given('1');
    await flagged('1/a');
    expect(await carry()).toMatchObject({ auditScores: 0 });
    await flagged('1/a', '1/b');
    expect(await carry()).toMatchObject({ auditScores: 1 });
    expect(await scores()).toMatchObject([{ score: '4.5000', carried_from_round_id: app.world.rounds.past }]);
    expect(await app.db('audit_events').where({ round_id: app.world.rounds.open })).toMatchObject([
      { kind: 'carry', score_after: '4.5000' },
    ]);
    await app.db('audit_scores').where({ round_id: app.world.rounds.open }).delete();
    expect(await carry()).toMatchObject({ auditScores: 0 });
  });

  it('are not carried where the office has reported anew', async () => {
    await given('2.1');
    await flagged('2.1/1.');
    const id = await app.world.entry('open', 'krabi', '2.1/1.');
    await app.db('entries').where({ id }).update({ value: '0', status: 'pending' });
    expect(await carry()).toMatchObject({ entries: 0, auditScores: 0 });
  });
});

describe('in the new round', () => {
  it('lists and pages say where a value came from, and its documents count', async () => {
    await flagged('1/a', '2.1/1.');
    await carry();
    const { id } = await present('1/a');
    const round = app.world.rounds.open;
    await app.db.raw(
      `with file as (insert into stored_files (key, original_name, size, sha256)
                     values ('carried', 'หลักฐาน.pdf', 1, '\\x00') returning id)
       insert into thread_items (system_id, round_id, office_id, variable_id, kind, text, side, sender_id,
                                 sender_office_id, file_id)
       select :system, :past, :office, :variable, 'document', 'หลักฐาน', 'office', :user, :office, id from file`,
      {
        system: app.world.systems.krs,
        past: app.world.rounds.past,
        office: app.world.offices.krabi,
        variable: app.world.variable('1/a'),
        user: app.world.users.owner,
      },
    );
    const list = await certifier.get(
      `/krs/certify/variables?round=${round}&variable=${app.world.variable('1/a')}`,
    );
    expect(rowOf(list.text, id)).toContain('ยกมาจาก รอบที่ 1 ปี 62');
    expect(rowOf(list.text, id)).toContain('<span data-evidence>1</span>');
    const entry = await owner.get(`/krs/entry?round=${round}`);
    expect(rowOf(entry.text, id)).toContain('ยกมาจาก รอบที่ 1 ปี 62');
    expect(rowOf(entry.text, id)).toContain('<span data-evidence>1</span>');
    expect(entry.text).not.toContain(`name="value_${id}"`);
  });

  it('a certified value is locked; cancelled, it is pending and can be changed, and then is no carried one', async () => {
    await flagged('2.1/1.');
    await carry();
    const { id } = await present('2.1/1.');
    const round = app.world.rounds.open;
    const save = async (value: string) =>
      (
        await owner
          .post(`/krs/entry?round=${round}`)
          .type('form')
          .send(await entryFields(app.db, { [id]: value }))
      ).status;
    expect(await save('0')).toBe(409);
    const seen = await app.db('entries').where({ id }).first('version');
    const cancel = certifier.post(`/krs/certify/entries/${id}/certification/delete`).type('form');
    await cancel.send({ version: String(seen.version) }).expect(303);
    expect(await present('2.1/1.')).toMatchObject({ status: 'pending', value: '1' });
    expect(await save('0')).toBe(303);
    expect(await present('2.1/1.')).toMatchObject({ status: 'pending', value: '0', carried_from_id: null });
  });
});

describe('carry over now', () => {
  it('says how many entries of which variables, and does it as a task with scores and history', async () => {
    await flagged('1/a', '1/b', '4/a', '4/b');
    await refreshAll(app);
    const before = await kpiOffice.get(page()).expect(200);
    expect(before.text).toContain('จะยกมา 4 รายการ');
    const ofRound = await kpiOffice.get(`/krs/rounds/${app.world.rounds.open}`).expect(200);
    expect(ofRound.text).toContain('รับรองต่อเนื่อง (ยกมาได้ 4 รายการ)');
    const started = await kpiOffice.post(page()).expect(303);
    expect(started.headers.location).toMatch(/^\/krs\/tasks\/\d+$/);
    await runJobs(app);
    const task = await kpiOffice.get(String(started.headers.location)).expect(200);
    expect(task.text).toContain('ยกข้อมูลมาแล้ว 4 รายการ ของ 1 หน่วยงาน');
    expect(await present('1/a')).toMatchObject({ value: '40', status: 'certified' });
    expect(await app.db('round_events').where({ kind: 'carry' })).toMatchObject([
      { after: { carried: 4, carriedAudits: 0, offices: 1 } },
    ]);
    const of1 = {
      round_id: app.world.rounds.open,
      office_id: app.world.offices.krabi,
      node_id: app.world.node('1'),
    };
    expect(await app.db('scores').where(of1).first('certified')).toMatchObject({ certified: '3.0000' });
    expect(await scoreDifferences(app)).toEqual([]);
    const after = await kpiOffice.get(page()).expect(200);
    expect(after.text).toContain('มีข้อมูลในรอบนี้แล้วทั้งหมด');
    await kpiOffice.post(page()).expect(409);
    expect((await kpiOffice.get(`/krs/rounds/${app.world.rounds.open}`)).text).not.toContain('ยกมาได้');
  });

  it('says why there is nothing', async () => {
    expect((await kpiOffice.get(page())).text).toContain('ไม่มีตัวแปรที่ตั้งเป็น');
    await flagged('1/a');
    const first = await kpiOffice.get(`/krs/rounds/${app.world.rounds.past}/carry-over`);
    expect(first.text).toContain('รอบแรกของปีงบประมาณ');
    await certifier.get(page()).expect(403);
    await kpiOffice.get('/krs/rounds/999999/carry-over').expect(404);
  });
});
