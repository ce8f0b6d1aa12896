import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../reports/support.ts';
import { entryFields } from '../support/entry-form.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { assign, assignedTo, fieldsOf, personPath } from './support.ts';

let app: TestApp;
let owner: Agent;
let kpiOffice: Agent;

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

/** The colleague has 1 and 3, the idle one nothing, as in the world. */
beforeEach(async () => {
  const { colleague, idle } = app.world.users;
  await app.db('assignments').whereIn('user_id', [colleague, idle]).delete();
  await app
    .db('assignments')
    .insert(['1', '3'].map((code) => ({ user_id: colleague, node_id: app.world.node(code) })));
  await app.db('notices').delete();
});

async function open(by: Agent, path: string) {
  const { text } = await by.get(path).expect(200);
  const html = text.slice(text.indexOf('<main'));
  return { html, text: textOf(html), fields: fieldsOf(html) };
}

describe('the page of one person', () => {
  it('shows the tree that applies to the office, with ticks and who has it now', async () => {
    const { html, text, fields } = await open(owner, personPath(app, 'colleague'));
    expect(text).toContain('มอบหมายตัวชี้วัดให้ สมใจ ช่วยกัน');
    expect(fields.node).toEqual([app.world.node('1'), app.world.node('3')]);
    expect(fields.shown).toBe(fields.node.join(','));
    expect(text).toMatch(/องค์ประกอบที่ 1 .*เจ้าของ งานดี, สมใจ ช่วยกัน 1 ร้อยละของนักเรียน/);
    expect(text).toContain('หัวข้อ');
    expect(text).toContain('ใช้ข้อมูลส่วนกลาง ไม่ต้องมีผู้กรอก');
    expect(html).toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
    expect(text).toContain('เลือกไว้ 2 จาก 7 ตัวชี้วัดย่อย');
  });

  it('leaves out what does not apply to the office', async () => {
    const secondary = await signIn(app, 'krs', PEOPLE.secondary);
    const { text } = await open(secondary, personPath(app, 'secondary'));
    expect(text).not.toContain('ปริมาณการใช้ไฟฟ้าต่อคน');
  });

  it('shows a bureau what it certifies', async () => {
    const admin = await signIn(app, 'krs', PEOPLE.bureauAdmin);
    const { text } = await open(admin, personPath(app, 'certifier'));
    expect(text).toContain('เลือกไว้ 0 จาก 4 ตัวชี้วัดย่อย');
    expect(text).not.toContain('ระดับความสำเร็จของการควบคุมภายใน');
  });

  it('takes a constant number of statements', async () => {
    const path = personPath(app, 'idle');
    await owner.get(path);
    const few = await countStatements(app.db, () => owner.get(path).expect(200));
    await assign(app, owner, 'idle', { tick: ['1', '2.1', '2.2', '3', '4', '5', '6'] });
    const many = await countStatements(app.db, () => owner.get(path).expect(200));
    expect(many).toBe(few);
    expect(few).toBeLessThanOrEqual(7);
  });
});

