import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { createTestDatabase, dropTestDatabase } from '../support/embedded-for-tests.ts';
import { type RunningProgram, startInShell, startProgram } from '../support/process.ts';

// the first one waits until the program is compiled
const SLOW_MACHINE = 120_000;
const running: RunningProgram[] = [];
const PRODUCTION = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'http://127.0.0.1',
  SESSION_SECRET: 'a secret of more than thirty-two letters',
  BCRYPT_COST: '12',
  LOG_LEVEL: 'info',
};
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = await createTestDatabase(inject('databaseUrl'), inject('worldTemplate'));
});
afterAll(() => dropTestDatabase(inject('databaseUrl'), databaseUrl));
afterEach(async () => {
  for (const program of running.splice(0)) {
    program.child.kill('SIGKILL');
    const orphan = /^process (\d+)/.exec(program.stdout())?.[1];
    if (orphan !== undefined) killIfThere(Number(orphan));
    await program.ended;
  }
});

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function start(env: Record<string, string> = {}): RunningProgram {
  const program = startProgram('server', [], { ...defaults(), ...env });
  running.push(program);
  return program;
}

function startBehindShell(env: Record<string, string> = {}): RunningProgram {
  const program = startInShell('server', { ...defaults(), ...env });
  running.push(program);
  return program;
}

function defaults() {
  return { DATABASE_URL: databaseUrl, PORT: '0', BCRYPT_COST: '4', LOG_LEVEL: 'warn', DEMO: 'false' };
}

async function addressOf(program: RunningProgram): Promise<string> {
  await program.printed('The application is running: ');
  return /running: (http:[^\s"]+)/.exec(program.stdout())?.[1] ?? '';
}

describe('the server', { timeout: SLOW_MACHINE }, () => {
  it('says where it is, serves, finishes what is running, and ends although a browser keeps its connection', async () => {
    // a password that takes a second to check
    const program = start({ BCRYPT_COST: '13' });
    const url = await addressOf(program);
    expect(program.stdout()).toMatch(/Mails are kept in \S+mail and go nowhere: SMTP_URL is not set\./);
    expect((await fetch(`${url}/krs/login`)).status).toBe(200);

    const form = new URLSearchParams({ username: 'nobody', password: 'wrong' });
    const answer = fetch(`${url}/krs/login`, { method: 'POST', body: form });
    // over a second connection, which is then kept for nothing
    expect(await (await fetch(`${url}/readyz`)).text()).toBe('ready');
    await new Promise((resolve) => setTimeout(resolve, 200));
    program.child.kill('SIGINT');
    await program.printed('Stopping.');
    await expect(fetch(`${url}/krs/login`)).rejects.toThrow();
    expect((await answer).status).toBe(422);
    expect(await (await answer).text()).toContain('</html>');
    const begin = performance.now();
    expect(await program.ended).toBe(0);
    expect(performance.now() - begin).toBeLessThan(4000);
    expect(program.stderr()).toBe('');
  });

  it('ends at once when told twice, and in production says everything in lines of JSON', async () => {
    const program = start(PRODUCTION);
    const { hostname, port } = new URL(await addressOf(program));
    const socket = await neverEnding(hostname, Number(port));
    program.child.kill('SIGTERM');
    await program.printed('Stopping.');
    program.child.kill('SIGTERM');
    // one Ctrl-C that arrives twice is one; half a second later it is meant
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(program.child.exitCode).toBeNull();
    program.child.kill('SIGTERM');
    expect(await program.ended).toBe(1);
    socket.destroy();
    const lines = program.stdout().trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^The application is running: http:\S+\d$/),
        expect.stringMatching(/^Mails are kept in /),
        'Stopping. Once more to end at once.',
      ]),
    );
  });

  it('says how to begin with an empty database, and ends when npm has gone, which may not hand on a signal', async () => {
    const empty = await createTestDatabase(inject('databaseUrl'));
    const program = startBehindShell({ npm_lifecycle_event: 'start', DATABASE_URL: empty });
    const url = await addressOf(program);
    expect(program.stdout()).toContain('npm run cli -- create-admin');
    expect((await fetch(url)).status).toBe(200);
    program.child.kill('SIGKILL');
    await program.ended;
    expect(program.stdout()).toContain('Stopping: the program that started this one has ended.');
    expect(program.stderr()).toBe('');
    await expect(fetch(url)).rejects.toThrow();
    await dropTestDatabase(inject('databaseUrl'), empty);
  });

  it('outlives whoever else started it', async () => {
    const program = startBehindShell();
    const url = await addressOf(program);
    program.child.kill('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect((await fetch(url)).status).toBe(200);
    process.kill(Number(/process (\d+)/.exec(program.stdout())?.[1]), 'SIGTERM');
    await program.ended;
    expect(program.stdout()).toContain('Stopping. Once more');
  });
});

describe('a server that cannot start says so in a sentence', { timeout: SLOW_MACHINE }, () => {
  it('when the port is in use, before anything is written into an empty database', async () => {
    const other = createServer();
    const port = await listening(other);
    const empty = await createTestDatabase(inject('databaseUrl'));
    const program = start({ PORT: String(port), DATABASE_URL: empty, DEMO: 'true', LOG_LEVEL: 'info' });
    expect(await program.ended).toBe(1);
    expect(program.stderr().trim()).toBe(
      `Port ${port} of 127.0.0.1 is in use: end the other program or set PORT.`,
    );
    expect(program.stdout()).toBe('');
    const db = openDatabase({ url: empty, poolSize: 1 });
    expect((await db.raw("select tablename from pg_tables where schemaname = 'public'")).rows).toEqual([]);
    await db.destroy();
    await dropTestDatabase(inject('databaseUrl'), empty);
    other.close();
  });

  it('when the configuration is wrong', async () => {
    const program = start({ PORT: 'http', BCRYPT_COST: '2' });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toMatch(
      /^The configuration is not usable:\n {2}PORT: .*\n {2}BCRYPT_COST: .*\n$/,
    );
  });

  it('when the database does not answer, without showing its password', async () => {
    const program = start({ DATABASE_URL: 'postgresql://kpi:topsecret@127.0.0.1:1/kpi' });
    expect(await program.ended).toBe(1);
    expect(program.stderr()).toMatch(
      /^The database 127\.0\.0\.1:1\/kpi of DATABASE_URL cannot be reached: .*\n$/,
    );
    expect(program.stderr()).not.toContain('topsecret');
  });
});

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

/** A request whose body never comes to an end. */
async function neverEnding(host: string, port: number): Promise<Socket> {
  const socket = connect(port, host);
  socket.on('error', () => {});
  const head = ['POST /krs/login HTTP/1.1', 'Host: x', 'Content-Type: application/x-www-form-urlencoded'];
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.write(`${head.join('\r\n')}\r\nContent-Length: 100\r\n\r\nusername=a`);
  await new Promise((resolve) => setTimeout(resolve, 200));
  return socket;
}
