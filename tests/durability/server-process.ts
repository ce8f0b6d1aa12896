import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { projectRoot } from '../../src/lib/paths.ts';
import { compiledProgram } from '../support/compiled.ts';

const START_LIMIT_MS = 90_000;

/** The real server as a process of its own. */
export interface ServerProcess {
  url: string;
  /** Resident memory in bytes, now and at its highest; Linux only. */
  memory(): { now: number; highest: number };
  /** `kill -9`: nothing is finished, nothing is said goodbye to. */
  kill(): Promise<void>;
  /** Ctrl-C. */
  stop(): Promise<void>;
}

/** Starts the server with these environment variables, on any free port, and waits until it listens. */
export async function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  const child = spawn(process.execPath, [compiledProgram('server')], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...DEFAULTS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // a test run that is broken off leaves no server behind
  const orphaned = () => child.kill('SIGINT');
  process.once('exit', orphaned);
  child.once('exit', () => process.off('exit', orphaned));
  const url = await addressOf(child).catch((error) => {
    child.kill('SIGKILL');
    throw error;
  });
  return {
    url,
    memory: () => memoryOf(child),
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGINT'),
  };
}

const DEFAULTS = {
  NODE_ENV: 'test',
  PORT: '0',
  HOST: '127.0.0.1',
  DEMO: 'false',
  BCRYPT_COST: '4',
  LOG_LEVEL: 'silent',
  SESSION_SECRET: 'the same secret before and after a restart',
};

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const fail = (what: string) => reject(new Error(`The server ${what}:\n${said}`));
    const late = setTimeout(() => fail('does not start'), START_LIMIT_MS);
    const hear = (data: Buffer) => {
      said += data;
      const url = /is running:\s+(http:\S+)/.exec(said)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', (code) => fail(`ended with ${code}`));
  });
}

function memoryOf({ pid }: ChildProcess): { now: number; highest: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { now: bytes('VmRSS'), highest: bytes('VmHWM') };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}
