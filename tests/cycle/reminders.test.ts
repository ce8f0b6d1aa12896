import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sendReminders } from '../../src/cycle/reminders/actions.ts';
import { deliverMail, jobContext, runJobs } from '../support/jobs.ts';
import { countStatements } from '../support/statements.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import type { Person } from '../support/world.ts';

const at = (day: number, time = '08:00', month = 10) =>
  new Date(`2019-${month}-${String(day).padStart(2, '0')}T${time}:00+07:00`);
const WEEK_BEFORE = at(13);

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  app.clock.set(WEEK_BEFORE);
  await app.db.raw(`
    alter table round_events disable trigger user;
    delete from reminders; delete from round_events; delete from audit_scores; delete from audit_openings;
    delete from permits;
    delete from notices; delete from mails; delete from graphile_worker._private_jobs;
    alter table round_events enable trigger user;
    update users set mail_preference = 'at_once', locale = 'th', status = case when username = 'former' then 'disabled' else 'active' end;
    update round_offices set entry_closes_at = null`);
  await app
    .db('rounds')
    .where({ id: app.world.rounds.open })
    .update({ entry_closes_at: at(20, '16:30'), certification_closes_at: at(15, '16:30', 11) });
});
afterAll(() => app?.stop());

describe('seven days before entry closes', () => {
  it('everybody who owes something gets one mail, with what and until when', async () => {
    // as the timetable has it done
    await app.db.raw("select graphile_worker.add_job('remind')");
    await runJobs(app);
    const mails = await deliverMail(app);
    expect(mails.flatMap(({ to }) => to?.map(({ address }) => address)).sort()).toEqual(
      ['8101', '22507', 'lampang1', 'somjai'].map((name) => `${name}@example.org`).sort(),
    );
    const text = mails.find(({ to }) => to?.[0]?.address === '8101@example.org')?.text ?? '';
    expect(text).toContain('2.2 ระดับความสำเร็จของการควบคุมภายใน – ไม่รับรอง 1 รายการ');
    expect(text).toContain('3 ขั้นตอนการพัฒนาองค์กร – ยังไม่รายงานผล 5 รายการ');
    expect(text).toContain('20 ต.ค. 2562 16:30 น.');
    expect(text).toContain(`/krs/entry?round=${app.world.rounds.open}`);
    // reported, certified, central
    for (const other of ['1 ร้อยละของนักเรียน', '2.1 การจัดทำแผน', '4 ร้อยละของงบ'])
      expect(text).not.toContain(other);
    expect(await events()).toEqual([{ kind: 'remind', user_id: null, after: { reminded: 4 } }]);
  });

  it('once, however often it is done, also at the same moment', async () => {
    expect((await Promise.all([run(), run(), run()])).sort()).toEqual([0, 0, 4]);
    app.clock.set(at(14));
    expect(await run()).toBe(0);
    expect(await events()).toHaveLength(1);
    app.clock.set(at(17));
    expect(await run()).toBe(4);
    expect(await told('owner')).toHaveLength(2);
  });

  it('a missed day is made up for, but nobody is sought out later', async () => {
    app.clock.set(at(15, '21:00'));
    expect(await run()).toBe(4);
    app.clock.set(at(16));
    expect(await run()).toBe(0);
    await app.db.raw('delete from reminders where user_id = ?', [app.world.users.owner]);
    app.clock.set(at(15, '22:00'));
    expect(await run()).toBe(0);
  });

  it('a new deadline reminds anew, on its own days', async () => {
    expect(await run()).toBe(4);
    await app
      .db('rounds')
      .where({ id: app.world.rounds.open })
      .update({ entry_closes_at: at(27, '12:00') });
    expect(await run()).toBe(4);
    app.clock.set(at(19));
    expect(await run()).toBe(0);
    app.clock.set(at(20));
    expect(await run()).toBe(4);
    const closes = await app
      .db('reminders')
      .distinct('days', 'closes_at')
      .orderBy('closes_at')
      .orderBy('days');
    expect(closes).toEqual([
      { days: 7, closes_at: at(20, '16:30') },
      { days: 7, closes_at: at(27, '12:00') },
      { days: 14, closes_at: at(27, '12:00') },
    ]);
  });

  it('who was just told of a new time is not reminded of a day before that', async () => {
    const { rounds, users } = app.world;
    app.clock.set(at(14));
    const extended = {
      round_id: rounds.open,
      user_id: users.kpiOffice,
      kind: 'changeEntry',
      reason: 'น้ำท่วม',
    };
    await app.db('round_events').insert({ ...extended, at: at(13, '15:00') });
    expect(await run()).toBe(0);
    app.clock.set(at(17));
    expect(await run()).toBe(4);
  });

  it('neither in a round that has not opened or is sealed, whatever the day', async () => {
    const { rounds, users } = app.world;
    const seal = {
      round_id: rounds.open,
      sealed_at: at(13),
      sealed_by: users.kpiOffice,
      sha256: 'x',
      snapshot: '',
    };
    await app.db('seals').insert(seal);
    expect(await run()).toBe(0);
    await app.db.raw(
      'alter table seals disable trigger user; delete from seals; alter table seals enable trigger user',
    );
    await app
      .db('rounds')
      .where({ id: rounds.open })
      .update({ entry_opens_at: at(13, '08:00') });
    app.clock.set(at(13, '07:59'));
    expect(await run()).toBe(0);
    app.clock.set(at(13));
    expect(await run()).toBe(4);
    await app
      .db('rounds')
      .where({ id: rounds.open })
      .update({ entry_opens_at: at(1, '00:00') });
  });

  it('an office with a time of its own is reminded before that one', async () => {
    await own('krabi', at(14, '12:00'));
    expect(await run()).toBe(4);
    expect(await told('owner')).toMatchObject([{ closes: at(14, '12:00').toISOString() }]);
    expect(await told('outsider')).toMatchObject([{ closes: at(20, '16:30').toISOString() }]);
    await own('krabi', at(24, '12:00'));
    expect(await run()).toBe(0);
  });

  it('not those who are disabled, want no mail, or whose indicator has an AUDIT score', async () => {
    const { users, offices, rounds } = app.world;
    await app.db('users').where({ id: users.outsider }).update({ status: 'disabled' });
    await app.db('users').where({ id: users.secondary }).update({ mail_preference: 'none' });
    const given = { round_id: rounds.open, office_id: offices.krabi, given_by: users.certifier };
    await app.db('audit_scores').insert({ ...given, node_id: app.world.node('3'), score: 4 });
    expect(await run()).toBe(1);
    expect(await told('colleague')).toEqual([]);
    const [letter] = await told('owner');
    expect(letter?.about).toHaveLength(2);
  });

  it('where nobody is assigned the district admin', async () => {
    const { users, node } = app.world;
    const removed = await app
      .db('assignments')
      .where({ node_id: node('3') })
      .whereIn('user_id', [users.owner, users.colleague])
      .delete(['user_id', 'node_id']);
    expect(await run()).toBe(3);
    const [letter] = await told('owner');
    expect(letter?.about.join()).toContain('3 ขั้นตอน');
    await app.db('assignments').insert(removed);
  });
});

