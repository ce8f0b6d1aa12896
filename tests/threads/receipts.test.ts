import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { act, given } from '../certification/support.ts';
import { deliverMail, skipWaiting } from '../support/jobs.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, WORLD_NOW } from '../support/world.ts';
import {
  attach,
  comment,
  items,
  lastItem,
  receipts,
  register,
  startAfresh,
  takeBack,
  threadPath,
} from './support.ts';

let app: TestApp;
let owner: Agent;
let colleague: Agent;
let idle: Agent;
let outsider: Agent;
let secondary: Agent;
let certifier: Agent;
let bureauAdmin: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  const enter = (person: keyof typeof PEOPLE) => signIn(app, 'krs', PEOPLE[person]);
  [owner, colleague, idle, outsider] = [
    await enter('owner'),
    await enter('colleague'),
    await enter('idle'),
    await enter('outsider'),
  ];
  [secondary, certifier, bureauAdmin, kpiOffice] = [
    await enter('secondary'),
    await enter('certifier'),
    await enter('bureauAdmin'),
    await enter('kpiOffice'),
  ];
});
afterAll(() => app?.stop());
beforeEach(async () => {
  app.clock.set(WORLD_NOW);
  await startAfresh(app);
  await given(app, 'krabi', '1/a', 'pending');
});

/** A comment of this person, just sent. */
async function said(by: Agent): Promise<string> {
  await comment(app, by).expect(303);
  return (await lastItem(app)).id;
}

async function receiptOf(id: string) {
  const [receipt] = await receipts(app, id);
  return receipt;
}

describe('registering', () => {
  it('puts date and person where both sides see them, once and for all', async () => {
    const id = await said(owner);
    await register(app, bureauAdmin, [id]).expect(303);
    const first = await receiptOf(id);
    expect(first).toMatchObject({ registered_at: WORLD_NOW, registered_by: app.world.users.bureauAdmin });
    app.clock.advance(5);
    const again = await register(app, certifier, [id]).set('HX-Request', 'true').expect(200);
    expect(again.text).toContain('มีผู้ลงทะเบียนรับไปก่อนแล้ว');
    expect(await receiptOf(id)).toEqual(first);
    for (const agent of [owner, certifier]) {
      const { text } = await agent.get(threadPath(app));
      expect(text).toMatch(/15 ต\.ค\. 2562 09:00 น\.<br><small class="muted">โดย ผู้ดูแล คลัง|โดย /);
      expect(text).not.toContain('new-mark');
    }
    await expect(
      app.db('receipts').where({ item_id: id }).update({ registered_at: null, registered_by: null }),
    ).rejects.toThrow('irreversible');
  });

  it('in the stead of the bureau counts for the bureau, and says so', async () => {
    const id = await said(owner);
    await register(app, kpiOffice, [id]).expect(303);
    const { text } = await owner.get(threadPath(app));
    expect(text).toMatch(/โดย [^<]+ \(กพร\.\)/);
    expect((await certifier.get(threadPath(app))).text).not.toContain('new-mark');
  });

  it('of two people at once the first wins, and both are answered', async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = await said(owner);
      const answers = await Promise.all(
        [certifier, bureauAdmin, kpiOffice].map((by) => register(app, by, [id])),
      );
      expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
      expect((await receiptOf(id))?.registered_by).not.toBeNull();
    }
  });

  it('everything that the page showed, and nothing that came in between', async () => {
    const shown = [await said(owner), await said(owner), await said(colleague)];
    const { text } = await certifier.get(threadPath(app));
    expect(text).toContain(`name="items" value="${shown.join(',')}"`);
    const later = await said(owner);
    await register(app, certifier, shown).expect(303);
    expect(await app.db('receipts').whereNull('registered_at').pluck('item_id')).toEqual([later]);
  });

  it('overlapping lists of two people never block each other', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) ids.push(await said(owner));
    const answers = await Promise.all([
      register(app, certifier, ids),
      register(app, bureauAdmin, [...ids].reverse()),
      register(app, kpiOffice, ids.slice(4)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await app.db('receipts').whereNull('registered_at')).toEqual([]);
  });

  it('is for the addressed side, and for whoever may write', async () => {
    const toBureau = await said(owner);
    const toOffice = await said(certifier);
    await register(app, owner, [toBureau]).expect(404);
    await register(app, certifier, [toOffice]).expect(404);
    await register(app, idle, [toOffice]).expect(403);
    await register(app, outsider, [toOffice]).expect(404);
    await register(app, owner, [toOffice], threadPath(app, 'krabi', '1/b')).expect(404);
    // one of them is not the side's: none is registered
    await register(app, owner, [toOffice, toBureau]).expect(404);
    expect(await app.db('receipts').whereNotNull('registered_at')).toEqual([]);
    for (const text of ['', 'x', '1,,2', '1;2', `${'1,'.repeat(20_001)}1`]) {
      await register(app, certifier, [text]).expect(400);
    }
  });
});

