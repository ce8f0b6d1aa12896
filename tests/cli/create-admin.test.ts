import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/create-admin.ts';
import { createLogger } from '../../src/lib/logger.ts';
import { startProgram } from '../support/process.ts';
import { signIn, startTestApp, type TestApp } from '../support/test-app.ts';

const PASSWORD = 'first admin of all';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ empty: true });
});
afterAll(() => app?.stop());

async function cli(args: string[], stdin = '') {
  const env = { DATABASE_URL: app.databaseUrl, BCRYPT_COST: '4' };
  const program = startProgram('cli/index', args, env);
  program.child.stdin?.end(stdin);
  const code = await program.ended;
  return { code, stdout: program.stdout(), stderr: program.stderr() };
}

function options(username: string, system = 'krs'): string[] {
  return ['--system', system, '--username', username, '--name', 'ผู้ดูแล ระบบกลาง'];
}

/** The command in this process, with its password from the environment. */
function createAdmin(args: string[], password = PASSWORD): Promise<void> {
  const config = { ...app.config, adminPassword: password };
  vi.spyOn(console, 'log').mockImplementation(() => {});
  return run(args, { db: app.db, config, logger: createLogger('silent'), now: app.clock.now() });
}

describe('create-admin', () => {
  it('installs an empty database and makes an account that can sign in', async () => {
    const { code, stdout } = await cli(['create-admin', ...options('chief')], `${PASSWORD}\n`);
    expect(code).toBe(0);
    expect(stdout).toContain('chief may now sign in at');
    await signIn(app, 'krs', 'chief', PASSWORD);
    const codes = (await app.db('systems').orderBy('id')).map((system) => system.code);
    expect(codes).toEqual(['krs', 'ars']);
    const kpiOffice = await app.db('offices').where({ kind: 'kpi_office' });
    expect(kpiOffice).toMatchObject([{ code: '12', short_name: 'กพร.' }]);
    expect(Number((await app.db('system_offices').count())[0]?.count)).toBeGreaterThan(400);
  });

  it('takes the password from the environment, and adds to what is there', async () => {
    await createAdmin(options('second', 'ars'));
    await signIn(app, 'ars', 'second', PASSWORD);
    expect(await app.db('systems')).toHaveLength(2);
  });

  it.each([
    ['a username that exists', options('CHIEF'), PASSWORD, 'krs has a user CHIEF already.'],
    ['an unknown system', options('third', 'nosuch'), PASSWORD, 'There is no system nosuch'],
    ['a weak password', options('third'), 'password123', 'commonest'],
    ['the username as password', options('thirdperson'), 'ThirdPerson', 'it is the username'],
    [
      'an empty password',
      options('third'),
      '',
      'it needs at least 8 bytes (a Thai letter counts as 3) and 4 characters',
    ],
    ['a bad username', options('a b'), PASSWORD, 'letters or digits'],
    ['missing options', [], PASSWORD, 'Usage: create-admin'],
    ['unknown options', ['--nosuch'], PASSWORD, '--nosuch'],
  ])('refuses %s in a sentence', async (_what, args, password, message) => {
    const before = await app.db('users');
    await expect(createAdmin(args, password)).rejects.toThrow(message);
    expect(await app.db('users')).toHaveLength(before.length);
  });
});

describe('the command line', () => {
  it('lists its commands, and exits with 2 where it does not know one', async () => {
    const { code, stderr } = await cli(['nosuch']);
    expect(code).toBe(2);
    expect(stderr).toContain('Unknown command: nosuch');
    for (const command of ['create-admin', 'framework import', 'score ', 'demo reset'])
      expect(stderr).toContain(command);
  });

  it('tells problems without a stack', async () => {
    const { code, stderr } = await cli(['create-admin', '--system', 'krs']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^Usage: create-admin [^\n]*\n$/);
  });
});
