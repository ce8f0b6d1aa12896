import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { embeddedDatabaseLocation, findServerUser } from '../../src/db/embedded-location.ts';
import { type RunningProgram, startProgram } from '../support/process.ts';

const FIVE_MINUTES = 300_000;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kpi-first-start-'));
  // as root, PostgreSQL's own user has to enter it
  await chmod(dataDir, 0o755);
});
afterAll(async () => {
  const { clusterPath } = embeddedDatabaseLocation({ dataDir, serverUser: await findServerUser(dataDir) });
  await rm(dirname(clusterPath), { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
});

function start(): RunningProgram {
  return startProgram('server', [], {
    DATA_DIR: dataDir,
    UPLOADS_DIR: join(dataDir, 'uploads'),
    PORT: '0',
    NODE_ENV: 'development',
    BCRYPT_COST: '5',
  });
}

describe('the first start', { timeout: FIVE_MINUTES }, () => {
  it('makes a database with the demo and names accounts that can sign in; the second keeps it', async () => {
    const first = start();
    await first.printed('Accounts to try');
    expect(first.stdout()).toContain('The demo data were loaded');
    await signInAsFirstAccount(first.stdout());
    await stop(first);

    const second = start();
    await second.printed('Accounts to try');
    expect(second.stdout()).not.toContain('The demo data were loaded');
    await signInAsFirstAccount(second.stdout());
    await commandBeside(second.stdout());
    await stop(second);
  });
});

async function signInAsFirstAccount(printed: string): Promise<void> {
  const url = /running: (http:\S+)/.exec(printed)?.[1] ?? '';
  const password = /password (\S+)/.exec(printed)?.[1] ?? '';
  const [, system, username] = /^ {2}\/(\w+)\s+(\w+)/m.exec(printed) ?? [];
  const body = new URLSearchParams({ username: username ?? '', password });
  const answer = await fetch(`${url}/${system}/login`, { method: 'POST', body, redirect: 'manual' });
  expect(answer.status).toBe(303);
}

/** A command uses the database of the running application. */
async function commandBeside(printed: string): Promise<void> {
  expect(printed).toContain('running');
  const env = {
    DATA_DIR: dataDir,
    UPLOADS_DIR: join(dataDir, 'uploads'),
    NODE_ENV: 'development',
    BCRYPT_COST: '5',
    ADMIN_PASSWORD: 'another good one',
  };
  const args = ['create-admin', '--system', 'krs', '--username', 'another', '--name', 'ผู้ดูแล อีกคน'];
  const command = startProgram('cli/index', args, env);
  expect(await command.ended, command.stderr()).toBe(0);
}

async function stop(program: RunningProgram): Promise<void> {
  program.child.kill('SIGINT');
  expect(await program.ended, program.stderr()).toBe(0);
}
