import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/reset-second-factor.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { giveFactor } from '../auth/codes.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

/** The command in this process; returns what it says. */
async function reset(...args: string[]): Promise<string> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const context = { db: app.db, config: app.config, logger: createLogger('silent'), now: app.clock.now() };
  await run(args, context).finally(() => log.mockRestore);
  return String(log.mock.lastCall?.[0]);
}

it('lets the password alone sign in again, writes it down and tells the person', async () => {
  await giveFactor(app, 'owner');
  const said = await reset('--system', 'krs', '--username', PEOPLE.owner);
  expect(said).toContain('with the password alone');
  await (await signIn(app, 'krs', PEOPLE.owner)).get('/krs/entry').expect(200);
  expect(await app.db('user_events').orderBy('id', 'desc').first()).toMatchObject({
    user_id: app.world.users.owner,
    by_user_id: null,
    kind: 'secondFactorOff',
  });
  expect(await app.db('mails').orderBy('id', 'desc').first()).toMatchObject({
    user_id: app.world.users.owner,
    kind: 'accountChanged',
    data: { what: 'secondFactorOff' },
  });
});

it('says where there is nothing to do', async () => {
  expect(await reset('--system', 'krs', '--username', PEOPLE.colleague)).toContain('nothing was changed');
});

it.each([
  ['an unknown user', ['--system', 'krs', '--username', 'nobody'], 'krs has no user nobody.'],
  ['an unknown system', ['--system', 'no', '--username', PEOPLE.owner], 'no has no user'],
  ['missing options', ['--system', 'krs'], 'Usage: reset-second-factor'],
])('refuses %s', async (_what, args, message) => {
  await expect(reset(...args)).rejects.toThrow(message);
});
