import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { given } from '../certification/support.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import { attach, comment, items, lastItem, receipts, startAfresh, threadPath } from './support.ts';

const PAST = new Date('2019-04-10T09:00:00+07:00');

let app: TestApp;
let owner: Agent;
let idle: Agent;
let certifier: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  idle = await signIn(app, 'krs', PEOPLE.idle);
  certifier = await signIn(app, 'krs', PEOPLE.certifier);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());
beforeEach(async () => {
  app.clock.set(WORLD_NOW);
  await startAfresh(app);
});

const show = async (agent: Agent, query = '') => (await agent.get(threadPath(app) + query).expect(200)).text;
const count = (text: string, part: string) => text.split(part).length - 1;

describe('the window', () => {
  it('says what it is about, and has the labels of the manual', async () => {
    const text = await show(owner);
    for (const label of [
      'a. จำนวนนักเรียนที่อ่านออกเขียนได้',
      '1 ร้อยละของนักเรียนที่อ่านออกเขียนได้',
      'สพป.กระบี่',
      '<b>45</b> คน',
      'รอการรับรองผล',
      'เอกสารประกอบ / เอกสารอ้างอิง',
      'เลือกไฟล์',
      'คำอธิบายไฟล์',
      'แนบไฟล์',
      '* สามารถแนบไฟล์ได้ทุกประเภท และขนาดไฟล์ไม่เกิน 10MB',
      'ความคิดเห็น / ข้อเสนอแนะ',
      'ส่งความคิดเห็น',
    ])
      expect(text).toContain(label);
    expect(text).not.toContain('ส่งให้ทุกหน่วยงาน');
    expect(await show(certifier)).toContain('ส่งให้ทุกหน่วยงาน');
  });

  it('shows all rounds of the year in order of time, each item with its round', async () => {
    app.clock.set(PAST);
    // a session of that time has ended by now
    const then = await signIn(app, 'krs', PEOPLE.owner);
    await comment(app, then, { text: 'รอบแรก' }, { round: 'past' }).expect(303);
    app.clock.set(WORLD_NOW);
    await comment(app, certifier, { text: 'รอบสอง' }).expect(303);
    const text = await show(owner, `?round=${app.world.rounds.past}`);
    expect(text.indexOf('รอบแรก')).toBeLessThan(text.indexOf('รอบสอง'));
    expect(text).toContain('<td data-label="รอบ">รอบที่ 1 ปี 62 (รอบ 6 เดือน)</td>');
    expect(text).toContain('<td data-label="รอบ">รอบที่ 2 ปี 62 (รอบ 12 เดือน)</td>');
    expect(text).toContain('10 เม.ย. 2562 09:00 น.');
    expect(text).toMatch(/สพป\.กระบี่<br><small class="muted">เจ้าของ งานดี/);
    expect(text).toContain('<b>40</b> คน');
  });

  it('leads back to where the entry is worked on', async () => {
    const { rounds, offices } = app.world;
    const id = await given(app, 'krabi', '1/a', 'pending');
    expect(await show(owner)).toContain(`href="/krs/entry?round=${rounds.open}#e${id}"`);
    expect(await show(certifier)).toContain(
      `href="/krs/certify/offices?round=${rounds.open}&amp;office=${offices.krabi}#e${id}"`,
    );
  });

  it('of a variable that is due in one round only knows that round', async () => {
    const path = threadPath(app, 'krabi', '5/a');
    expect((await owner.get(path).expect(200)).text).toContain('รอบที่ 2 ปี 62');
    await owner.get(`${path}?round=${app.world.rounds.past}`).expect(404);
    await owner.get(threadPath(app, 'secondary', '5/a')).expect(404);
    await kpiOffice.get(threadPath(app, 'secondary', '5/a')).expect(404);
  });

  it.each(['0/0', 'x/1', '1/x', `9${'9'.repeat(18)}/1`, '-1/2', '4/1.5'])('%s is nothing', async (path) => {
    await kpiOffice.get(`/krs/threads/${path}`).expect(404);
    await kpiOffice
      .post(`/krs/threads/${path}/comments`)
      .type('form')
      .send({ round: '1', text: 'x' })
      .expect(404);
  });

  it('is read by whoever is not assigned, who finds no form in it', async () => {
    await comment(app, certifier).expect(303);
    const text = await show(idle);
    expect(text).toContain('ดูได้อย่างเดียว');
    expect(text).toContain('ยังไม่ลงทะเบียนรับ');
    expect(text).not.toMatch(/คลิกลงรับ|id="thread-comment"|id="thread-files"/);
  });

  it('comes for htmx without its frame', async () => {
    const { text } = await owner.get(threadPath(app)).set('HX-Request', 'true').expect(200);
    expect(text).toMatch(/^\s*<div class="thread" id="thread"/);
    const sent = await comment(app, owner, { text: 'ในแผง' }).set('HX-Request', 'true').expect(200);
    expect(sent.text).toContain('ในแผง');
    expect(sent.text).toContain('ส่งความคิดเห็นแล้ว');
  });

  it('is there in English', async () => {
    await owner.post('/krs/language').type('form').send({ locale: 'en' }).expect(303);
    await comment(app, certifier).expect(303);
    const text = (await show(owner)).replace(/<main[\s\S]*?<h2/, '<h2');
    expect(text).toContain('Register receipt');
    expect(text).toContain('Reference documents and comments');
    await owner.post('/krs/language').type('form').send({ locale: 'th' }).expect(303);
  });
});

