import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../reports/support.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person, WORLD_NOW } from '../support/world.ts';
import { forget, send } from './inbox-support.ts';

const DAY = 86_400_000;

let app: TestApp;
const agents = new Map<Person, Agent>();

beforeAll(async () => {
  app = await startTestApp();
  for (const person of [
    'owner',
    'colleague',
    'outsider',
    'certifier',
    'otherCertifier',
    'kpiOffice',
  ] as const) {
    agents.set(person, await signIn(app, 'krs', PEOPLE[person]));
  }
});
afterAll(() => app?.stop());
beforeEach(async () => {
  await forget(app);
  app.clock.set(WORLD_NOW);
});

function agent(person: Person): Agent {
  const known = agents.get(person);
  if (known === undefined) throw new Error(`${person} has not signed in`);
  return known;
}

/** The page's HTML. */
async function page(person: Person, path = '/krs/news'): Promise<string> {
  return (await agent(person).get(path).expect(200)).text;
}

/** The texts of a list, in its order. */
function listed(html: string): string[] {
  return [...html.matchAll(/class="item-text news-text">([^<]*)</g)].map(([, text]) => text ?? '');
}

/** What the bell shows. */
function bell(html: string): string | undefined {
  return /class="bell-count"[^>]*>([^<]*)</.exec(html)?.[1];
}

const register = (person: Person, items: string, more: Record<string, string> = {}) =>
  agent(person)
    .post('/krs/news/receipts')
    .type('form')
    .send({ items, ...more });
const ref = (item: string, office: 'krabi' | 'lampang' = 'krabi') => `${item}-${app.world.offices[office]}`;
const isNew = async (item: string) =>
  (await app.db('receipts').where({ item_id: item }).whereNull('registered_at')).length > 0;

describe('what is new', () => {
  it('stands newest first, for the side that it was sent to and nobody else', async () => {
    await send(app, { text: 'เก่ากว่า' });
    await send(app, { text: 'ใหม่กว่า', kind: 'rejection', variable: '2.2/a', sender: 'otherCertifier' });
    await send(app, { text: 'ของลำปาง', offices: ['lampang'] });
    await send(app, { text: 'จากกระบี่ถึงสำนัก 9', sender: 'owner' });
    expect(listed(await page('owner'))).toEqual(['ใหม่กว่า', 'เก่ากว่า']);
    expect(listed(await page('outsider'))).toEqual(['ของลำปาง']);
    expect(listed(await page('certifier'))).toEqual(['จากกระบี่ถึงสำนัก 9']);
    expect(listed(await page('otherCertifier'))).toEqual([]);
  });

  it('leads to the thread, and says indicator, round, sender and deadline', async () => {
    const deadline = new Date(WORLD_NOW.getTime() - DAY);
    const id = await send(app, { offices: ['krabi', 'lampang'], deadline });
    const html = await page('owner');
    const { offices, rounds } = app.world;
    const address = `/krs/threads/${offices.krabi}/${app.world.variable('1/a')}?round=${rounds.open}#item-${id}`;
    expect(html).toContain(`href="${address.replace('&', '&amp;')}"`);
    const text = textOf(html);
    expect(text).toContain('โปรดดำเนินการภายใน');
    expect(text).toContain('พ้นกำหนดแล้ว');
    expect(text).toContain('ส่งถึงหลายหน่วยงาน');
    await agent('owner').get(address).expect(200);
  });

  it('says so when there is nothing, and when nothing fits the filters', async () => {
    expect(textOf(await page('owner'))).toContain('ไม่มีรายการใหม่ ทุกรายการที่ส่งถึงหน่วยงานของท่านลงทะเบียนรับครบแล้ว');
    await send(app);
    expect(textOf(await page('owner', '/krs/news?kind=permit'))).toContain('ไม่มีรายการที่ตรงกับตัวกรอง');
    expect(textOf(await page('owner', '/krs/news?from=1'))).toContain('ไม่มีรายการต่อจากนี้');
  });

  it('is narrowed by kind, other side and fiscal year', async () => {
    await send(app, { text: 'ข้อความ' });
    await send(app, { text: 'เหตุผล', kind: 'rejection' });
    await send(app, { text: 'อนุญาต', kind: 'permit', variable: '2.2/a', sender: 'otherCertifier' });
    await send(app, { text: 'มีกำหนด', deadline: new Date(WORLD_NOW.getTime() + DAY) });
    const at = async (question: string) => listed(await page('owner', `/krs/news?${question}`));
    expect(await at('kind=rejection')).toEqual(['เหตุผล']);
    expect(await at('kind=comment')).toEqual(['มีกำหนด', 'ข้อความ']);
    expect(await at('kind=deadline')).toEqual(['มีกำหนด']);
    expect(await at(`office=${app.world.offices.bureau1}`)).toEqual(['อนุญาต']);
    expect(await at('year=2562')).toHaveLength(4);
    expect(await at('year=2559')).toEqual([]);
    expect(
      await at('kind=nonsense&office=x&year=12&from=abc'),
      'what is not understood says nothing',
    ).toHaveLength(4);
  });

  it('comes in pages of fifty, each beginning where the last one ended', async () => {
    for (let n = 1; n <= 120; n += 1) await send(app, { text: `ข้อ ${n}` });
    const seen: string[] = [];
    let path: string | undefined = '/krs/news';
    let pages = 0;
    while (path !== undefined) {
      const html: string = await page('owner', path);
      seen.push(...listed(html));
      pages += 1;
      path = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    }
    expect(pages).toBe(3);
    expect(seen).toEqual(Array.from({ length: 120 }, (_, n) => `ข้อ ${120 - n}`));
  });
});

