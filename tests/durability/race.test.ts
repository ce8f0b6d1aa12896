import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { historyProblems, lostSaves, scoreProblems } from './consistency.ts';
import { cookieOf, keepSaving, newTally, SAVERS } from './savers.ts';

const DURATION_MS = 3000;
const LIMIT_MS = 10_000;
const ACTS = ['certifications', 'certifications/delete', 'rejections'];

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ env: { DATABASE_POOL_SIZE: '10' } });
});
afterAll(() => app?.stop());

it('offices that save while bureaus decide: nobody waits for ever, and all stays consistent', async () => {
  const saved = newTally();
  const decided: Record<string, number> = {};
  const deciders = [PEOPLE.certifier, PEOPLE.bureauAdmin, PEOPLE.kpiOffice];
  const names = [...SAVERS.map(({ username }) => username), ...deciders];
  // signing in takes its time: the race begins when everybody is there
  const cookies = await Promise.all(names.map((username) => cookieOf(app.url, username)));
  const stop = AbortSignal.timeout(DURATION_MS);
  let last = 1000;
  const numbers = () => ++last;
  const saving = SAVERS.map((saver, at) => {
    const cookie = cookies[at] ?? '';
    const target = { url: app.url, db: app.db, world: app.world, cookie, numbers, limitMs: LIMIT_MS };
    return keepSaving(target, saver, stop, saved);
  });
  const deciding = deciders.map((_, at) =>
    keepDeciding(cookies[SAVERS.length + at] ?? '', at, stop, decided),
  );
  await Promise.all([...saving, ...deciding]);

  expect(
    Object.keys(saved.answers).every((status) => ['303', '409'].includes(status)),
    JSON.stringify(saved),
  ).toBe(true);
  // 200: some were done, others had changed meanwhile
  expect(
    Object.keys(decided).every((status) => ['200', '303', '409'].includes(status)),
    JSON.stringify(decided),
  ).toBe(true);
  expect(saved.acknowledged.length).toBeGreaterThan(0);
  expect(decided[200] ?? decided[303]).toBeGreaterThan(0);
  expect(await lostSaves(app.db, saved.acknowledged)).toEqual([]);
  expect(await historyProblems(app.db)).toEqual([]);
  expect(await scoreProblems(app.db)).toEqual([]);
}, 30_000);

/** Decides on everything of bureau 9 in all offices at once, as this person sees it, over and over. */
async function keepDeciding(
  cookie: string,
  first: number,
  until: AbortSignal,
  answers: Record<string, number>,
) {
  for (let turn = first; !until.aborted; turn += 1) {
    const seen = await app
      .db('entries as e')
      .join('variables as v', 'v.id', 'e.variable_id')
      .where({
        'e.round_id': app.world.rounds.open,
        'v.bureau_id': app.world.offices.bureau9,
        'e.source': 'office',
      })
      .select('e.id', 'e.version');
    const body = new URLSearchParams({
      entries: seen.map(({ id, version }) => `${id}:${version}`).join(','),
      reason: 'ข้อมูลไม่ครบ',
    });
    const answer = await fetch(`${app.url}/krs/certify/${ACTS[turn % ACTS.length]}`, {
      method: 'POST',
      body,
      headers: { Cookie: cookie },
      redirect: 'manual',
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    await answer.text();
    answers[answer.status] = (answers[answer.status] ?? 0) + 1;
  }
}