describe('a comment', () => {
  it('is new for the other side alone', async () => {
    await comment(app, owner).expect(303);
    const item = await lastItem(app);
    expect(item).toMatchObject({
      kind: 'comment',
      side: 'office',
      on_behalf_of: null,
      sender_id: app.world.users.owner,
    });
    expect(await receipts(app, item.id)).toMatchObject([
      { receiver_id: app.world.offices.bureau9, office_id: app.world.offices.krabi, registered_at: null },
    ]);
    expect(count(await show(owner), 'new-mark')).toBe(0);
    expect(count(await show(certifier), 'new-mark')).toBe(1);
    expect(count(await show(kpiOffice), 'คลิกลงรับ</button>')).toBe(1);
  });

  it('of the KPI office stands in the stead of the bureau, except about its own variables', async () => {
    await comment(app, kpiOffice).expect(303);
    expect(await lastItem(app)).toMatchObject({ side: 'bureau', on_behalf_of: app.world.offices.bureau9 });
    expect(await show(owner)).toContain('กพร. แทน สคส.');
    expect(await show(kpiOffice)).toContain('ท่านส่งและลงรับแทน สคส.');
    expect(await show(certifier)).not.toContain('ท่านส่งและลงรับแทน');
    await comment(app, kpiOffice, {}, { variable: '6/a', round: 'past' }).expect(303);
    expect((await lastItem(app)).on_behalf_of).toBeNull();
  });

  it('can be written after entry and certification have closed', async () => {
    app.clock.set(new Date('2019-12-01T09:00:00+07:00'));
    for (const person of ['owner', 'certifier', 'kpiOffice'] as const) {
      await comment(app, await signIn(app, 'krs', PEOPLE[person])).expect(303);
    }
    expect(await items(app)).toHaveLength(3);
  });

  it.each([
    ['nothing', '   \r\n ', 'พิมพ์ข้อความก่อนส่ง'],
    ['4,001 characters', 'ก'.repeat(4001), 'ข้อความยาวเกิน 4,000 ตัวอักษร'],
  ])('with %s comes back as it was typed', async (_what, text, message) => {
    const answer = await comment(app, owner, { text });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(message);
    expect(answer.text).toContain('aria-invalid');
    // without script the page begins at its top
    expect(answer.text).toMatch(/data-said role="alert"[^>]*><p[^>]*>ยังไม่ได้ส่ง.*href="#thread-comment"/);
    if (text.trim() !== '') expect(answer.text).toContain(text);
    expect(await items(app)).toEqual([]);
  });

  it('of 4,000 characters, line breaks counted once, is kept', async () => {
    const text = `ก\r\n${'ข'.repeat(3998)}`;
    await comment(app, owner, { text }).expect(303);
    expect((await lastItem(app)).text).toBe(text.replace('\r\n', '\n'));
  });

  it.each([
    '<script>alert(1)</script><img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)> \' http://evil.example.org javascript:alert(1)',
    '{{7*7}} $t(common.logout) <%= 7*7 %> \u202e กลับด้าน',
    'บรรทัดหนึ่ง\n\n  บรรทัดสอง 🏫',
  ])('is plain text: %s', async (text) => {
    await comment(app, owner, { text }).expect(303);
    expect((await lastItem(app)).text).toBe(text.trim());
    const shown = await show(certifier);
    expect(shown).not.toMatch(/<script>|<img src=x|<svg onload|href="http/);
    const [, inside = ''] = /<span class="item-text">([\s\S]*?)<\/span>/.exec(shown) ?? [];
    const entities: Record<string, string> = {
      '&lt;': '<',
      '&gt;': '>',
      '&#34;': '"',
      '&#39;': "'",
      '&amp;': '&',
    };
    expect(inside.replace(/&(lt|gt|#34|#39|amp);/g, (entity) => entities[entity] ?? '')).toBe(text.trim());
  });

  it.each<Record<string, string>>([
    { round: '' },
    { round: 'x' },
    { text: 'a\0b' },
    { everybody: '2' },
    { confirmed: 'ja' },
  ])('in a form that no page sends is refused: %o', async (fields) => {
    expect((await comment(app, certifier, fields)).status).toBe(400);
    expect(await items(app)).toEqual([]);
  });
});

describe('documents', () => {
  it('are attached several at once, one item each, with their names and sizes', async () => {
    await attach(app, owner, { 'คำสั่ง "ลับ".txt': 'a'.repeat(3000), 'ภาพ 📷.txt': 'b' }).expect(303);
    const text = await show(owner);
    expect(text).toContain('คำสั่ง &#34;ลับ&#34;.txt</a>');
    expect(text).toContain('ภาพ 📷.txt</a>');
    expect(text).toContain('3 KB');
    const [first, second, ...more] = await items(app);
    expect(more).toEqual([]);
    expect([first?.kind, second?.kind]).toEqual(['document', 'document']);
    const entry = (await owner.get(`/krs/entry?round=${app.world.rounds.open}`).expect(200)).text;
    expect(entry).toContain(
      `data-thread="${app.world.offices.krabi}/${app.world.variable('1/a')}" aria-label="เอกสาร / ความคิดเห็น a. จำนวนนักเรียนที่อ่านออกเขียนได้: เอกสารของหน่วยงานในรอบนี้ 2"`,
    );
  });

  it.each([
    [{}, 'เลือกไฟล์ที่จะแนบ'],
    [{ 'ว่าง.txt': '' }, '“ว่าง.txt”'],
    [{ 'ใหญ่.bin': Buffer.alloc(10 * 1024 * 1024 + 1) }, '10 MB'],
  ] as [Record<string, string | Buffer>, string][])(
    'that are none, empty or too large come back with what was typed',
    async (files, message) => {
      const answer = await attach(app, owner, files, { text: 'คำอธิบายที่พิมพ์ไว้' });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(message);
      expect(answer.text).toContain('value="คำอธิบายที่พิมพ์ไว้"');
      expect(await items(app)).toEqual([]);
      expect(await app.db('stored_files')).toEqual([]);
    },
  );

  it('need a description', async () => {
    const answer = await attach(app, owner, { 'ก.txt': 'ก' }, { text: ' ' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('พิมพ์คำอธิบายไฟล์');
    expect(answer.text).toContain('โปรดเลือกไฟล์อีกครั้ง');
    expect(await app.db('stored_files')).toEqual([]);
  });

  it('are not taken from an office whose value may not be edited, and nothing is kept of them', async () => {
    await given(app, 'krabi', '1/a', 'certified');
    const answer = await attach(app, owner);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('รับรองข้อมูลแล้ว จึงแนบไฟล์ไม่ได้');
    expect(answer.text).toContain('คำอธิบายไฟล์ที่พิมพ์ไว้: คำสั่งแต่งตั้ง');
    await attach(app, certifier).expect(303);
    await given(app, 'krabi', '1/a', 'pending');
    app.clock.set(new Date('2019-10-25T09:00:00+07:00'));
    const later = await signIn(app, 'krs', PEOPLE.owner);
    expect((await attach(app, later)).text).toContain('หมดเวลาบันทึกข้อมูลเมื่อ 20 ต.ค. 2562 16:30 น.');
    await app.db('permits').insert({
      round_id: app.world.rounds.open,
      office_id: app.world.offices.krabi,
      variable_id: app.world.variable('1/a'),
      until: '2019-10-26T09:00:00+07:00',
      reason: 'แนบเพิ่ม',
      granted_by: app.world.users.certifier,
    });
    await attach(app, later).expect(303);
    expect(await items(app)).toHaveLength(2);
    expect(await app.db('stored_files')).toHaveLength(2);
    app.clock.set(new Date('2019-11-20T09:00:00+07:00'));
    for (const person of ['owner', 'certifier', 'kpiOffice'] as const) {
      expect((await attach(app, await signIn(app, 'krs', PEOPLE[person]))).status).toBe(409);
    }
  });
});

describe('once the round is sealed', () => {
  const lists = () => app.db('round_offices').where({ round_id: app.world.rounds.open });
  const seal = (sealed_at: Date | null) => lists().update({ sealed_at });
  const everybody = async () => {
    const offices = await app.db('entries').where({
      round_id: app.world.rounds.open,
      variable_id: app.world.variable('1/a'),
    });
    return { everybody: '1', to: `all:${offices.length}`, confirmed: '1' };
  };
  afterEach(() => seal(null));

  it('nobody comments: a sentence stands in place of the forms, and what was typed is shown back', async () => {
    await seal(WORLD_NOW);
    for (const agent of [owner, certifier, kpiOffice]) {
      const text = await show(agent, `?round=${app.world.rounds.open}`);
      expect(text).toContain('รอบนี้ปิดผนึกแล้ว จึงส่งความคิดเห็นไม่ได้');
      expect(text).not.toMatch(/id="thread-comment"|id="thread-files"/);
      const answer = await comment(app, agent, { text: 'ช้า <ไป>' });
      expect(answer.status).toBe(409);
      expect(answer.text).toContain('ข้อความที่พิมพ์ไว้: ช้า &lt;ไป&gt;');
      expect(answer.text).toContain('href="#thread-comments"');
    }
    expect(await items(app)).toHaveLength(0);
    expect(await show(owner, `?round=${app.world.rounds.past}`)).toContain('id="thread-comment"');
    await comment(app, owner, {}, { round: 'past' }).expect(303);
  });

  it('nothing goes to everybody', async () => {
    const many = await everybody();
    await seal(WORLD_NOW);
    const said = await comment(app, certifier, { text: 'ถึงทุกคน', ...many });
    expect(said.status).toBe(409);
    expect(said.text).toContain('ข้อความที่พิมพ์ไว้: ถึงทุกคน');
    const sent = await attach(app, certifier, undefined, { text: 'คำสั่ง', ...many });
    expect(sent.status).toBe(409);
    expect(sent.text).toContain('คำอธิบายไฟล์ที่พิมพ์ไว้: คำสั่ง');
    expect(await items(app)).toHaveLength(0);
    expect(await app.db('stored_files')).toHaveLength(0);
  });

  it.each([
    ['a comment of the office', () => comment(app, owner)],
    ['a comment of the bureau', () => comment(app, certifier)],
    ['documents of the bureau', () => attach(app, certifier)],
    ['a comment to everybody', async () => comment(app, certifier, await everybody())],
  ])('%s that came while it was being sealed is refused', async (_what, send) => {
    const waiting = await app.db.transaction(async (trx) => {
      await trx('round_offices').where({ round_id: app.world.rounds.open }).update({ sealed_at: WORLD_NOW });
      const answer = Promise.resolve(send());
      await new Promise((resolve) => setTimeout(resolve, 150));
      return { answer };
    });
    expect((await waiting.answer).status).toBe(409);
    expect(await items(app)).toHaveLength(0);
  });
});
