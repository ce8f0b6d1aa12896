import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;
let admin: Agent;
let kpiOffice: Agent;
beforeAll(async () => {
  app = await startTestApp();
  admin = await signIn(app, 'krs', PEOPLE.owner);
  kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
afterAll(() => app?.stop());

/** The names of the list, in its order. */
async function names(agent: Agent, query = ''): Promise<string[]> {
  const { text } = await agent.get(`/krs/users${query}`).expect(200);
  return [...text.matchAll(/aria-hidden="true">[^<]*<\/span><span>([^<]*)<small/g)].map(
    ([, name = '']) => name,
  );
}

describe('the list of users', () => {
  it('of an office has its people, admins first, who is disabled last', async () => {
    expect(await names(admin)).toEqual(['เจ้าของ งานดี', 'วิชัย ว่างงาน', 'สมใจ ช่วยกัน', 'อดีต ย้ายไป']);
    expect(await names(admin, `?office=${app.world.offices.lampang}&kind=bureau`)).toHaveLength(4);
  });

  it('says what is known of each, and leads to the pages of the manual', async () => {
    const { text } = await admin.get('/krs/users');
    const row = text.split('<tr').find((part) => part.includes('สมใจ ช่วยกัน')) ?? '';
    for (const part of [
      'somjai@example.org',
      'ผู้รับผิดชอบตัวชี้วัด',
      'ใช้งานได้',
      'ยังไม่เคยเข้าใช้',
      'ขณะนี้ 2 ตัวชี้วัดย่อย',
    ]) {
      expect(row).toContain(part);
    }
    const id = app.world.users.colleague;
    for (const href of [`/krs/users/${id}/assignments`, `/krs/users/${id}`, '/krs/users/new']) {
      expect(row).toContain(`href="${href}"`);
    }
    expect(text).toMatch(/เจ้าของ งานดี[\s\S]*?15 ต\.ค\. 2562/);
  });

  it('of the KPI office has everybody of the system, office by office', async () => {
    const all = await names(kpiOffice);
    expect(all).toHaveLength(10);
    expect(all[0]).toBe('กลาง พัฒนาระบบ');
  });

  it.each([
    ['q=SOMJAI', ['สมใจ ช่วยกัน']],
    [`q=${encodeURIComponent('งานดี')}`, ['เจ้าของ งานดี']],
    [`q=${encodeURIComponent('๘๑๐๑')}`, ['เจ้าของ งานดี']],
    ['q=finance1@', ['รับรอง คลัง']],
    ['kind=bureau&role=bureau_admin', ['หัวหน้า คลัง']],
    ['status=disabled', ['อดีต ย้ายไป']],
    [`q=${encodeURIComponent('%')}`, []],
    ['office=999999', []],
  ])('is narrowed by %s', async (query, expected) => {
    expect(await names(kpiOffice, `?${query}`)).toEqual(expected);
  });

  it.each(['role=emperor', 'office=x', 'page=0', 'page=-1', 'page=1e9', `q=${'x'.repeat(101)}`, 'q=a&q=b'])(
    'is not narrowed by %s, which is no choice of its form',
    async (query) => {
      expect(await names(kpiOffice, `?${query}`)).toEqual(await names(kpiOffice, ''));
    },
  );

  it('goes on after fifty', async () => {
    await app.db.raw(
      `insert into users (system_id, office_id, username, name, role)
       select :systemId, :officeId, 'many' || n, 'คนที่ ' || lpad(n::text, 3, '0'), 'reporter' from generate_series(1, 60) as n`,
      { systemId: app.world.systems.krs, officeId: app.world.offices.lampang },
    );
    const query = `?office=${app.world.offices.lampang}`;
    expect(await names(kpiOffice, query)).toHaveLength(50);
    expect(await names(kpiOffice, `${query}&page=2`)).toHaveLength(11);
    const { text } = await kpiOffice.get(`/krs/users${query}`);
    expect(text).toContain(`href="/krs/users?office=${app.world.offices.lampang}&amp;page=2"`);
    await kpiOffice.get(`/krs/users${query}&page=9`).expect(303);
  });

  it('is no reporter’s and no certifier’s', async () => {
    for (const person of ['colleague', 'certifier'] as const) {
      const agent = await signIn(app, 'krs', PEOPLE[person]);
      for (const path of ['/krs/users', '/krs/users/new', `/krs/users/${app.world.users.idle}`]) {
        await agent.get(path).expect(403);
      }
    }
  });
});