describe('the KPI office', () => {
  it('sees its own side first, another bureau’s or all when it asks, and registers for them', async () => {
    const ofBureau9 = await send(app, { text: 'ถึงสำนัก 9', sender: 'owner' });
    const ofBureau1 = await send(app, { text: 'ถึงสำนัก 1', sender: 'owner', variable: '2.2/a' });
    await send(app, { text: 'ถึง กพร.', sender: 'outsider', offices: ['lampang'], variable: '6/a' });
    expect(listed(await page('kpiOffice'))).toEqual(['ถึง กพร.']);
    expect(listed(await page('kpiOffice', '/krs/news?bureau=all'))).toEqual([
      'ถึง กพร.',
      'ถึงสำนัก 1',
      'ถึงสำนัก 9',
    ]);
    const { offices } = app.world;
    expect(listed(await page('kpiOffice', `/krs/news?bureau=${offices.bureau9}`))).toEqual(['ถึงสำนัก 9']);
    // a district office is no side of it
    expect(listed(await page('kpiOffice', `/krs/news?bureau=${offices.krabi}`))).toEqual(['ถึง กพร.']);
    const answer = await register('kpiOffice', `${ref(ofBureau9)},${ref(ofBureau1)}`, {
      bureau: 'all',
    }).expect(303);
    expect(answer.headers.location).toBe('/krs/news?bureau=all');
    const row = await app.db('receipts').where({ item_id: ofBureau9 }).first();
    expect([row.receiver_id, row.registered_by]).toEqual([offices.bureau9, app.world.users.kpiOffice]);
  });

  it('is the only one to look at other sides', async () => {
    await send(app, { text: 'ถึงสำนัก 1', sender: 'owner', variable: '2.2/a' });
    for (const bureau of ['all', app.world.offices.bureau1]) {
      expect(listed(await page('certifier', `/krs/news?bureau=${bureau}`))).toEqual([]);
      expect(listed(await page('owner', `/krs/news?bureau=${bureau}`))).toEqual([]);
    }
  });
});

