import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { notifyAll } from '../../src/notifications/actions.ts';
import { collectDay } from '../../src/notifications/queries.ts';
import type { Notice } from '../../src/notifications/types.ts';
import { collectSoon, deliverMail, runJobs, skipWaiting } from '../support/jobs.ts';
import { startMailServer } from '../support/mail-server.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import type { Person } from '../support/world.ts';
import { startAfresh, storedMails, waitingJobs } from './support.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp({ env: { PUBLIC_URL: 'http://kpi.example.org' } });
});
beforeEach(() => startAfresh(app));
afterAll(() => app?.stop());

async function tell(people: Person[], change: Partial<Notice> = {}): Promise<void> {
  await app.db.transaction((trx) => notifyAll(trx, [noticeTo(people, change)]));
}

function noticeTo(people: Person[], change: Partial<Notice> = {}): Notice {
  return {
    systemId: app.world.systems.krs,
    userIds: people.map((person) => app.world.users[person]),
    kind: 'assigned',
    groupKey: 'assigned-1',
    data: { by: 'หัวหน้า', year: 2562, count: 2, indicators: '1 การอ่าน\n3 ขั้นตอน' },
    ...change,
  };
}

async function prefer(person: Person, mail_preference: string): Promise<void> {
  await app.db('users').where({ id: app.world.users[person] }).update({ mail_preference });
}

const receivers = (mails: { envelopeTo: string[] }[]) => mails.flatMap(({ envelopeTo }) => envelopeTo).sort();

describe('at once', () => {
  it('one mail for each receiver says what happened and where to look', async () => {
    await tell(['owner', 'colleague']);
    const mails = await deliverMail(app);
    expect(receivers(mails)).toEqual(['8101@example.org', 'somjai@example.org']);
    expect(mails[0]?.subject).toBe('KRS System: ท่านได้รับมอบหมายตัวชี้วัด');
    expect(mails[0]?.text).toContain(
      'หัวหน้า มอบหมายให้ท่านรับผิดชอบตัวชี้วัด ปีงบประมาณ พ.ศ. 2562 ดังนี้\n1 การอ่าน\n3 ขั้นตอน\nhttp://kpi.example.org/krs/assignments',
    );
    expect(mails[0]?.html).toContain('<br>3 ขั้นตอน<br><a href="http://kpi.example.org/krs/assignments">');
  });

  it('what happens within ten minutes about one thing becomes one mail, another thing another', async () => {
    await tell(['owner']);
    await tell(['owner'], { data: { by: 'หัวหน้า', year: 2562, indicators: '4 งบประมาณ' } });
    await tell(['owner'], { groupKey: 'assigned-2' });
    expect(await storedMails(app)).toEqual([]);
    const mails = await deliverMail(app);
    expect(mails).toHaveLength(2);
    expect(mails.some(({ text }) => text.includes('3 ขั้นตอน\n4 งบประมาณ\n'))).toBe(true);
  });

  it('says of one place what happened in the order in which it happened, a repetition only once', async () => {
    const decided = (event: string) => ({
      kind: 'decision' as const,
      groupKey: 'thread-1',
      data: {
        event,
        by: 'สำนัก',
        office: 'กระบี่',
        text: event === 'reject' ? 'เอกสารไม่ครบ' : '',
        path: '/threads/1/1',
      },
    });
    for (const event of ['reject', 'reject', 'cancel', 'reject']) await tell(['owner'], decided(event));
    const [mail] = await deliverMail(app);
    const told = mail?.text.match(/สำนัก (ไม่รับรองข้อมูล|ยกเลิกการรับรองหรือไม่รับรอง):/g);
    expect(told).toEqual(['สำนัก ไม่รับรองข้อมูล:', 'สำนัก ยกเลิกการรับรองหรือไม่รับรอง:', 'สำนัก ไม่รับรองข้อมูล:']);
    expect(mail?.text.match(/กระบี่ ·/g)).toHaveLength(1);
  });

  it('waits for ten minutes, however many come in between', async () => {
    const server = await startMailServer();
    const collect = async () => {
      await collectSoon(app);
      await runJobs(app, { smtpUrl: server.url });
    };
    await tell(['owner']);
    await collect();
    expect([server.received, await storedMails(app)]).toEqual([[], []]);
    await app.db.raw("update notices set created_at = created_at - interval '10 minutes'");
    await tell(['owner']);
    await collect();
    expect(server.received).toHaveLength(1);
    expect(await waitingJobs(app)).toBe(0);
    await server.stop();
  });

  it('is collected once although two workers come for it', async () => {
    await tell(['owner', 'colleague', 'certifier']);
    const server = await startMailServer();
    await skipWaiting(app);
    await collectSoon(app);
    await Promise.all([1, 2, 3].map(() => runJobs(app, { smtpUrl: server.url })));
    expect(server.received).toHaveLength(3);
    await server.stop();
  });

  it('leaves out who is disabled, has no address, wants no mail, or is of another system', async () => {
    await prefer('colleague', 'none');
    await app.db('users').where({ id: app.world.users.idle }).update({ email: '' });
    await tell(['owner', 'colleague', 'idle', 'former']);
    await tell(['owner'], { systemId: app.world.systems.ars, groupKey: 'ars' });
    expect(receivers(await deliverMail(app))).toEqual(['8101@example.org']);
    await app.db('users').where({ id: app.world.users.idle }).update({ email: 'wichai@example.org' });
  });

  it('does not wait for another transaction that tells the same people of the same things', async () => {
    await app.db.transaction(async (one) => {
      await notifyAll(one, [noticeTo(['owner', 'colleague'])]);
      await app.db.transaction(async (other) => {
        await other.raw("set local lock_timeout = '500ms'");
        await notifyAll(other, [noticeTo(['colleague', 'owner'])]);
      });
    });
    expect(await deliverMail(app)).toHaveLength(2);
  });

  it('a change of mind within the ten minutes counts', async () => {
    await tell(['owner', 'colleague']);
    await prefer('owner', 'daily');
    await prefer('colleague', 'none');
    expect(await deliverMail(app)).toEqual([]);
    await collectDay(app.db);
    expect(receivers(await deliverMail(app))).toEqual(['8101@example.org']);
  });
});

