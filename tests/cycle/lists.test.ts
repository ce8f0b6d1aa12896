import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createRoundLists, deleteRoundLists } from '../../src/cycle/lists/actions.ts';
import { TASK_KINDS } from '../../src/task-kinds.ts';
import { runTask } from '../../src/tasks/actions.ts';
import { findTask } from '../../src/tasks/queries.ts';
import { storyOf } from '../../src/tasks/rules.ts';
import { refusingRowsOf } from '../framework/database.ts';
import { entryFields } from '../support/entry-form.ts';
import { jobContext, runJobs } from '../support/jobs.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectRightScores, type NewRound, newRound, noLists } from './support.ts';

let app: TestApp;
let psdg: Agent;
let round: NewRound;

beforeAll(async () => {
  app = await startTestApp();
  psdg = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
beforeEach(async () => {
  await noLists(app);
  round = await newRound(app);
});
afterAll(() => app?.stop());

describe('creating entry lists', () => {
  it('is asked for on the page, done by the queue, and told on the page of the task', async () => {
    const { headers } = await psdg.post(`/krs/rounds/${round.id}/lists`).expect(303);
    const waiting = await psdg.get(String(headers.location)).expect(200);
    expect(waiting.text).toContain('<noscript><meta http-equiv="refresh" content="2"></noscript>');
    expect(waiting.text).toContain('hx-trigger="every 1s"');
    expect((await psdg.get(`/krs/rounds/${round.id}`)).text).toContain(`href="${headers.location}"`);
    await runJobs(app);
    const { text } = await psdg.get(String(headers.location)).set('hx-request', 'true').expect(200);
    expect(text).toContain('สร้างรายการใหม่ 35 รายการ รอบนี้มี 3 หน่วยงาน');
    expect(text).not.toContain('hx-trigger');
    expect(text).not.toContain('<html');
    expect(await entries()).toHaveLength(35);
    const page = await psdg.get(`/krs/rounds/${round.id}`).expect(200);
    expect(page.text).toContain('เติมรายการที่ขาด');
    await expectRightScores(app, round);
  });

  it('can be repeated: only what is missing is added, nothing twice, nothing lost', async () => {
    const first = await create();
    expect(first).toMatchObject({ outcome: 'created', created: 35, offices: 3 });
    const [kept, gone] = await entries();
    await app.db('entry_rows').where({ id: kept?.id }).update({ value: 7, status: 'pending' });
    await app.db('entry_rows').where({ id: gone?.id }).delete();
    expect(await create()).toMatchObject({ created: 1, broughtBack: 0, setAside: 0 });
    expect(await create()).toMatchObject({ created: 0 });
    expect(await entries()).toHaveLength(35);
    expect(await app.db('entries').where({ id: kept?.id }).first('value')).toEqual({ value: '7' });
    await expectRightScores(app, round);
    await app.db('entry_rows').where({ id: kept?.id }).update({ value: null, status: 'unreported' });
  });

  it('brings back what is in scope again, with its value and a line in the history', async () => {
    await create();
    const [entry] = await entries();
    await app.db('entry_rows').where({ id: entry?.id }).update({ set_aside: true });
    expect(await create()).toMatchObject({ created: 0, broughtBack: 1 });
    expect(await app.db('entries').where({ id: entry?.id })).toHaveLength(1);
    expect(await app.db('entry_events').where({ entry_id: entry?.id }).pluck('kind')).toEqual(['bringBack']);
    // nobody did anything to it: the lists can be deleted
    expect(await remove()).toMatchObject({ outcome: 'deleted', entries: 35 });
  });

  it('leaves no score of what does not apply any more', async () => {
    await create();
    const { krabi, lampang } = app.world.offices;
    const become = (type: string) => app.db('offices').whereIn('id', [krabi, lampang]).update({ type });
    const [entry] = await entries();
    await app.db('entry_rows').where({ id: entry?.id }).update({ value: 1, status: 'pending' });
    await become('สพม');
    onTestFinished(() => become('สพป').then());
    expect(await create()).toMatchObject({ created: 0, setAside: 2 });
    await expectRightScores(app, round);
  });

  it.each([['entry_rows'], ['round_offices'], ['scores'], ['round_events']])(
    'leaves nothing half when a row of %s is refused, and is done when it is repeated',
    async (table) => {
      const id = await startedTask();
      await refusingRowsOf(app.db, table, () => runTask(jobContext(app), id, TASK_KINDS));
      expect(await told(id)).toEqual(['tasks.failed', 'errors.text.internal']);
      expect(await entries()).toEqual([]);
      expect(await app.db('round_offices').where({ round_id: round.id })).toEqual([]);
      const again = await startedTask();
      await runTask(jobContext(app), again, TASK_KINDS);
      expect(await told(again)).toEqual(['rounds.task.created']);
      await expectRightScores(app, round);
    },
  );

  it('leaves nothing half when its connection is killed, and the queue does it again', async () => {
    const id = await startedTask();
    const slow = `create function slow() returns trigger language plpgsql as
                  $$ begin perform pg_sleep(30); return new; end $$;
                  create trigger slow before insert on round_events for each row execute function slow()`;
    await app.db.raw(slow);
    const running = expect(runTask(jobContext(app), id, TASK_KINDS)).rejects.toThrow();
    await expect.poll(killSleeping, { timeout: 10_000 }).toBe(1);
    await running;
    await app.db.raw('drop function slow() cascade');
    expect(await entries()).toEqual([]);
    expect((await task(id))?.state).toBe('running');
    await runJobs(app);
    expect(await told(id)).toEqual(['rounds.task.created']);
    expect(await entries()).toHaveLength(35);
  });

  it('may be asked for twice at once: one waits for the other', async () => {
    const made = await Promise.all([create(), create()]);
    const created = made.map((result) => (result.outcome === 'created' ? result.created : -1));
    expect(created.sort()).toEqual([0, 35]);
    expect(await entries()).toHaveLength(35);
  });

  it('takes as many statements for many offices as for few', async () => {
    const few = await countStatements(app.db, create);
    await noLists(app);
    round = await newRound(app);
    await app.db.raw(MORE_OFFICES);
    try {
      expect(await countStatements(app.db, create)).toBe(few);
      expect(await app.db('round_offices').where({ round_id: round.id })).toHaveLength(53);
      const deletion = await countStatements(app.db, remove);
      expect(deletion).toBeLessThanOrEqual(few);
    } finally {
      await app.db.raw(
        `delete from system_offices where office_id in (select id from offices where code like 'x%')`,
      );
    }
  });

  it('is refused for a sealed round, one of a replaced revision, and one of another system', async () => {
    await app.db('rounds').where({ id: round.id }).update({ revision: 0 });
    expect(await create()).toEqual({ outcome: 'replaced' });
    await app.db('rounds').where({ id: round.id }).update({ revision: 1 });
    await create();
    await app.db('round_offices').where({ round_id: round.id }).update({ sealed_at: app.clock.now() });
    expect(await create()).toEqual({ outcome: 'sealed' });
    expect(await remove()).toEqual({ outcome: 'sealed' });
    await app.db('round_offices').where({ round_id: round.id }).update({ sealed_at: null });
    const ars = { ...taskOf('0'), systemId: app.world.systems.ars };
    expect(await createRoundLists(jobContext(app), ars, () => {})).toEqual({ outcome: 'gone' });
  });
});

describe('deleting entry lists', () => {
  it('asks first, then takes lists, entries and scores away; the round and its history stay', async () => {
    await create();
    const asked = await psdg.post(`/krs/rounds/${round.id}/lists/deletion`).type('form').send({}).expect(200);
    expect(asked.text).toContain('name="confirmed"');
    const deletion = psdg.post(`/krs/rounds/${round.id}/lists/deletion`).type('form');
    const { headers } = await deletion.send({ confirmed: '1' }).expect(303);
    await runJobs(app);
    const { text } = await psdg.get(String(headers.location)).expect(200);
    expect(text).toContain('ลบรายการแล้ว 35 รายการ ของ 3 หน่วยงาน');
    for (const table of ['entry_rows', 'scores', 'round_offices']) {
      expect(await app.db(table).where({ round_id: round.id }), table).toEqual([]);
    }
    const page = await psdg.get(`/krs/rounds/${round.id}`).expect(200);
    expect(page.text).toContain('ลบรายการกรอกข้อมูล');
    // and they can be created again
    expect(await create()).toMatchObject({ created: 35 });
  });

  it('is refused with everything that stands in the way, each with a link, and nothing is deleted', async () => {
    await create();
    const { db, world } = app;
    const [entry, cleared] = await entries();
    const { krabi } = world.offices;
    const inRound = { round_id: round.id, office_id: krabi };
    const variable_id = world.variable('1/a');
    await db('entry_rows').where({ id: entry?.id }).update({ value: 1, status: 'pending' });
    const event = {
      kind: 'clear',
      user_id: world.users.owner,
      status_before: 'pending',
      status_after: 'unreported',
    };
    await db('entry_events').insert({ ...event, entry_id: cleared?.id });
    const score = { node_id: world.node('1'), score: 3, given_by: world.users.certifier };
    await db('audit_scores').insert({ ...inRound, ...score });
    const permit = { variable_id, until: app.clock.now(), reason: 'x', granted_by: world.users.certifier };
    await db('permits').insert({ ...inRound, ...permit });
    await db('edit_requests').insert({
      ...inRound,
      variable_id,
      reason: 'x',
      requested_by: world.users.owner,
    });
    const item = { system_id: world.systems.krs, variable_id, office_id: null, kind: 'comment', text: 'x' };
    const sender = {
      side: 'bureau',
      sender_id: world.users.certifier,
      sender_office_id: world.offices.bureau9,
    };
    await db('thread_items').insert({ ...item, ...sender, round_id: round.id });

    const result = await remove();
    expect(result.outcome === 'refused' ? result.obstacles.map(({ kind }) => kind) : result).toEqual([
      ...['reported', 'history', 'threads', 'audits', 'permits', 'requests'],
    ]);
    const deletion = psdg.post(`/krs/rounds/${round.id}/lists/deletion`).type('form');
    const { text } = await deletion.send({ confirmed: '1' }).expect(409);
    expect(text).toContain('ค่าที่รายงานหรือพิจารณาแล้ว 1 รายการ ใน 1 หน่วยงาน เช่น');
    expect(text).toContain(`/krs/certify/offices?round=${round.id}&amp;office=${krabi}`);
    expect(text).toContain('เอกสารหรือความคิดเห็น 1 รายการ');
    expect(await entries()).toHaveLength(35);
  });

  it('leaves everything when it is interrupted at the end, and is done when it is repeated', async () => {
    await create();
    await refusingRowsOf(app.db, 'round_events', () => expect(remove()).rejects.toThrow());
    expect(await entries()).toHaveLength(35);
    await expectRightScores(app, round);
    expect(await remove()).toMatchObject({ outcome: 'deleted', entries: 35, offices: 3 });
  });

  it('and a value that is saved at the same moment exclude each other', async () => {
    await app.db('rounds').where({ id: round.id }).update({ entry_opens_at: app.clock.now() });
    await create();
    const { krabi } = app.world.offices;
    const where = { round_id: round.id, office_id: krabi, variable_id: app.world.variable('1/a') };
    const entry = await app.db('entries').where(where).first('id');
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const fields = await entryFields(app.db, { [entry.id]: '5' });
    const saving = owner.post(`/krs/entry?round=${round.id}`).type('form').send(fields);
    const [saved, removed] = await Promise.all([saving.then(({ status }) => status), remove()]);
    const left = await app.db('entries').where(where);
    if (removed.outcome === 'deleted') expect([saved, left]).toEqual([404, []]);
    else expect([saved, left]).toMatchObject([303, [{ value: '5' }]]);
  });

  it('tells the same on the page of a task that found it out', async () => {
    await create();
    const [entry] = await entries();
    await app.db('entry_rows').where({ id: entry?.id }).update({ value: 1, status: 'pending' });
    const id = await startedTask('rounds.deleteLists');
    await runTask(jobContext(app), id, TASK_KINDS);
    expect(await told(id)).toEqual(['rounds.task.refused', 'rounds.obstacle.reportedIn']);
    expect(await entries()).toHaveLength(35);
    await app.db('entry_rows').where({ id: entry?.id }).update({ value: null, status: 'unreported' });
  });
});

describe('deleting entry lists that values were carried into', () => {
  /** What krabi has in the round before, all of it flagged. */
  beforeEach(async () => {
    const { db, world } = app;
    const flags = ['1/a', '1/b'].map((code) => world.variable(code));
    await db('variables').update({ carry_over: db.raw('id = any(?)', [flags]) });
    await db('frameworks').increment('version', 1);
    const given = { score: 4.5, given_by: world.users.certifier };
    const place = { round_id: world.rounds.open, office_id: world.offices.krabi, node_id: world.node('1') };
    await db('audit_scores')
      .insert({ ...place, ...given })
      .onConflict()
      .ignore();
    await source('1/a', { value: '40', status: 'certified' });
    await source('1/b', { value: '50', status: 'pending' });
  });
  afterAll(() => app.db('variables').update({ carry_over: false }));

  async function source(variable: string, change: object): Promise<string> {
    const id = await app.world.entry('open', 'krabi', variable);
    await app.db('entry_rows').where({ id }).update(change);
    return id;
  }

  async function carried(variable: string) {
    const where = { office_id: app.world.offices.krabi, variable_id: app.world.variable(variable) };
    const entry = await app
      .db('entry_rows')
      .where({ round_id: round.id, ...where })
      .first();
    const history = await app.db('entry_events').where({ entry_id: entry.id }).pluck('kind');
    return { ...entry, history };
  }

  it('is done while nobody touched them; created again, they are carried again, once', async () => {
    expect(await create()).toMatchObject({ created: 35, carried: 4, carriedAudits: 1 });
    const from = await source('1/a', { value: '41' });
    const counts = { entries: 35, offices: 3, carried: 4, carriedAudits: 1 };
    const id = await startedTask('rounds.deleteLists');
    await runTask(jobContext(app), id, TASK_KINDS);
    const { text } = await psdg.get(`/krs/tasks/${id}`);
    expect(text).toContain('ลบรายการแล้ว 35 รายการ ของ 3 หน่วยงาน');
    expect(text).toContain('รวมค่าที่ยกมาจากรอบก่อน 4 รายการ');
    for (const table of ['entry_rows', 'audit_scores', 'audit_events', 'scores', 'round_offices']) {
      expect(await app.db(table).where({ round_id: round.id }), table).toEqual([]);
    }
    expect(await create()).toMatchObject({ created: 35, carried: 4, carriedAudits: 1 });
    expect(await create()).toMatchObject({ created: 0, carried: 0, carriedAudits: 0 });
    const kept = { value: '41', status: 'certified', carried_from_id: from, history: ['carry'] };
    expect(await carried('1/a')).toMatchObject(kept);
    await expectRightScores(app, round);
    const told = await app.db('round_events').where({ round_id: round.id }).orderBy('id');
    expect(told.map(({ kind }) => kind)).toEqual([
      'createLists',
      'deleteLists',
      'createLists',
      'createLists',
    ]);
    expect(told[1].before).toEqual(counts);
  });

  it('is refused once a certifier has cancelled one, or withdrawn a carried AUDIT score', async () => {
    await app.db('rounds').where({ id: round.id }).update({ entry_opens_at: app.clock.now() });
    await create();
    const { id, version } = await carried('1/a');
    const certifier = await signIn(app, 'krs', PEOPLE.certifier);
    const cancel = certifier.post(`/krs/certify/entries/${id}/certification/delete`).type('form');
    await cancel.send({ version: String(version) }).expect(303);
    const place = { round_id: round.id, office_id: app.world.offices.krabi, node_id: app.world.node('1') };
    await app.db('audit_scores').where(place).delete();
    const withdrawal = { user_id: app.world.users.certifier, kind: 'withdraw', score_before: 4.5 };
    await app.db('audit_events').insert({ ...place, ...withdrawal });
    expect(await remove()).toMatchObject({
      outcome: 'refused',
      obstacles: [
        { kind: 'reported', count: 1 },
        { kind: 'audits', count: 1 },
      ],
    });
    expect(await entries()).toHaveLength(35);
  });

  it('takes no history along that people made, nor that of an entry or a list that stays', async () => {
    await create();
    const { id } = await carried('1/a');
    const { db } = app;
    const refused = async (statement: Promise<unknown>) => expect(statement).rejects.toThrow('append-only');
    await refused(db('entry_events').where({ entry_id: id }).delete());
    await refused(db('audit_events').where({ round_id: round.id }).delete());
    const event = { kind: 'cancel', status_before: 'certified', status_after: 'pending' };
    await db('entry_events').insert({ ...event, entry_id: id, user_id: app.world.users.certifier });
    await refused(db('entry_rows').where({ id }).delete());
  });
});

const MORE_OFFICES = `
  with made as (
    insert into offices (kind, code, type, name, short_name, list_label, list_order, valid_from_fy)
    select 'district', 'x' || n, 'สพป', 'เขต ' || n, 'เขต ' || n, 'เขต ' || n, n, 2553 from generate_series(1, 50) n
    returning id
  )
  insert into system_offices select s.id, m.id from systems s cross join made m`;

const KILL_SLEEPING = `
  select count(pg_terminate_backend(pid))::int as killed from pg_stat_activity
   where datname = current_database() and wait_event = 'PgSleep'`;

async function killSleeping(): Promise<number> {
  return (await app.db.raw(KILL_SLEEPING)).rows[0].killed;
}

function taskOf(id: string) {
  const { systems, users } = app.world;
  const payload = { roundId: round.id, label: 'รอบ' };
  return { id, systemId: systems.krs, payload, requestedBy: users.kpiOffice };
}

function create() {
  return createRoundLists(jobContext(app), taskOf('0'), () => {});
}

function remove() {
  return deleteRoundLists(jobContext(app), taskOf('0'), () => {});
}

/** A task as the page begins it. */
async function startedTask(kind = 'rounds.createLists'): Promise<string> {
  if (kind === 'rounds.createLists') {
    const { headers } = await psdg.post(`/krs/rounds/${round.id}/lists`).expect(303);
    return String(headers.location).split('/').at(-1) ?? '';
  }
  const { payload, systemId: system_id, requestedBy: requested_by } = taskOf('0');
  const [{ id }] = await app.db('tasks').insert({ kind, system_id, requested_by, payload }, ['id']);
  return id;
}

function task(id: string) {
  return findTask(app.db, { systemId: app.world.systems.krs, id });
}

async function told(id: string): Promise<string[] | undefined> {
  const found = await task(id);
  return found && storyOf(found, TASK_KINDS)?.lines.map(({ key }) => key);
}

function entries(): Promise<{ id: string }[]> {
  return app.db('entry_rows').where({ round_id: round.id }).orderBy('id').select('id');
}