describe('registering', () => {
  it('of one and of all that are shown: day and person for good, the bell follows', async () => {
    const items = [await send(app), await send(app), await send(app)];
    expect(bell(await page('owner'))).toBe('3');
    await register('owner', ref(items[0] ?? '')).expect(303);
    expect(bell(await page('owner'))).toBe('2');
    const html = await page('owner');
    const all = /name="items" value="([^"]+,[^"]+)"/.exec(html)?.[1] ?? '';
    expect(all.split(',')).toHaveLength(2);
    await register('owner', all, { kind: 'comment' })
      .expect(303)
      .expect('location', '/krs/news?kind=comment');
    expect(bell(await page('owner'))).toBeUndefined();
    const rows = await app.db('receipts');
    expect(rows.map((row) => row.registered_by)).toEqual(Array(3).fill(app.world.users.owner));
    expect(rows.every((row) => row.registered_at.getTime() === WORLD_NOW.getTime())).toBe(true);
  });

  it('is for the side that it was sent to, and where one may write', async () => {
    const mine = await send(app);
    const others = await send(app, { offices: ['lampang'] });
    await register('owner', `${ref(mine)},${ref(others, 'lampang')}`).expect(404);
    expect(await isNew(mine), 'all or none').toBe(true);
    await register('certifier', ref(mine)).expect(404);
    const notAssigned = await send(app, { variable: '5/a' });
    await register('colleague', `${ref(mine)},${ref(notAssigned)}`).expect(403);
    expect(await isNew(mine)).toBe(true);
    const html = await page('colleague');
    expect(textOf(html)).toContain('ตัวชี้วัดนี้ไม่ได้มอบหมายให้ท่าน');
    await register('colleague', ref(mine)).expect(303);
    expect(await isNew(mine)).toBe(false);
  });

  it('by two people at once counts once, for the first of them', async () => {
    const items = await Promise.all(Array.from({ length: 10 }, () => send(app)));
    const forward = items.map((item) => ref(item)).join(',');
    const backward = items
      .toReversed()
      .map((item) => ref(item))
      .join(',');
    await Promise.all([
      register('owner', forward).expect(303),
      register('owner', backward).expect(303),
      register('owner', ref(items[4] ?? '')).expect(303),
    ]);
    expect(await app.db('receipts').whereNull('registered_at')).toHaveLength(0);
  });

  it('says so where somebody was quicker, or the sender took it back', async () => {
    const done = await send(app);
    await register('owner', ref(done)).expect(303);
    await register('owner', ref(done)).expect(303);
    expect(textOf(await page('owner'))).toContain('มีผู้ลงทะเบียนรับไปก่อนแล้ว หรือผู้ส่งถอนไปแล้ว');
    const withdrawn = await send(app);
    await app.db('receipts').where({ item_id: withdrawn }).update({ withdrawn: true });
    expect(listed(await page('owner'))).toEqual([]);
    await register('owner', ref(withdrawn)).expect(303);
    expect((await app.db('receipts').where({ item_id: withdrawn }).first()).registered_at).toBeNull();
  });

  it.each(['', 'x', '1', '1-2,', '-', '1-2 or 1=1'])('refuses the form %j', async (items) => {
    await register('owner', items).expect(400);
  });
});

describe('what was sent and is not registered', () => {
  it('stands oldest first with days of waiting, for the side that sent it', async () => {
    await send(app, { text: 'สามวัน', sentAt: new Date(WORLD_NOW.getTime() - 3 * DAY) });
    // the evening before, less than 24 hours ago
    await send(app, { text: 'เมื่อวาน', sentAt: new Date('2019-10-14T20:00:00+07:00') });
    await send(app, { text: 'วันนี้', sentAt: WORLD_NOW });
    await send(app, { text: 'ของกระบี่', sender: 'owner' });
    const html = await page('certifier', '/krs/news/sent');
    expect(listed(html)).toEqual(['สามวัน', 'เมื่อวาน', 'วันนี้']);
    expect(textOf(html)).toMatch(/สามวัน.* 3 วัน .*เมื่อวาน.* 1 วัน .*วันนี้.* วันนี้ /);
    expect(listed(await page('owner', '/krs/news/sent'))).toEqual(['ของกระบี่']);
    expect(listed(await page('otherCertifier', '/krs/news/sent'))).toEqual([]);
    expect(textOf(await page('outsider', '/krs/news/sent'))).toContain('ไม่มีรายการที่รอลงทะเบียนรับ');
  });

  it('counts what a message to many still lacks, until everybody has registered it', async () => {
    const id = await send(app, { text: 'ถึงทุกคน', offices: ['krabi', 'lampang', 'secondary'] });
    const lacking = async () => textOf(await page('certifier', '/krs/news/sent'));
    expect(await lacking()).toContain('ยังขาด 3 จาก 3 หน่วยงาน');
    await register('owner', ref(id)).expect(303);
    expect(await lacking()).toContain('ยังขาด 2 จาก 3 หน่วยงาน');
    const { lampang } = app.world.offices;
    expect(listed(await page('certifier', `/krs/news/sent?office=${lampang}`))).toEqual(['ถึงทุกคน']);
    expect(listed(await page('certifier', `/krs/news/sent?office=${app.world.offices.krabi}`))).toEqual([]);
    expect(await page('certifier', '/krs/news/sent')).toContain(`/krs/threads/items/${id}/receipts`);
    await agent('certifier').get(`/krs/threads/items/${id}/receipts`).expect(200);
    await app.db('receipts').whereNull('registered_at').update({
      registered_at: WORLD_NOW,
      registered_by: app.world.users.owner,
    });
    expect(listed(await page('certifier', '/krs/news/sent'))).toEqual([]);
  });

  it('comes in pages, and says which bureau it was sent to', async () => {
    for (let n = 1; n <= 51; n += 1) await send(app, { text: `ข้อ ${n}`, sender: 'owner' });
    const html = await page('owner', '/krs/news/sent');
    expect(listed(html)).toHaveLength(50);
    const next = /rel="next" href="([^"]+)"/.exec(html)?.[1] ?? '';
    expect(listed(await page('owner', next))).toEqual(['ข้อ 51']);
  });
});