describe('the daily summary', () => {
  it('is one mail for everything of the day, in the order in which it happened', async () => {
    await prefer('owner', 'daily');
    await prefer('certifier', 'daily');
    for (const [groupKey, indicators] of [
      ['a', '1 การอ่าน'],
      ['b', '4 งบประมาณ'],
    ] as const) {
      await tell(['owner', 'colleague'], { groupKey, data: { by: 'หัวหน้า', year: 2562, indicators } });
    }
    expect(receivers(await deliverMail(app))).toEqual(['somjai@example.org', 'somjai@example.org']);
    await collectDay(app.db);
    const [summary, ...others] = await deliverMail(app);
    expect(others).toEqual([]);
    expect(summary?.envelopeTo).toEqual(['8101@example.org']);
    expect(summary?.subject).toBe('KRS System: สรุปประจำวัน 2 รายการ');
    expect(summary?.text.indexOf('1 การอ่าน')).toBeLessThan(summary?.text.indexOf('4 งบประมาณ') ?? -1);
    await collectDay(app.db);
    expect(await deliverMail(app)).toEqual([]);
  });

  it('is made once although two workers make it', async () => {
    await prefer('owner', 'daily');
    await tell(['owner']);
    await Promise.all([collectDay(app.db), collectDay(app.db), collectDay(app.db)]);
    expect(await deliverMail(app)).toHaveLength(1);
  });

  it('takes what is left over of somebody who went back to "at once"', async () => {
    await prefer('owner', 'daily');
    await tell(['owner']);
    await prefer('owner', 'at_once');
    await skipWaiting(app);
    await collectDay(app.db);
    expect(await deliverMail(app)).toHaveLength(1);
  });

  it('says how many there are when there are very many', async () => {
    await prefer('owner', 'daily');
    const [owner] = [app.world.users.owner];
    await app.db.raw(
      `insert into notices (system_id, user_id, kind, group_key, data)
       select ?, ?, 'assigned', n::text, json_build_object('by', 'x', 'year', 2562, 'indicators', 'ตัวที่ ' || n)
         from generate_series(1, 130) n`,
      [app.world.systems.krs, owner],
    );
    await collectDay(app.db);
    const [summary] = await deliverMail(app);
    expect(summary?.text).toContain('ตัวที่ 100\n');
    expect(summary?.text).not.toContain('ตัวที่ 101\n');
    expect(summary?.text).toContain('และอีก 30 รายการ');
  });
});