describe('taking back', () => {
  it('leaves a trace, and nothing new for the other side', async () => {
    await attach(app, owner, { 'ผิดไฟล์.txt': 'x' }).expect(303);
    const { id } = await lastItem(app);
    app.clock.advance(10);
    await takeBack(app, owner, id).expect(303);
    for (const agent of [owner, certifier]) {
      const { text } = await agent.get(threadPath(app));
      expect(text).toContain('ถูกถอนเมื่อ 15 ต.ค. 2562 09:10 น.');
      expect(text).toContain('<s class="file-name">ผิดไฟล์.txt</s>');
      expect(text).not.toMatch(/new-mark|คลิกลงรับ|threads\/files/);
      await agent.get(`/krs/threads/files/${id}`).expect(404);
    }
    expect((await takeBack(app, owner, id)).status).toBe(409);
    await register(app, certifier, [id]).expect(303);
    expect(await receiptOf(id)).toMatchObject({ registered_at: null, withdrawn: true });
  });

  it('leaves nothing to tell by mail, before it is collected and before it is sent', async () => {
    const texts = async (collected: boolean) => {
      const id = await said(owner);
      await comment(app, owner, { text: 'อีกข้อความหนึ่ง' }).expect(303);
      if (collected) await skipWaiting(app);
      await takeBack(app, owner, id).expect(303);
      const mails = await deliverMail(app);
      await app.db('notices').delete();
      return mails.map(({ text }) => text).join('\n');
    };
    for (const collected of [false, true]) {
      const text = await texts(collected);
      expect(text).toContain('อีกข้อความหนึ่ง');
      expect(text).not.toContain('โปรดตรวจสอบ');
    }
  });

  it('is asked for once more where there is no script', async () => {
    const id = await said(owner);
    const path = `${threadPath(app)}/items/${id}/withdrawal`;
    const question = await owner.post(path).type('form').send({ round: app.world.rounds.open }).expect(200);
    expect(question.text).toContain('ถอน “โปรดตรวจสอบ” หรือไม่');
    expect((await lastItem(app)).withdrawn_at).toBeNull();
  });

  it('is the sender’s alone, until it is registered', async () => {
    const id = await said(owner);
    for (const agent of [colleague, certifier, kpiOffice]) {
      expect((await takeBack(app, agent, id)).status).toBe(403);
    }
    expect((await takeBack(app, outsider, id)).status).toBe(404);
    expect((await takeBack(app, owner, id, threadPath(app, 'krabi', '1/b'))).status).toBe(404);
    await register(app, certifier, [id]).expect(303);
    const late = await takeBack(app, owner, id);
    expect(late.status).toBe(409);
    expect(late.text).toContain('อีกฝ่ายลงทะเบียนรับแล้ว');
    expect((await lastItem(app)).withdrawn_at).toBeNull();
  });

  it.each(['certify', 'reject'] as const)(
    'ends with the next decision, even when that is cancelled: %s',
    async (verb) => {
      const id = await said(owner);
      const entry = await app.world.entry('open', 'krabi', '1/a');
      app.clock.advance(1);
      expect((await act(app, certifier, verb, entry)).status).toBe(303);
      expect((await act(app, certifier, 'cancel', entry)).status).toBe(303);
      const late = await takeBack(app, owner, id);
      expect(late.status).toBe(409);
      expect(late.text).toContain('ผู้รับรองพิจารณาข้อมูลหลังจากที่ส่งแล้ว');
      // what is sent after it can be taken back
      app.clock.advance(1);
      await takeBack(app, owner, await said(owner)).expect(303);
    },
  );

  it('is not for the reasons of decisions', async () => {
    const entry = await app.world.entry('open', 'krabi', '1/a');
    await act(app, certifier, 'reject', entry);
    const { id } = await lastItem(app);
    const answer = await takeBack(app, certifier, id);
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('ถอนไม่ได้');
  });

  it('and registering at once: one of them happens', async () => {
    const outcomes = new Set<string>();
    for (let round = 0; round < 12; round += 1) {
      const id = await said(owner);
      const both = [() => takeBack(app, owner, id), () => register(app, certifier, [id])];
      const answers = await Promise.all((round % 2 ? both : both.reverse()).map((one) => one()));
      const item = await lastItem(app);
      const receipt = await receiptOf(id);
      expect((item.withdrawn_at === null) === (receipt?.registered_at !== null)).toBe(true);
      expect(receipt?.withdrawn).toBe(item.withdrawn_at !== null);
      expect(answers.every(({ status }) => status === 303 || status === 409)).toBe(true);
      outcomes.add(item.withdrawn_at === null ? 'registered' : 'withdrawn');
    }
    expect(outcomes.size).toBeGreaterThan(0);
  });

  it('and certifying at once end in good order', async () => {
    for (let round = 0; round < 6; round += 1) {
      const entry = await given(app, 'krabi', '1/a', 'pending');
      await attach(app, owner).expect(303);
      const { id } = await lastItem(app);
      const [withdrawn, certified, attached] = await Promise.all([
        takeBack(app, owner, id),
        act(app, certifier, 'certify', entry),
        attach(app, owner),
      ]);
      expect([303, 409]).toContain(withdrawn.status);
      expect(certified.status).toBe(303);
      expect([303, 409]).toContain(attached.status);
    }
  });
});