describe('saving', () => {
  it('adds and removes, writes the history, and tells the person', async () => {
    const answer = await assign(app, owner, 'colleague', { tick: ['2.1', '5'], untick: ['3'] });
    expect(answer.status).toBe(303);
    expect(await assignedTo(app, 'colleague')).toEqual(['1', '2.1', '5']);
    const events = await app
      .db('assignment_events')
      .where({ user_id: app.world.users.colleague })
      .orderBy('id', 'desc')
      .limit(3)
      .select('kind', 'node_id', 'by_user_id');
    const by_user_id = app.world.users.owner;
    expect(events).toHaveLength(3);
    expect(events).toContainEqual({ kind: 'removed', node_id: app.world.node('3'), by_user_id });
    expect(events).toContainEqual({ kind: 'assigned', node_id: app.world.node('5'), by_user_id });
    const [notice, ...others] = await app.db('notices').select('user_id', 'kind', 'data');
    expect(others).toEqual([]);
    expect(notice).toEqual({
      user_id: app.world.users.colleague,
      kind: 'assigned',
      data: {
        by: 'เจ้าของ งานดี',
        year: 2562,
        count: 2,
        indicators: '2.1 การจัดทำแผนปฏิบัติราชการ\n5 ปริมาณการใช้ไฟฟ้าต่อคน',
      },
    });
    const { text } = await open(owner, answer.headers.location ?? '');
    expect(text).toContain('2.1 การจัดทำแผนปฏิบัติราชการ');
  });

  it('decides at once who may type', async () => {
    const idle = await signIn(app, 'krs', PEOPLE.idle);
    const entry = await app.world.entry('open', 'krabi', '5/a');
    const path = `/krs/entry?round=${app.world.rounds.open}`;
    expect((await idle.get(path)).text).not.toContain(`name="value_${entry}"`);
    await assign(app, owner, 'idle', { tick: ['5'] });
    const { text } = await idle.get(path).expect(200);
    expect(text).toContain(`name="value_${entry}"`);
    await assign(app, owner, 'idle', { untick: ['5'] });
    await idle
      .post(path)
      .type('form')
      .send(await entryFields(app.db, { [entry]: '12' }))
      .expect(409);
  });

  it('tells nobody of the own doing, and of nothing', async () => {
    await assign(app, owner, 'owner', { untick: ['6'] });
    await assign(app, owner, 'owner', { tick: ['6'] });
    const unchanged = await assign(app, owner, 'colleague', {});
    expect(unchanged.status).toBe(303);
    expect(await app.db('notices').select('id')).toEqual([]);
  });

  it('of two people at once keeps what both of them changed', async () => {
    const path = personPath(app, 'colleague');
    const { fields } = await open(owner, path);
    const theirs = { ...fields, node: fields.node.filter((id) => id !== app.world.node('3')) };
    const mine = { ...fields, node: [...fields.node, app.world.node('5')] };
    const answers = await Promise.all([
      owner.post(path).type('form').send(mine),
      kpiOffice.post(path).type('form').send(theirs),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([303, 303]);
    expect(await assignedTo(app, 'colleague')).toEqual(['1', '5']);
  });

  it('sent twice changes nothing the second time', async () => {
    const path = personPath(app, 'idle');
    const { fields } = await open(owner, path);
    const events = () => app.db('assignment_events').where({ user_id: app.world.users.idle }).select('id');
    const before = await events();
    const form = { ...fields, node: [app.world.node('1'), app.world.node('2.1')] };
    await Promise.all([owner.post(path).type('form').send(form), owner.post(path).type('form').send(form)]);
    expect(await assignedTo(app, 'idle')).toEqual(['1', '2.1']);
    expect(await events()).toHaveLength(before.length + 2);
  });

  it('takes the same statements for one sub-indicator and for all', async () => {
    const path = personPath(app, 'idle');
    const save = async (node: string[]) => {
      const { fields } = await open(owner, path);
      return countStatements(app.db, () =>
        owner
          .post(path)
          .type('form')
          .send({ ...fields, node })
          .expect(303),
      );
    };
    const one = await save([app.world.node('1')]);
    const all = await save(['2.1', '2.2', '3', '4', '5', '6'].map((code) => app.world.node(code)));
    expect(all).toBe(one);
    expect(one).toBeLessThanOrEqual(9);
  });

  it('has no effect on a disabled account', async () => {
    const answer = await assign(app, owner, 'former', { tick: ['1'] });
    expect(answer.status).toBe(409);
    expect(textOf(answer.text)).toContain('ถูกยกเลิกการใช้งาน จึงมอบหมายตัวชี้วัดไม่ได้');
    expect(await assignedTo(app, 'former')).toEqual([]);
  });

  it('refuses what does not apply, people of other offices, and forms that nobody made', async () => {
    const path = personPath(app, 'idle');
    const send = (fields: object, to = path, by = owner) => by.post(to).type('form').send(fields);
    const none = { year: '2562', shown: '' };
    expect((await send({ ...none, node: app.world.node('C1') })).status).toBe(404);
    expect((await send({ ...none, node: '999999999' })).status).toBe(404);
    expect((await send({ ...none, node: app.world.node('1') }, personPath(app, 'outsider'))).status).toBe(
      404,
    );
    const secondary = personPath(app, 'secondary');
    expect((await send({ ...none, node: app.world.node('5') }, secondary, kpiOffice)).status).toBe(404);
    expect((await send({ ...none, year: '2561' })).status).toBe(404);
    expect((await send({ year: '2562', node: 'x' })).status).toBe(400);
    expect(await assignedTo(app, 'idle')).toEqual([]);
  });
});

describe('ticking many', () => {
  it('of a heading works without script, and keeps the other ticks', async () => {
    const path = personPath(app, 'idle');
    const form = { year: '2562', shown: '', node: [app.world.node('5')], tick: app.world.node('C1') };
    const { text } = await owner.post(path).type('form').send(form).expect(200);
    const ticked = ['1', '2.1', '2.2', '5'].map((code) => app.world.node(code));
    expect(fieldsOf(text)).toEqual({ year: '2562', shown: '', node: ticked });
    expect(await assignedTo(app, 'idle')).toEqual([]);
    await owner
      .post(path)
      .type('form')
      .send({ ...form, tick: '999999999' })
      .expect(404);
  });

  it('copies the assignments of a colleague as a preview', async () => {
    const from = app.world.users.colleague;
    const path = `${personPath(app, 'idle')}?from=${from}`;
    const { text, fields } = await open(owner, path);
    expect(text).toContain('เลือกตาม สมใจ ช่วยกัน แล้ว เพิ่มขึ้น 2 ตัวชี้วัดย่อย ยังไม่บันทึก');
    expect(fields.shown).toBe('');
    expect(await assignedTo(app, 'idle')).toEqual([]);
    await owner.post(personPath(app, 'idle')).type('form').send(fields).expect(303);
    expect(await assignedTo(app, 'idle')).toEqual(['1', '3']);
    await owner.get(`${personPath(app, 'idle')}?from=${app.world.users.outsider}`).expect(404);
  });
});