describe('the bell', () => {
  it('counts to 99 and goes no further', async () => {
    const id = await send(app);
    await app.db.raw(
      `with more as (
         insert into thread_items (system_id, variable_id, office_id, round_id, kind, text, sender_id, side, sender_office_id)
         select i.system_id, i.variable_id, i.office_id, i.round_id, i.kind, i.text, i.sender_id, i.side, i.sender_office_id
           from thread_items i, generate_series(1, 150) where i.id = ? returning id)
       insert into receipts (item_id, system_id, receiver_id, office_id, variable_id, sending_office_id)
       select more.id, c.system_id, c.receiver_id, c.office_id, c.variable_id, c.sending_office_id
         from more, receipts c where c.item_id = ?`,
      [id, id],
    );
    const html = await page('owner', '/krs/status');
    expect(bell(html)).toBe('99+');
    expect(html).toContain('aria-label="รายการใหม่ 99+ รายการ"');
    expect(textOf(html)).toContain('รายการใหม่ 99+');
  });

  it('is silent where nothing is new', async () => {
    const html = await page('owner', '/krs/status');
    expect(bell(html)).toBeUndefined();
    expect(html).toContain('aria-label="ไม่มีรายการใหม่"');
  });
});

describe('the home page', () => {
  it.each([
    ['owner', { text: 'ถึงกระบี่' }],
    ['certifier', { text: 'ถึงสำนัก', sender: 'owner' }],
    ['kpiOffice', { text: 'ถึง กพร.', sender: 'owner', variable: '6/a' }],
  ] as const)('of %s shows the newest of what is new', async (person, item) => {
    expect(await page(person, '/krs')).not.toContain('home-news');
    for (let n = 1; n <= 4; n += 1) await send(app, { ...item, text: `${item.text} ${n}` });
    const text = textOf(await page(person, '/krs'));
    expect(text).toContain('รายการใหม่ 4 รายการ');
    expect(text).toContain(`${item.text} 4`);
    expect(text).not.toContain(`${item.text} 1`);
  });
});

it('asks the same few statements however much is new', async () => {
  const people = ['owner', 'certifier', 'kpiOffice'] as const;
  const paths = ['/krs/news', '/krs/news?bureau=all&kind=comment&year=2562', '/krs/news/sent'];
  const counted = async () => {
    const counts: number[] = [];
    for (const person of people) {
      for (const path of paths) counts.push(await countStatements(app.db, () => page(person, path)));
    }
    return counts;
  };
  await counted();
  const before = await counted();
  for (let n = 1; n <= 60; n += 1) {
    await send(app);
    await send(app, { sender: 'owner' });
  }
  expect(await counted()).toEqual(before);
  expect(Math.max(...before)).toBeLessThanOrEqual(6);
});

it('is complete in English', async () => {
  await send(app, { text: 'x', deadline: WORLD_NOW });
  await app.db('users').where({ id: app.world.users.owner }).update({ locale: 'en' });
  const text = textOf(await page('owner'));
  expect(text).toContain('New for us');
  expect(text).toContain('Register all shown here (1)');
  expect(textOf(await page('owner', '/krs/news/sent'))).toContain('Nothing waits to be registered');
  await app.db('users').where({ id: app.world.users.owner }).update({ locale: 'th' });
});