describe('before certification closes', () => {
  it('the people of bureaus are reminded of what waits for their decision', async () => {
    app.clock.set(at(8, '08:00', 11));
    expect(await run()).toBe(2);
    const [letter] = await told('certifier');
    expect(letter).toMatchObject({
      event: 'certificationReminder',
      about: ['1 ร้อยละของนักเรียนที่อ่านออกเขียนได้ – รอการรับรองผล 4 รายการ'],
      path: `/certify/variables?round=${app.world.rounds.open}`,
    });
    expect(await told('bureauAdmin')).toHaveLength(1);
    for (const person of ['otherCertifier', 'kpiOffice', 'owner'] as const)
      expect(await told(person)).toEqual([]);
  });

  it('also where it closes together with entry: both in one history line', async () => {
    await app
      .db('rounds')
      .where({ id: app.world.rounds.open })
      .update({ certification_closes_at: at(20, '16:30') });
    expect(await run()).toBe(6);
    expect(await events()).toEqual([{ kind: 'remind', user_id: null, after: { reminded: 6 } }]);
  });
});

describe('AUDIT scores that are open and not given', () => {
  const opening = () => ({
    round_id: app.world.rounds.open,
    reason: 'ตรวจ',
    opened_by: app.world.users.kpiOffice,
  });

  it('are reminded of with the decisions, in one mail', async () => {
    const { node, offices } = app.world;
    app.clock.set(at(8, '08:00', 11));
    await app.db('audit_openings').insert([
      { ...opening(), node_id: node('1') },
      { ...opening(), node_id: node('2.2'), office_id: offices.krabi },
    ]);
    expect(await run()).toBe(3);
    expect((await told('certifier')).map(({ about }) => about)).toEqual([
      ['1 ร้อยละของนักเรียนที่อ่านออกเขียนได้ – รอการรับรองผล 4 รายการ, รอคะแนน AUDIT 3 หน่วยงาน'],
    ]);
    expect(await told('otherCertifier')).toMatchObject([
      {
        about: ['2.2 ระดับความสำเร็จของการควบคุมภายใน – รอคะแนน AUDIT 1 หน่วยงาน'],
        path: `/audit?round=${app.world.rounds.open}`,
      },
    ]);
  });
});

