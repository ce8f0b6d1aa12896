import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../reports/support.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { assignedTo, insertNextYear, type NextYear, personPath } from './support.ts';

const PATH = '/krs/assignments/takeover';
let app: TestApp;
let owner: Agent;
let next: NextYear;

beforeAll(async () => {
  app = await startTestApp();
  next = await insertNextYear(app);
  owner = await signIn(app, 'krs', PEOPLE.owner);
  // what disabled people had is not taken over
  await app.db('assignments').insert({ user_id: app.world.users.former, node_id: app.world.node('1') });
});
afterAll(() => app?.stop());

async function open(by: Agent, path = PATH) {
  const { text } = await by.get(path).expect(200);
  return textOf(text.slice(text.indexOf('<main')));
}
const clear = () =>
  app
    .db('assignments')
    .whereIn('node_id', [...next.nodes.values()])
    .delete();

const YEARS = { from: '2562', to: '2563' };
const pair = (from: string, to: string) => `${app.world.node(from)}:${next.nodes.get(to)}`;
async function pairsOf(which: 'all' | 'checked'): Promise<string[]> {
  const { text } = await owner.get(PATH).expect(200);
  const boxes = text.match(/<input[^>]* name="pair"[^>]*>/g) ?? [];
  return boxes
    .filter((box) => which === 'all' || box.includes(' checked'))
    .map((box) => /value="([\d:]+)"/.exec(box)?.[1] ?? '')
    .sort();
}

describe('a new fiscal year', () => {
  it('is offered last year’s assignments, while the office has none', async () => {
    for (const path of ['/krs/assignments', personPath(app, 'colleague')]) {
      expect(await open(owner, path)).toContain('ดูและนำการมอบหมายของปี 2562 มาใช้');
    }
    expect(await open(owner, '/krs/assignments?year=2562')).not.toContain('ดูและนำการมอบหมาย');
    const colleague = await signIn(app, 'krs', PEOPLE.colleague);
    expect(await open(colleague, '/krs/assignments')).not.toContain('ดูและนำการมอบหมาย');
  });

  it('shows what is matched by copy or by code, what has another name, and what is left out', async () => {
    const text = await open(owner);
    expect(text).toMatch(/3 ขั้นตอนการพัฒนาองค์กร 9 ขั้นตอนการพัฒนาองค์กร เจ้าของ งานดี, สมใจ ช่วยกัน/);
    expect(text).toMatch(/2\.2 .* 2\.2 การควบคุมภายในแบบใหม่ รหัสตรงกัน แต่ชื่อต่างกัน โปรดตรวจสอบ/);
    // 2.1, 4 and 6 are gone, 5 no longer applies to primary areas
    expect(text).toMatch(/ไม่มีตัวชี้วัดที่ตรงกัน 4 ตัวชี้วัดย่อย .*5 ปริมาณการใช้ไฟฟ้าต่อคน/);
    expect(text).not.toContain('อดีต ย้ายไป');
  });

  it('is offered from the year right before only', async () => {
    await app.db('frameworks').where({ id: next.frameworkId }).update({ fiscal_year: 2564 });
    expect(await open(owner, '/krs/assignments')).not.toContain('ดูและนำการมอบหมาย');
    await owner.get(PATH).expect(404);
    await app.db('frameworks').where({ id: next.frameworkId }).update({ fiscal_year: 2563 });
  });

  it('takes over everything at once, with history and one notice for each other person', async () => {
    const form = { ...YEARS, pair: await pairsOf('all') };
    await owner.post(PATH).type('form').send(form).expect(303);
    expect(await assignedTo(app, 'owner', next.frameworkId)).toEqual(['1', '2.2', '9']);
    expect(await assignedTo(app, 'colleague', next.frameworkId)).toEqual(['1', '9']);
    expect(await assignedTo(app, 'former', next.frameworkId)).toEqual([]);
    expect(await app.db('assignment_events').where({ kind: 'assigned' })).toHaveLength(5);
    const notices = await app.db('notices').select('user_id', 'data');
    expect(notices).toMatchObject([{ user_id: app.world.users.colleague, data: { count: 2, year: 2563 } }]);
    // the offer is over
    await owner.get(PATH).expect(404);
    await owner.post(PATH).type('form').send(form).expect(409);
    expect(await open(owner, '/krs/assignments')).not.toContain('ดูและนำการมอบหมาย');
  });

  it('is taken over once by two at once, and by nobody else', async () => {
    await clear();
    const form = { ...YEARS, pair: await pairsOf('all') };
    const kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const both = await Promise.all([
      owner.post(PATH).type('form').send(form),
      kpiOffice
        .post(PATH)
        .type('form')
        .send({ ...form, office: app.world.offices.krabi }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await assignedTo(app, 'owner', next.frameworkId)).toEqual(['1', '2.2', '9']);
    const lampang = { ...form, office: app.world.offices.lampang };
    await owner.post(PATH).type('form').send(lampang).expect(404);
    await owner.get(`${PATH}?office=${lampang.office}`).expect(404);
    await owner.post(PATH).type('form').send({ from: 'x', to: '2563' }).expect(400);
    await owner.post(PATH).type('form').send({ from: '2563', to: '2562' }).expect(404);
  });

  it('takes the same statements for one person and for twenty', async () => {
    await clear();
    const form = { ...YEARS, pair: await pairsOf('all') };
    const take = () => countStatements(app.db, () => owner.post(PATH).type('form').send(form).expect(303));
    const few = await take();
    await clear();
    await app.db.raw(
      `with more as (
         insert into users (system_id, office_id, username, name, role, email)
         select ?, ?, 'more' || n, 'คนที่ ' || n, 'reporter', n || '@example.org' from generate_series(1, 20) n
         returning id)
       insert into assignments (user_id, node_id) select id, ? from more`,
      [app.world.systems.krs, app.world.offices.krabi, app.world.node('1')],
    );
    expect(await take()).toBe(few);
  });

  it('ticks only what was copied or has the same name; a bare code is for a person to choose', async () => {
    await clear();
    expect(await pairsOf('checked')).toEqual([pair('1', '1'), pair('3', '9')].sort());
    expect(await pairsOf('all')).toEqual([pair('1', '1'), pair('3', '9'), pair('2.2', '2.2')].sort());
    const none = await owner.post(PATH).type('form').send(YEARS).expect(303);
    expect(none.headers.location).toContain('/assignments/takeover?office=');
    await owner
      .post(PATH)
      .type('form')
      .send({ ...YEARS, pair: await pairsOf('checked') })
      .expect(303);
    expect(await assignedTo(app, 'owner', next.frameworkId)).toEqual(['1', '9']);
    await clear();
    // what is no pair of the plan makes nothing
    await owner
      .post(PATH)
      .type('form')
      .send({ ...YEARS, pair: pair('1', '9') })
      .expect(303);
    expect(await assignedTo(app, 'owner', next.frameworkId)).toEqual([]);
  });
});
