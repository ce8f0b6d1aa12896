import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run as createAdmin } from '../../src/cli/create-admin.ts';
import { run } from '../../src/cli/system-create.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { insertArsRound } from '../access/ars-round.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

const PASSWORD = 'first admin of all';
const NAMES = ['--brand', 'E-SAR', '--name-th', 'ระบบประเมินตนเอง', '--name-en', 'Self assessment'];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

function create(args: string[]): Promise<void> {
  return run(args, { db: app.db, config: app.config }, () => {});
}

describe('system create', () => {
  it('is found by the running server, on its own path and on the portal', async () => {
    await app.agent().get('/').expect(200);
    await app.agent().get('/esar/login').expect(404);
    await create(['--code', 'esar', ...NAMES, '--offices', 'copy-of', 'krs']);
    await vi.waitFor(() => app.agent().get('/esar/login').expect(200), { timeout: 3000, interval: 200 });
    expect((await app.agent().get('/').expect(200)).text).toContain('ระบบประเมินตนเอง');
    const offices = await app.db('system_offices').select('system_id').count('* as n').groupBy('system_id');
    expect(new Set(offices.map(({ n }) => n)).size).toBe(1);
  });

  it.each([
    ['a code that is there', ['--code', 'krs', ...NAMES], 'There is a system krs already'],
    ['a code that is no path', ['--code', 'E SAR', ...NAMES], 'cannot be used'],
    ['a path of the program', ['--code', 'assets', ...NAMES], 'cannot be used'],
    ['no name', ['--code', 'kpi', '--brand', 'KPI'], 'Usage: system create'],
    [
      'offices of nobody',
      ['--code', 'kpi', ...NAMES, '--offices', 'copy-of', 'nosuch'],
      'There is no system nosuch',
    ],
    ['other offices', ['--code', 'kpi', ...NAMES, '--offices', 'schools'], 'Usage: system create'],
    ['a long brand', ['--code', 'kpi', ...NAMES, '--brand', 'x'.repeat(51)], 'at most 50'],
  ])('refuses %s', async (_what, args, message) => {
    await expect(create(args)).rejects.toThrow(message);
    expect(await app.db('systems')).toHaveLength(3);
  });
});

describe('three systems in one database', () => {
  const pages = [
    '',
    '/rounds',
    '/framework',
    '/users',
    '/reports/office',
    '/status',
    '/certify/variables',
    '/news',
    '/logins',
    '/tasks',
    '/mail',
  ];
  let browsers: Record<'krs' | 'esar', Agent>;
  let ars: Awaited<ReturnType<typeof insertArsRound>>;

  beforeAll(async () => {
    vi.spyOn(console, 'log').mockImplementation(() => {});
    const config = { ...app.config, adminPassword: PASSWORD };
    const args = ['--system', 'esar', '--username', 'chief', '--name', 'ผู้ดูแล ใหม่'];
    await createAdmin(args, { db: app.db, config, logger: createLogger('silent'), now: app.clock.now() });
    ars = await insertArsRound(app.db);
    browsers = {
      krs: await signIn(app, 'krs', PEOPLE.kpiOffice),
      esar: await signIn(app, 'esar', 'chief', PASSWORD),
    };
  });

  it.each(pages)('nothing of one stands on the page %s of another', async (page) => {
    const esar = await browsers.esar.get(`/esar${page}`);
    const krs = await browsers.krs.get(`/krs${page}`);
    expect(krs.status).toBe(200);
    expect(esar.status).toBe(200);
    for (const foreign of ['ปี 62', 'ARS รอบ', 'ร้อยละของนักเรียน', 'รับรอง คลัง', 'href="/krs/', 'href="/ars/']) {
      expect(esar.text).not.toContain(foreign);
    }
    for (const foreign of ['ARS รอบ', 'ผู้ดูแล ใหม่', 'href="/esar/', 'href="/ars/'])
      expect(krs.text).not.toContain(foreign);
  });

  it('the KPI office of a new one is led through its first steps', async () => {
    const { text } = await browsers.esar.get('/esar').expect(200);
    expect(text).toContain('ขั้นตอนเริ่มต้น');
    expect(text).toMatch(/btn-primary" href="\/esar\/framework"[\s\S]*href="\/esar\/users"/);
    expect(text).not.toContain('ยังไม่มีรอบการรายงาน');
  });

  it('nothing of one is reached by its number from another', async () => {
    const { rounds, offices } = app.world;
    for (const path of [
      `/rounds/${rounds.open}`,
      `/rounds/${rounds.past}/seal`,
      `/rounds/${ars.round}`,
      `/threads/${offices.krabi}/${app.world.variable('1/a')}`,
      `/threads/${offices.krabi}/${ars.variable}`,
      '/framework/2562',
    ]) {
      await browsers.esar.get(`/esar${path}`).expect(404);
    }
    await browsers.krs.get(`/krs/rounds/${ars.round}`).expect(404);
    await browsers.krs.get(`/krs/threads/${offices.krabi}/${ars.variable}`).expect(404);
    const seal = browsers.esar.post(`/esar/rounds/${rounds.past}/seal`).type('form').send({ confirmed: '1' });
    await seal.expect(404);
    expect(await app.db('seals')).toEqual([]);
  });

  it('an account opens its own system alone', async () => {
    await browsers.esar.get('/krs').expect(303);
    await browsers.krs.get('/esar').expect(303);
    const refused = app
      .agent()
      .post('/krs/login')
      .type('form')
      .send({ username: 'chief', password: PASSWORD });
    await refused.expect(422);
  });
});
