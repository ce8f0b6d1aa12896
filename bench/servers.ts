import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectRoot } from '../src/lib/paths.ts';
import type { BareOrder, BareReady } from './bare/order.ts';
import type { Cleanup } from './cleanup.ts';

const PATIENCE_MS = 30_000;
// Linux counts in hundredths of a second, whatever the kernel's own clock does
const MS_PER_TICK = 10;

export interface RunningServer {
  origin: string;
  /** Resident memory in bytes; null where the system does not say. */
  residentBytes(): number | null;
  /** The most that it ever was. */
  highestBytes(): number | null;
  /** CPU time that the process has used so far, in milliseconds; null where the system does not say. */
  cpuMs(): number | null;
  stop(): Promise<void>;
}

export interface AppOptions {
  databaseUrl: string;
  sessionSecret: string;
  /** Folder for a CPU profile, written when the server stops. */
  profile?: string | undefined;
  /** Where uploads go; the paths that are measured have none. */
  uploadsDir?: string | undefined;
}

/** The application as `npm start` runs it in production, in a process of its own. */
export async function startApp(options: AppOptions, cleanup: Cleanup): Promise<RunningServer> {
  const { databaseUrl, sessionSecret, profile, uploadsDir = '' } = options;
  const child = spawn(process.execPath, [...profiling(profile, 'ours'), ...startArguments()], {
    cwd: projectRoot,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DEMO: '',
      HOST: '127.0.0.1',
      PORT: '0',
      PUBLIC_URL: 'http://127.0.0.1',
      DATABASE_URL: databaseUrl,
      SESSION_SECRET: sessionSecret,
      UPLOADS_DIR: uploadsDir,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = () => end(child);
  cleanup.add(stop);
  return { origin: await announcedOrigin(child), ...usageOf(child), stop };
}

/** What `npm start` gives to node. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
  const [program, ...args] = String(scripts.start).split(' ');
  if (program !== 'node') throw new Error(`npm start does not start node: ${scripts.start}`);
  return args;
}

/** The bare limits, in a process of their own. */
export async function startBare(
  order: BareOrder,
  { profile }: { profile?: string | undefined },
  cleanup: Cleanup,
): Promise<RunningServer> {
  const child = fork(join(projectRoot, 'dist/bench/bare/server.js'), {
    execArgv: profiling(profile, 'bare'),
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const stop = () => end(child);
  cleanup.add(stop);
  child.send(order);
  const [ready] = (await Promise.race([once(child, 'message'), failure(child)])) as [BareReady];
  return { origin: ready.origin, ...usageOf(child), stop };
}

function profiling(folder: string | undefined, name: string): string[] {
  if (folder === undefined) return [];
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`, `--cpu-prof-name=${name}.cpuprofile`];
}

async function announcedOrigin(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The application has no output');
  const lines = createInterface({ input: child.stdout });
  const announced = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const origin = /is running:\s+(http:[^\s"]+)/.exec(line)?.[1];
      if (origin !== undefined) resolve(origin);
      else if (line.includes('"level":50')) console.error(line);
    });
  });
  return Promise.race([announced, failure(child)]);
}

function failure(child: ChildProcess): Promise<never> {
  return new Promise((_resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`A server of the bench ended with status ${code}`)));
    setTimeout(() => reject(new Error('A server of the bench did not start in time')), PATIENCE_MS).unref();
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const impatient = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await exited;
  clearTimeout(impatient);
}

function usageOf({ pid }: ChildProcess): Omit<RunningServer, 'origin' | 'stop'> {
  const read = (file: string) =>
    process.platform === 'linux' ? readFileSync(`/proc/${pid}/${file}`, 'utf8') : null;
  return {
    residentBytes: () => bytesIn(read('status'), /^VmRSS:\s+(\d+) kB/m),
    highestBytes: () => bytesIn(read('status'), /^VmHWM:\s+(\d+) kB/m),
    cpuMs() {
      // the name of the program, in brackets, may contain anything; 12 fields after it stands the time
      const fields = read('stat')
        ?.replace(/^.*\) /, '')
        .split(' ');
      return fields === undefined ? null : (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK;
    },
  };
}

function bytesIn(status: string | null, line: RegExp): number | null {
  const kilobytes = line.exec(status ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
