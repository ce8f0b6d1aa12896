import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type EmbeddedDatabase, startEmbeddedDatabase } from '../../src/db/embedded.ts';
import { findPackage, usableBinaries } from '../../src/db/embedded-binaries.ts';
import { EmbeddedClusterError, EmbeddedDatabaseInUseError } from '../../src/db/embedded-errors.ts';
import { canEnter, embeddedDatabaseLocation } from '../../src/db/embedded-location.ts';
import { shortenLog } from '../../src/db/embedded-log.ts';
import { findPostmaster, isPostmasterRunning } from '../../src/db/embedded-pid-file.ts';
import {
  createTestDatabase,
  dropTestDatabase,
  quietLog,
  startTestDatabase,
} from '../support/embedded-for-tests.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

const isRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
let running: EmbeddedDatabase[] = [];
let apps: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kpi-embedded-'));
  await chmod(folder, 0o755);
  dataDir = join(folder, 'ข้อมูล data');
});

afterEach(async () => {
  for (const app of apps) app.kill('SIGKILL');
  for (const database of running) await database.stop();
  apps = [];
  running = [];
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the cluster', () => {
  test('is made at the first start and keeps its data over a restart', async () => {
    const first = await start();
    await query(
      first.url,
      "create table notes (id int primary key, t text); insert into notes values (1, 'เก็บไว้')",
    );
    await first.stop();
    await expect(query(first.url, 'select 1')).rejects.toThrow(/ECONNREFUSED/);

    const second = await start();
    expect(await query(second.url, 'select t from notes')).toEqual([{ t: 'เก็บไว้' }]);
  });

  test('is durable, in Bangkok time, on 127.0.0.1 only, and its role is no superuser', async () => {
    const { url } = await start({}, dataDir, 200);
    const settings = await query(
      url,
      `select name, setting from pg_settings where name = any (array['fsync', 'synchronous_commit', 'jit', 'TimeZone',
         'listen_addresses', 'password_encryption', 'max_connections']) order by name collate "C"`,
    );
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      TimeZone: 'Asia/Bangkok',
      fsync: 'on',
      jit: 'off',
      listen_addresses: '127.0.0.1',
      max_connections: '430',
      password_encryption: 'scram-sha-256',
      synchronous_commit: 'on',
    });
    expect(
      await query(url, 'select rolsuper, rolcreatedb from pg_roles where rolname = current_user'),
    ).toEqual([{ rolsuper: false, rolcreatedb: false }]);
    expect(new URL(url).pathname).toBe('/kpi');
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  });

  test('leaves nothing but cluster, log and a private password file in the data folder', async () => {
    await (await start()).stop();
    expect((await readdir(dataDir)).sort()).toEqual(['postgres', 'postgres.log', 'postgres.password']);
    expect((await stat(join(dataDir, 'postgres.password'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'postgres.log'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700);
  });

  test('sorts Thai names with an ICU collation, numbers by value', async () => {
    const { url } = await start();
    await query(url, `create collation if not exists thai (provider = icu, locale = 'th-u-kn-true')`);
    const names = ['ขอนแก่น', 'กรุงเทพ', 'เขต 10', 'แพร่', 'กระบี่', 'เขต 2', 'พะเยา'];
    const rows = await query(url, 'select n from unnest($1::text[]) n order by n collate thai', [names]);
    expect(rows.map(({ n }) => n)).toEqual(['กระบี่', 'กรุงเทพ', 'ขอนแก่น', 'เขต 2', 'เขต 10', 'พะเยา', 'แพร่']);
  });

  test('gets a new password when the file was lost', async () => {
    const first = await start();
    await first.stop();
    await rm(join(dataDir, 'postgres.password'));
    const second = await start();
    expect(new URL(second.url).password).not.toBe(new URL(first.url).password);
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('of another version, or half a one, is refused and not touched', async () => {
    await (await start()).stop();
    const versionFile = join(dataDir, 'postgres', 'PG_VERSION');
    const version = readFileSync(versionFile, 'utf8');
    await writeFile(versionFile, '17\n');
    await expect(start()).rejects.toThrow(
      /was made by PostgreSQL 17; this application brings 18\. Move the data/,
    );
    await rm(versionFile);
    await expect(start()).rejects.toThrow(EmbeddedClusterError);
    await writeFile(versionFile, version);
    if (isRoot) await giveToServer(versionFile);
    await start();
  });
});

describe('after a crash', () => {
  test('of PostgreSQL (kill -9) it recovers, committed data included', async () => {
    const first = await start();
    await query(first.url, 'create table crash (id int); insert into crash select generate_series(1, 1000)');
    const pid = await postmasterPid();
    process.kill(pid, 'SIGKILL');
    const second = await start();
    expect(await postmasterPid()).not.toBe(pid);
    expect(await query(second.url, 'select count(*)::int as n from crash')).toEqual([{ n: 1000 }]);
    await first.stop();
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a stale postmaster.pid does not block, whether its number is free or belongs to another program', async () => {
    await (await start()).stop();
    const bystander = spawn('sleep', ['60'], isRoot ? { uid: statSync(join(dataDir, 'postgres')).uid } : {});
    apps.push(bystander);
    for (const pid of [2 ** 22 - 3, bystander.pid]) {
      const file = join(dataDir, 'postgres', 'postmaster.pid');
      await writeFile(
        file,
        `${pid}\n${join(dataDir, 'postgres')}\n1700000000\n5999\n\n127.0.0.1\n\nready   \n`,
      );
      if (isRoot) await giveToServer(file);
      await (await start()).stop();
    }
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
  });

  test('an empty postmaster.pid, of a server that is just starting, is waited for', async () => {
    await (await start()).stop();
    const file = join(dataDir, 'postgres', 'postmaster.pid');
    const log = join(dataDir, 'postgres.log');
    await writeFile(file, '');
    if (isRoot) await giveToServer(file);
    const starting = start();
    await vi.waitFor(
      () => expect(readFileSync(log, 'utf8')).toContain('lock file "postmaster.pid" is empty'),
      {
        timeout: 10_000,
      },
    );
    await rm(file);
    expect(await query((await starting).url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('of the application (kill -9) its orphaned server is stopped and a new one started', async () => {
    const app = await startApp();
    const orphan = await postmasterPid();
    app.kill('SIGKILL');
    await once(app, 'exit');
    process.kill(orphan, 0);
    const warnings: string[] = [];
    const database = await start({ warn: (message) => warnings.push(message) });
    expect(await postmasterPid()).not.toBe(orphan);
    expect(await isPostmasterRunning(orphan, join(dataDir, 'postgres'))).toBe(false);
    expect(warnings).toEqual([expect.stringContaining('left behind by an application that was killed')]);
    expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  });
});

describe('a second application', () => {
  test('on the same cluster is refused, says which one is there and what to do, and harms nothing', async () => {
    const app = await startApp();
    const pid = await postmasterPid();
    await expect(start()).rejects.toThrow(EmbeddedDatabaseInUseError);
    await expect(start()).rejects.toThrow(
      new RegExp(`in use by .*process ${app.pid}\\)\\. Stop that one first`),
    );
    expect(await postmasterPid()).toBe(pid);
  });

  test.each(['for the first time', 'again'])(
    'started %s at the same moment: exactly one of them runs',
    async () => {
      const options = { dataDir: join(folder, 'together'), log: quietLog, throwAway: true };
      const results = await Promise.allSettled([
        startEmbeddedDatabase(options),
        startEmbeddedDatabase(options),
      ]);
      for (const result of results) {
        if (result.status === 'fulfilled') running.push(result.value);
        else expect(result.reason).toBeInstanceOf(EmbeddedDatabaseInUseError);
      }
      expect(running).toHaveLength(1);
      expect(await query(running[0]?.url ?? '', 'select 1 as one')).toEqual([{ one: 1 }]);
    },
  );
});

test('Ctrl-C in the terminal reaches the application, which still gets its answer and then stops PostgreSQL', async () => {
  const app = await startApp();
  const server = await postmasterPid();
  const output = collect(app);
  process.kill(-(app.pid ?? 0), 'SIGINT');
  const [code] = await once(app, 'exit');
  expect(output.join('')).toContain('answer 42');
  expect(code).toBe(0);
  expect(() => process.kill(server, 0)).toThrow(/ESRCH/);
});

describe('the place of the cluster', () => {
  const stranger = { uid: 54321, gid: 54321 };
  let closed: string;
  let systemDir: string;
  let outside: string;

  beforeAll(async () => {
    closed = join(folder, 'closed', 'data');
    systemDir = join(folder, 'lib');
    await mkdir(closed, { recursive: true });
    await chmod(join(folder, 'closed'), 0o700);
    const hash = createHash('sha256').update(realpathSync(closed)).digest('hex').slice(0, 12);
    outside = join(systemDir, `kpi-reporting-${hash}`);
  });

  test('is the data folder for an ordinary user, and as root where the server user may enter it', async () => {
    const open = join(folder, 'open');
    await mkdir(open);
    expect(canEnter(open, stranger)).toBe(true);
    for (const serverUser of [null, stranger]) {
      const location = embeddedDatabaseLocation({ dataDir: open, serverUser, systemDir });
      expect(location).toMatchObject({ clusterPath: join(realpathSync(open), 'postgres'), relocated: false });
    }
  });

  test('is under /var/lib where the server user cannot enter, and stays there', async () => {
    expect(canEnter(closed, stranger)).toBe(false);
    const locate = () => embeddedDatabaseLocation({ dataDir: closed, serverUser: stranger, systemDir });
    expect(locate()).toMatchObject({ home: outside, relocated: true });
    await mkdir(join(outside, 'postgres'), { recursive: true });
    await chmod(join(folder, 'closed'), 0o755);
    expect(locate()).toMatchObject({ home: outside, relocated: true });
  });

  test('that root chose is not replaced by an empty one for an ordinary user', () => {
    const locate = () => embeddedDatabaseLocation({ dataDir: closed, serverUser: null, systemDir });
    expect(locate).toThrow(/first started as root there\. Start it as root again, or move/);
  });

  test('that has become closed is reported', async () => {
    await rm(outside, { recursive: true });
    await mkdir(join(closed, 'postgres'));
    await chmod(join(folder, 'closed'), 0o700);
    const locate = () => embeddedDatabaseLocation({ dataDir: closed, serverUser: stranger, systemDir });
    expect(locate).toThrow(EmbeddedClusterError);
  });

  test.skipIf(!isRoot)('as root in a folder closed to others: works, outside it, and says so', async () => {
    const warnings: string[] = [];
    const own = await mkdtemp(join(tmpdir(), 'kpi-closed-'));
    const database = await start({ warn: (message) => warnings.push(message) }, own);
    const home = dirname(database.dataPath);
    try {
      expect(home).toMatch(/^\/var\/lib\/kpi-reporting-[0-9a-f]{12}$/);
      expect(warnings).toEqual([expect.stringContaining(`The database is kept in ${home}/postgres instead`)]);
      expect(await query(database.url, 'select 1 as one')).toEqual([{ one: 1 }]);
      expect(await readdir(own)).toEqual([]);
      expect((await stat(database.dataPath)).uid).not.toBe(0);
    } finally {
      await database.stop();
      await rm(home, { recursive: true });
      await rm(own, { recursive: true });
    }
  });
});

describe('the programs', () => {
  test('are run where npm put them, or from a copy when npm ran without install scripts', async () => {
    const home = join(folder, 'programs');
    await mkdir(home);
    const location = embeddedDatabaseLocation({ dataDir: home, serverUser: null });
    const { native, version } = findPackage();
    const bare = join(folder, 'bare', 'native');
    await cp(native, bare, { recursive: true, filter: (path) => !isLink(path, native) });
    const messages: string[] = [];
    const log = { ...quietLog, info: (message: string) => messages.push(message) };
    const binDir = await usableBinaries(location, null, log, { native: bare, version });
    expect(binDir).toBe(join(location.home, `postgres-bin-${version}`, 'bin'));
    expect(messages).toEqual([expect.stringContaining('npm ran without install scripts')]);
    expect(execFileSync(join(binDir, 'postgres'), ['--version'], { encoding: 'utf8' })).toMatch(/ 18\./);
  });
});

test('the log is moved aside when it has become long', async () => {
  const file = join(folder, 'long.log');
  await writeFile(file, 'a short one\n');
  await shortenLog(file);
  expect(existsSync(`${file}.1`)).toBe(false);
  await writeFile(file, 'x'.repeat(6_000_000));
  await shortenLog(file);
  expect(statSync(file).size).toBe(0);
  expect(statSync(`${file}.1`).size).toBe(6_000_000);
});

test('test databases are copied from a template and dropped again', async () => {
  const server = await startTestDatabase();
  try {
    const template = await createTestDatabase(server.adminUrl);
    await query(template, 'create table seeded as select 7 as lucky');
    const [one, two] = await Promise.all([1, 2].map(() => createTestDatabase(server.adminUrl, template)));
    for (const url of [one, two])
      expect(await query(url ?? '', 'select lucky from seeded')).toEqual([{ lucky: 7 }]);
    expect(one).not.toBe(two);
    await dropTestDatabase(server.adminUrl, one ?? '');
    await expect(query(one ?? '', 'select 1')).rejects.toThrow(/does not exist/);
  } finally {
    await server.stop();
  }
});

async function start(
  log: { warn?(message: string): void } = {},
  where = dataDir,
  poolSize = 10,
): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedDatabase({ dataDir: where, poolSize, log: { ...quietLog, ...log } });
  running.push(database);
  return database;
}

async function startApp(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, '..', 'support', 'embedded-app.ts');
  const app = spawn(process.execPath, ['--import', 'tsx', script, dataDir], { detached: true });
  apps.push(app);
  const output = collect(app);
  while (!output.join('').includes('ready')) {
    if (app.exitCode !== null) throw new Error(output.join(''));
    await sleep(20);
  }
  return app;
}

function collect(app: ChildProcess): string[] {
  const output: string[] = [];
  app.stdout?.on('data', (chunk) => output.push(String(chunk)));
  app.stderr?.on('data', (chunk) => output.push(String(chunk)));
  return output;
}

async function query(url: string, sql: string, values?: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(sql, values)).rows;
  } finally {
    await client.end();
  }
}

async function postmasterPid(): Promise<number> {
  const postmaster = await findPostmaster(join(dataDir, 'postgres'));
  if (postmaster === null) throw new Error('no PostgreSQL runs');
  return postmaster.pid;
}

async function giveToServer(file: string): Promise<void> {
  const { uid, gid } = await stat(join(dataDir, 'postgres'));
  execFileSync('chown', [`${uid}:${gid}`, file]);
}

function isLink(path: string, native: string): boolean {
  const list: { target: string }[] = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'));
  return list.some(({ target }) => join(dirname(native), target) === path);
}