describe('to all offices', () => {
  // after every decision above
  beforeEach(() => app.clock.advance(5));

  const send = (by: Agent, fields: Record<string, string>) =>
    comment(app, by, { everybody: '1', to: 'all:3', confirmed: '1', text: 'โปรดรายงาน', ...fields });

  it('one item is delivered to every office that has the variable, each with its receipt', async () => {
    await send(certifier, { deadline: '2019-10-18T16:30' }).expect(303);
    const [item, ...more] = await items(app);
    expect(more).toEqual([]);
    expect(item).toMatchObject({ office_id: null, deadline: new Date('2019-10-18T16:30:00+07:00') });
    expect(await receipts(app, item?.id ?? '')).toHaveLength(3);
    for (const [agent, office] of [
      [owner, 'krabi'],
      [outsider, 'lampang'],
      [secondary, 'secondary'],
    ] as const) {
      const { text } = await agent.get(threadPath(app, office)).expect(200);
      expect(text).toContain('โปรดรายงาน');
      expect(text).toContain('โปรดดำเนินการภายใน 18 ต.ค. 2562 16:30 น.');
      expect(text).toContain('new-mark');
    }
    await register(app, outsider, [item?.id ?? ''], threadPath(app, 'lampang')).expect(303);
    const overview = await bureauAdmin.get(`/krs/threads/items/${item?.id}/receipts`).expect(200);
    expect(overview.text).toContain('ลงทะเบียนรับแล้ว 1 จาก 3 หน่วยงาน');
    expect(overview.text).toContain('<dt>ให้ดำเนินการภายใน</dt>');
    expect(overview.text.indexOf('สพป.กระบี่')).toBeLessThan(overview.text.indexOf('สพป.ลำปาง'));
    expect((await owner.get(threadPath(app))).text).toContain('new-mark');
    // one office has registered it: it stays
    expect((await takeBack(app, certifier, item?.id ?? '')).status).toBe(409);
    expect((await certifier.get(threadPath(app))).text).not.toContain('/withdrawal');
  });

  it('can be taken back as a whole until the first office has registered it', async () => {
    await send(kpiOffice, {}).expect(303);
    const { id, on_behalf_of } = await lastItem(app);
    expect(on_behalf_of).toBe(app.world.offices.bureau9);
    const overview = `/krs/threads/items/${id}/receipts`;
    expect((await certifier.get(overview).expect(200)).text, 'not the sender').not.toContain('/withdrawal');
    const [, action = ''] = /action="([^"]+\/withdrawal)"/.exec((await kpiOffice.get(overview)).text) ?? [];
    const question = await kpiOffice.post(action).type('form').send({ overview: '1' }).expect(200);
    expect(question.text).toContain('name="overview" value="1"');
    const done = await kpiOffice
      .post(action)
      .type('form')
      .send({ overview: '1', confirmed: '1' })
      .expect(303);
    expect(done.headers.location).toBe(overview);
    expect((await kpiOffice.get(overview)).text).not.toContain('/withdrawal');
    expect((await outsider.get(threadPath(app, 'lampang'))).text).toContain('ถูกถอนเมื่อ');
    expect(await app.db('receipts').where({ withdrawn: false })).toEqual([]);
  });

  it('or to those of one status, as many as the sender was told', async () => {
    await given(app, 'lampang', '1/a', 'rejected');
    const { text } = await certifier.get(threadPath(app));
    for (const option of ['all:3', 'unreported:1', 'pending:1', 'rejected:1'])
      expect(text).toContain(`value="${option}"`);
    await send(certifier, { to: 'unreported:1' }).expect(303);
    const [receipt, ...more] = await receipts(app, (await lastItem(app)).id);
    expect([receipt?.office_id, more]).toEqual([app.world.offices.secondary, []]);
    const changed = await send(certifier, { to: 'rejected:2', text: 'ข้อความที่พิมพ์ไว้' });
    expect(changed.status).toBe(409);
    expect(changed.text).toContain('จำนวนหน่วยงานเปลี่ยนไป');
    expect(changed.text).toContain('ข้อความที่พิมพ์ไว้</textarea>');
    const emptied = await send(certifier, { to: 'rejected:0' });
    expect(emptied.status).toBe(409);
    await given(app, 'lampang', '1/a', 'pending');
    // an audience that is empty by now does not silently become all
    const nobody = await send(certifier, { to: 'rejected:1' });
    expect(nobody.status).toBe(409);
    expect(nobody.text).toMatch(/<option value="rejected:0" selected/);
    expect(await items(app)).toHaveLength(1);
  });

  it('asks for the number where there is no script, and for a time that lies ahead', async () => {
    // at once beside the choice: nobody chooses files a second time for want of a tick
    const { text } = await certifier.get(threadPath(app));
    expect(text).toMatch(/class="form-check without-script"><input[^>]*name="confirmed" value="1"/);
    const asked = await comment(app, certifier, { everybody: '1', to: 'all:3' });
    expect(asked.status).toBe(422);
    expect(asked.text).toContain('ยืนยันการส่งถึง 3 หน่วยงาน');
    expect((await send(certifier, { deadline: '2019-10-14T16:30' })).text).toContain('ต้องเป็นเวลาหลังจากขณะนี้');
    expect((await send(certifier, { deadline: 'พรุ่งนี้' })).text).toContain('วันและเวลาไม่ถูกต้อง');
    for (const to of ['', 'all', 'certified:1', 'all:x']) {
      expect((await send(certifier, { to })).status, to).toBe(400);
    }
    expect(await items(app)).toEqual([]);
  });

  it('documents, stored once', async () => {
    await attach(
      app,
      certifier,
      { 'แบบฟอร์ม.txt': 'ก', 'ตัวอย่าง.txt': 'ข' },
      { everybody: '1', to: 'all:3', confirmed: '1' },
    ).expect(303);
    expect(await app.db('stored_files')).toHaveLength(2);
    expect(await items(app)).toHaveLength(2);
    expect(await app.db('receipts')).toHaveLength(6);
    const { id } = await lastItem(app);
    for (const agent of [owner, outsider, secondary]) await agent.get(`/krs/threads/files/${id}`).expect(200);
    const refused = await attach(
      app,
      certifier,
      { 'ก.txt': 'ก' },
      { everybody: '1', to: 'all:9', confirmed: '1' },
    );
    expect(refused.status).toBe(409);
    expect(await app.db('stored_files')).toHaveLength(2);
  });

  it('is not for offices', async () => {
    expect((await send(owner, {})).status).toBe(403);
    expect(
      (await attach(app, owner, { 'ก.txt': 'ก' }, { everybody: '1', to: 'all:3', confirmed: '1' })).status,
    ).toBe(403);
    expect(await items(app)).toEqual([]);
    expect(await app.db('stored_files')).toEqual([]);
  });
});
