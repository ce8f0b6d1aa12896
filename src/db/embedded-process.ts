import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  EmbeddedDatabaseInUseError,
  EmbeddedStartError,
  EmbeddedStopError,
  errorCode,
} from './embedded-errors.ts';
import type { EmbeddedLocation, ServerUser } from './embedded-location.ts';
import { type EmbeddedDatabaseLog, lastLines, readFrom, shortenLog } from './embedded-log.ts';
import { readPostmaster } from './embedded-pid-file.ts';

const run = promisify(execFile);

const POLL_MS = 20;
const START_LIMIT_MS = 5 * 60_000;
const RETRY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 60_000;
// a port taken in between, the last processes of a killed server, another server that is just starting
const PASSING = /could not bind|pre-existing shared memory block|is still in use|"postmaster.pid" is empty/;

/** How to start PostgreSQL programs: from where, and as whom. */
export type ServerPrograms = { binDir: string; serverUser: ServerUser | null };

/** A running server, and where its part of the log begins. */
export type StartedServer = { child: ChildProcess; port: number; logStart: number };

/** Options for child processes of the server: its user, an environment free of PG* settings, a safe folder. */
export function childOptions(home: string, serverUser: ServerUser | null) {
  const env: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' };
  for (const name of ['PATH', 'SystemRoot', 'TEMP', 'TMP', 'TMPDIR']) {
    if (process.env[name] !== undefined) env[name] = process.env[name];
  }
  return { cwd: home, env, windowsHide: true, ...(serverUser ?? {}) };
}

/**
 * Starts postgres on a free port and waits until it takes connections; a cluster that was killed recovers
 * first. The server gets its own session, so that Ctrl-C in the terminal reaches the application only, which
 * then ends PostgreSQL when its last request is answered.
 *
 * @throws EmbeddedStartError with the end of the server's output
 * @throws EmbeddedDatabaseInUseError when another application was quicker
 */
export async function startPostmaster(
  programs: ServerPrograms,
  location: EmbeddedLocation,
  settings: Record<string, string>,
  log: EmbeddedDatabaseLog,
): Promise<StartedServer> {
  await shortenLog(location.logFile);
  const patience = Date.now() + RETRY_LIMIT_MS;
  for (;;) {
    const logStart = (await stat(location.logFile).catch(() => null))?.size ?? 0;
    const port = await freePort();
    const child = spawnPostgres(programs, location, { ...settings, port: String(port) });
    const failure = new Promise<string>((resolve) => child.once('error', (error) => resolve(error.message)));
    if (await isReady(child, location.clusterPath, log)) return { child, port, logStart };
    const output = child.pid === undefined ? await failure : await readFrom(location.logFile, logStart);
    if (Date.now() > patience || !PASSING.test(output)) throw startError(location, output);
    await sleep(250);
  }
}

/** Why a server that had become ready went away before it could be used. */
export async function explainEnd(location: EmbeddedLocation, { logStart }: StartedServer): Promise<Error> {
  return startError(location, await readFrom(location.logFile, logStart));
}

function startError({ clusterPath, logFile }: EmbeddedLocation, output: string): Error {
  if (/lock file "postmaster.pid" already exists|received fast shutdown request/.test(output)) {
    return new EmbeddedDatabaseInUseError(
      `Another application started PostgreSQL on ${clusterPath} at the same moment: ${lastLines(output)}`,
      'Stop that one first, then start again.',
    );
  }
  return new EmbeddedStartError(
    `PostgreSQL did not start on ${clusterPath}: ${lastLines(output)}`,
    `Look into ${logFile}, remove the cause and start again.`,
  );
}

function spawnPostgres(
  { binDir, serverUser }: ServerPrograms,
  location: EmbeddedLocation,
  settings: Record<string, string>,
): ChildProcess {
  const output = openSync(location.logFile, 'a', 0o600);
  try {
    if (serverUser) fchownSync(output, serverUser.uid, serverUser.gid);
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(join(binDir, 'postgres'), ['-D', location.clusterPath, ...flags], {
      ...childOptions(location.home, serverUser),
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

async function isReady(child: ChildProcess, clusterPath: string, log: EmbeddedDatabaseLog): Promise<boolean> {
  const start = Date.now();
  let nextNotice = start + 10_000;
  while (child.pid !== undefined && isRunning(child)) {
    const postmaster = await readPostmaster(clusterPath);
    if (postmaster?.pid === child.pid && postmaster.status === 'ready') return true;
    if (Date.now() - start > START_LIMIT_MS) await endPostmaster(child.pid, () => !isRunning(child));
    if (Date.now() > nextNotice) {
      log.info('PostgreSQL is still starting (after a crash it first repairs its files)');
      nextNotice = Date.now() + 10_000;
    }
    await sleep(POLL_MS);
  }
  return false;
}

/** Whether the child has not ended yet. */
export function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/**
 * Fast shutdown: open transactions are rolled back, a checkpoint is written. After a minute without success
 * the server is told to quit at once (it then recovers at the next start).
 *
 * @throws EmbeddedStopError when even that does not end it
 */
export async function endPostmaster(
  pid: number,
  isGone: () => boolean | Promise<boolean>,
  programs?: ServerPrograms,
): Promise<void> {
  for (const [signal, limit] of [
    ['SIGINT', STOP_LIMIT_MS],
    ['SIGQUIT', 10_000],
  ] as const) {
    await sendSignal(pid, signal, programs);
    const end = Date.now() + limit;
    while (Date.now() < end) {
      if (await isGone()) return;
      await sleep(POLL_MS);
    }
  }
  throw new EmbeddedStopError(
    `PostgreSQL (process ${pid}) does not end.`,
    `Look at what it is doing, then end it by hand: kill -QUIT ${pid}`,
  );
}

async function sendSignal(
  pid: number,
  signal: 'SIGINT' | 'SIGQUIT',
  programs?: ServerPrograms,
): Promise<void> {
  if (process.platform === 'win32' && programs) {
    // Windows has no signals; PostgreSQL takes them through a pipe that pg_ctl knows.
    await run(join(programs.binDir, 'pg_ctl'), ['kill', signal.slice(3), String(pid)]).catch(() => {});
    return;
  }
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
