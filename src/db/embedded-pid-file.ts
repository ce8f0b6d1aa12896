import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { readFile, readlink, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { errorCode } from './embedded-errors.ts';

const run = promisify(execFile);

/** What postmaster.pid says. `status` is `starting`, `ready`, `stopping` or empty. */
export type Postmaster = { pid: number; port: number; status: string };

/** Reads postmaster.pid; null when it is missing or not (yet) written in full. */
export async function readPostmaster(clusterPath: string): Promise<Postmaster | null> {
  const text = await readFile(join(clusterPath, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Math.abs(Number(lines[0]));
  if (!Number.isInteger(pid) || pid === 0) return null;
  return { pid, port: Number(lines[3] ?? 0), status: lines[7] ?? '' };
}

/**
 * The postmaster that runs on this cluster, whoever started it; null when there is none. A postmaster.pid
 * that a crash left behind is removed where its number now belongs to another program, because PostgreSQL
 * itself cannot tell and would refuse to start. (Where the number is free PostgreSQL sees that itself.)
 */
export async function findPostmaster(clusterPath: string): Promise<Postmaster | null> {
  const pidFile = join(clusterPath, 'postmaster.pid');
  const postmaster = await readPostmaster(clusterPath);
  if (postmaster === null) {
    const file = await stat(pidFile).catch(() => null);
    if (file && Date.now() - file.mtimeMs > 5_000) await rm(pidFile, { force: true });
    return null;
  }
  if (!isAlive(postmaster.pid)) return null;
  if (await isServing(postmaster.pid, clusterPath)) return postmaster;
  await rm(pidFile, { force: true });
  return null;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

/** Whether process `pid` is alive and the postmaster of this cluster. */
export async function isPostmasterRunning(pid: number, clusterPath: string): Promise<boolean> {
  return isAlive(pid) && (await isServing(pid, clusterPath));
}

/**
 * A postmaster's working folder is its cluster, which /proc shows; elsewhere the program's name has to do.
 * In doubt the answer is yes: the file then stays, and PostgreSQL refuses rather than risks two servers.
 */
async function isServing(pid: number, clusterPath: string): Promise<boolean> {
  if (process.platform === 'win32') return true;
  if (process.platform !== 'linux') {
    const ps = await run('ps', ['-p', String(pid), '-o', 'comm=']).catch(() => null);
    return ps === null || ps.stdout.includes('postgres');
  }
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === realpathSync(clusterPath);
  } catch (error) {
    // A process that has ended, but was not yet collected by its parent, has no folder any more.
    return errorCode(error) !== 'ENOENT' && (await isCommandFor(pid, clusterPath));
  }
}

/** In containers even root may not see the working folder of another user's process, only its command line. */
async function isCommandFor(pid: number, clusterPath: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch((error) => errorCode(error) ?? '');
  if (command === 'ENOENT') return false;
  const words = command.split('\0');
  const folder = words.indexOf('-D') + 1;
  if (folder > 0) return words[folder] === clusterPath;
  return command.includes('postgres');
}
