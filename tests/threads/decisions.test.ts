import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addressNotices } from '../../src/threads/notices/actions.ts';
import { act, given, stored } from '../certification/support.ts';
import { deliverMail } from '../support/jobs.ts';
import { statementsDuring } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person, WORLD_NOW, type WorldOffice } from '../support/world.ts';
import { attach, comment, items, lastItem, receipts, startAfresh, threadPath } from './support.ts';

let app: TestApp;
let owner: Agent;
let certifier: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp({ env: { PUBLIC_URL: 'http://kpi.example.org' } });
  owner = await signIn(app, 'krs', PEOPLE.owner);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());
beforeEach(async () => {
  app.clock.set(WORLD_NOW);
  await startAfresh(app);
});

interface Told {
  kind: string;
  groupKey: string;
  person: string;
  data: Record<string, string | number>;
}

/** Who is told of what, by username. */
async function told(): Promise<Told[]> {
  await addressNotices(app.db);
  return app
    .db('notices as n')
    .join('users as u', 'u.id', 'n.user_id')
    .orderBy(['u.username', 'n.id'])
    .select('n.kind', { groupKey: 'n.group_key' }, { person: 'u.username' }, 'n.data');
}

const people = (list: readonly Told[]) => [...new Set(list.map(({ person }) => person))].sort();
const named = (...who: Person[]) => who.map((one) => PEOPLE[one]).sort();

describe('a decision', () => {
  it('puts its reason into the thread in the same transaction, new for the office', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'reject', id, { reason: 'ยอดไม่ตรง', until: '2019-11-01T16:30' });
    expect(await lastItem(app)).toMatchObject({
      kind: 'rejection',
      text: 'ยอดไม่ตรง',
      side: 'bureau',
      until: new Date('2019-11-01T16:30:00+07:00'),
      sender_id: app.world.users.certifier,
      on_behalf_of: null,
    });
    expect(await receipts(app, (await lastItem(app)).id)).toMatchObject([
      { receiver_id: app.world.offices.krabi },
    ]);
    const { text } = await owner.get(`/krs/entry?round=${app.world.rounds.open}`).expect(200);
    expect(text).toMatch(
      new RegExp(`<a href="${threadPath(app)}\\?round=\\d+" data-thread="[\\d/]+">ดูการสนทนา</a>`),
    );
    await act(app, kpiOffice, 'permit', id, { reason: 'ให้แนบเพิ่ม', until: '2019-11-02T16:30' });
    expect(await lastItem(app)).toMatchObject({ kind: 'permit', on_behalf_of: app.world.offices.bureau9 });
    const thread = (await owner.get(threadPath(app))).text;
    expect(thread).toContain('แก้ไขได้ถึง 2 พ.ย. 2562 16:30 น.');
    expect(thread.indexOf('ยอดไม่ตรง')).toBeLessThan(thread.indexOf('ให้แนบเพิ่ม'));
  });

  it('that certifies or cancels says nothing there', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    await act(app, certifier, 'certify', id);
    await act(app, certifier, 'cancel', id);
    expect(await items(app)).toEqual([]);
  });

  it('that is repeated, too late or refused says nothing', async () => {
    const id = await given(app, 'krabi', '1/a', 'pending');
    const { version } = await stored(app, id);
    const send = (fields: object) =>
      certifier
        .post(`/krs/certify/entries/${id}/rejection`)
        .type('form')
        .send({ version, reason: 'เหตุผล', ...fields });
    await send({ until: '2019-12-24T16:30' }).expect(422);
    await send({ version: 99 }).expect(409);
    expect([await items(app), await told()]).toEqual([[], []]);
    await send({}).expect(303);
    await send({}).expect(303);
    expect(await items(app)).toHaveLength(1);
  });

  it('on many at once takes as many statements as on one', async () => {
    const offices: WorldOffice[] = ['krabi', 'lampang', 'secondary'];
    const reject = async (some: WorldOffice[]) => {
      const ids = await Promise.all(
        offices.map((office) => given(app, office as 'krabi', '2.1/1.', 'pending')),
      );
      const entries = await Promise.all(
        ids.slice(0, some.length).map(async (id) => `${id}:${(await stored(app, id)).version}`),
      );
      await startAfresh(app);
      const statements = await statementsDuring(app.db, () =>
        certifier
          .post('/krs/certify/rejections')
          .type('form')
          .send({ entries: entries.join(','), reason: 'พ้นกำหนด' })
          .expect(303),
      );
      expect(await items(app)).toHaveLength(some.length);
      return statements.length;
    };
    await reject(['krabi']);
    const one = await reject(['krabi']);
    expect(await reject(offices)).toBe(one);
    expect(one).toBeLessThanOrEqual(11);
  });
});