describe('permits to edit after closing', () => {
  const permit = (variable: string, until: Date, granted = at(21)) => ({
    ...{ round_id: app.world.rounds.open, office_id: app.world.offices.krabi },
    ...{ variable_id: app.world.variable(variable), until, reason: 'แก้ได้' },
    ...{ granted_by: app.world.users.certifier, granted_at: granted },
  });

  it('are reminded of before they end: what is owed, and what was not edited yet', async () => {
    await app
      .db('permits')
      .insert([
        permit('2.2/a', at(30, '16:30')),
        permit('3/1.', at(30, '16:30'), at(22)),
        permit('1/a', at(30, '16:30')),
        { ...permit('1/b', at(30, '16:30')), granted_at: at(13) },
        permit('2.1/1.', at(30, '16:30')),
        { ...permit('3/2.', at(30, '16:30')), ended_at: at(22) },
        permit('5/a', at(19)),
      ]);
    app.clock.set(at(23, '07:59'));
    expect(await run()).toBe(0);
    app.clock.set(at(23));
    expect(await run()).toBe(2);
    expect(await run()).toBe(0);
    expect(await told('owner')).toMatchObject([
      {
        event: 'permitReminder',
        about: [
          '1 ร้อยละของนักเรียนที่อ่านออกเขียนได้ – ได้รับอนุญาตให้แก้ไข 1 รายการ',
          '2.2 ระดับความสำเร็จของการควบคุมภายใน – ไม่รับรอง 1 รายการ',
          '3 ขั้นตอนการพัฒนาองค์กร – ยังไม่รายงานผล 1 รายการ',
        ],
        closes: null,
        until: at(30, '16:30').toISOString(),
      },
    ]);
    expect(await told('colleague')).toHaveLength(1);
  });

  it('in the mail with everything else; not of days before they were given', async () => {
    await app
      .db('permits')
      .insert([permit('2.2/a', at(20, '20:00'), at(12)), permit('3/1.', at(21), at(14))]);
    expect(await run()).toBe(4);
    expect((await told('owner')).map(({ event }) => event)).toEqual(['entryReminder', 'permitReminder']);
    expect((await told('owner'))[0]?.about.join()).not.toContain('2.2');
    const mails = await deliverMail(app);
    expect(mails.filter(({ to }) => to?.[0]?.address === '8101@example.org')).toHaveLength(1);
    expect(await events()).toEqual([{ kind: 'remind', user_id: null, after: { reminded: 4 } }]);
  });
});

it('takes four statements, whatever there is to be told', async () => {
  expect(await countStatements(app.db, run)).toBeLessThanOrEqual(6);
});

function run(): Promise<number> {
  return sendReminders(jobContext(app));
}

async function events() {
  return app.db('round_events').select('kind', 'user_id', 'after');
}

async function told(person: Person): Promise<{ event: string; about: string[]; closes: string }[]> {
  return app.db('notices').where({ user_id: app.world.users[person] }).orderBy('id').pluck('data');
}

async function own(office: 'krabi', closes: Date): Promise<void> {
  const place = { round_id: app.world.rounds.open, office_id: app.world.offices[office] };
  await app.db('round_offices').where(place).update({ entry_closes_at: closes });
}