describe('who is told', () => {
  it.each([
    ['owner', ['colleague', 'certifier', 'bureauAdmin']],
    ['certifier', ['owner', 'colleague', 'bureauAdmin']],
    ['kpiOffice', ['owner', 'colleague', 'certifier', 'bureauAdmin']],
  ] as [Person, Person[]][])('of a comment of %s: both sides, never the sender', async (sender, expected) => {
    const agent = { owner, certifier, kpiOffice }[sender as 'owner'];
    await comment(app, agent, { text: 'โปรดตรวจสอบ\nภายในวันนี้' }).expect(303);
    const list = await told();
    expect(people(list)).toEqual(named(...expected));
    expect(list).toHaveLength(expected.length);
    expect(new Set(list.map(({ groupKey }) => groupKey))).toEqual(
      new Set([`thread-${app.world.offices.krabi}-${app.world.node('1')}`]),
    );
    expect(list[0]).toMatchObject({
      kind: 'comment',
      data: {
        office: 'สพป.กระบี่',
        round: 'รอบที่ 2 ปี 62 (รอบ 12 เดือน)',
        indicator: '1 ร้อยละของนักเรียนที่อ่านออกเขียนได้',
        variable: 'a. จำนวนนักเรียนที่อ่านออกเขียนได้',
        text: 'โปรดตรวจสอบ\nภายในวันนี้',
      },
    });
  });

  it('of documents, decisions and permits, each in its own words', async () => {
    await attach(app, owner, { 'ก.txt': 'ก', 'ข.txt': 'ข' }).expect(303);
    expect(people(await told())).toEqual(named('colleague', 'certifier', 'bureauAdmin'));
    expect((await told()).map(({ kind }) => kind)).toEqual(['document', 'document', 'document']);
    const id = await given(app, 'krabi', '1/a', 'pending');
    await startAfresh(app);
    await act(app, kpiOffice, 'reject', id, { reason: 'ยอดไม่ตรง' });
    await act(app, kpiOffice, 'cancel', id);
    await act(app, kpiOffice, 'certify', id);
    const list = await told();
    // the bureau in whose stead it was done is told as well
    expect(people(list)).toEqual(named('owner', 'colleague', 'certifier', 'bureauAdmin'));
    expect(list.filter(({ person }) => person === PEOPLE.owner).map(({ data }) => data.event)).toEqual([
      'reject',
      'cancel',
      'certify',
    ]);
  });

  it('of what goes to many: each office of its own, the bureau once', async () => {
    await comment(app, certifier, {
      everybody: '1',
      to: 'all:3',
      confirmed: '1',
      deadline: '2019-10-18T16:30',
    }).expect(303);
    const list = await told();
    expect(people(list)).toEqual(named('owner', 'colleague', 'outsider', 'secondary', 'bureauAdmin'));
    expect(list).toHaveLength(5);
    const [bureau] = list.filter(({ person }) => person === PEOPLE.bureauAdmin);
    expect(bureau?.data).toMatchObject({ offices: 3 });
  });

  it('once, although several workers look for the receivers, and never of what was rolled back', async () => {
    await comment(app, owner).expect(303);
    const undone = app.db.transaction(async (trx) => {
      await trx.raw(
        'insert into thread_notices (sender_id, kind, data) select sender_id, kind, data from thread_notices',
      );
      throw new Error('changed my mind');
    });
    await expect(undone).rejects.toThrow('changed my mind');
    await Promise.all([addressNotices(app.db), addressNotices(app.db), addressNotices(app.db)]);
    expect(await told()).toHaveLength(3);
    expect(await app.db('thread_notices')).toEqual([]);
  });

  it('and what the mail says', async () => {
    await given(app, 'krabi', '1/a', 'pending');
    await app.db('users').where({ id: app.world.users.colleague }).update({ mail_preference: 'none' });
    await app.db('users').where({ id: app.world.users.certifier }).update({ locale: 'en' });
    await comment(app, owner, { text: 'ส่งแล้ว\n\n<b>โปรดตรวจ</b>' }).expect(303);
    await attach(app, owner, { 'ก.txt': 'ก' }, { text: 'คำสั่งแต่งตั้ง' }).expect(303);
    const mails = await deliverMail(app);
    await app.db('users').update({ mail_preference: 'at_once', locale: 'th' });
    expect(mails).toHaveLength(2);
    const [thai] = mails.filter(({ envelopeTo }) => envelopeTo.includes('finance@example.org'));
    const [english] = mails.filter(({ envelopeTo }) => envelopeTo.includes('finance1@example.org'));
    for (const part of [
      'เจ้าของ งานดี (สพป.กระบี่) ส่งความคิดเห็น:',
      '1 ร้อยละของนักเรียนที่อ่านออกเขียนได้ · a. จำนวนนักเรียนที่อ่านออกเขียนได้ · สพป.กระบี่ · รอบที่ 2 ปี 62 (รอบ 12 เดือน)',
      'ส่งแล้ว\n<b>โปรดตรวจ</b>',
      'เจ้าของ งานดี (สพป.กระบี่) แนบเอกสาร:',
      'คำสั่งแต่งตั้ง',
      `http://kpi.example.org${threadPath(app)}?round=${app.world.rounds.open}`,
    ])
      expect(thai?.text).toContain(part);
    expect(thai?.html).not.toContain('<b>โปรดตรวจ');
    expect(english?.text).toContain('attached a document:');
  });
});

describe('the number of statements', () => {
  it('of the window, and of every deed, does not grow with the thread', async () => {
    const path = threadPath(app);
    const measure = async () => ({
      page: (await statementsDuring(app.db, () => certifier.get(path).expect(200))).length,
      comment: (await statementsDuring(app.db, () => comment(app, owner).expect(303))).length,
      attach: (await statementsDuring(app.db, () => attach(app, owner).expect(303))).length,
      receipts: (
        await statementsDuring(app.db, async () => {
          const items = await app.db('receipts').where({ registered_at: null }).pluck('item_id');
          await certifier
            .post(`${path}/receipts`)
            .type('form')
            .send({ items: items.join(',') })
            .expect(303);
        })
      ).length,
    });
    await given(app, 'krabi', '1/a', 'pending');
    await measure();
    const few = await measure();
    for (let n = 0; n < 20; n += 1) await comment(app, owner).expect(303);
    await attach(app, owner, Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.txt`, 'x'])));
    expect(await measure()).toEqual(few);
    expect(few.page).toBeLessThanOrEqual(7);
    expect(few.comment).toBeLessThanOrEqual(8);
    expect(few.attach).toBeLessThanOrEqual(11);
  });
});
