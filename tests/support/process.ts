import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compiledProgram } from './compiled.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A program of ours as a process of its own. */
export interface RunningProgram {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Waits until this text was printed. */
  printed(text: string): Promise<void>;
  /** The exit code, once it and all that it started have ended. */
  ended: Promise<number | null>;
}

/**
 * Starts a program (`server`, `cli/index`) with PATH and what is given in its environment; no DATABASE_URL of a .env
 * file counts.
 */
export function startProgram(name: string, args: string[], env: Record<string, string>): RunningProgram {
  return watched(spawn(process.execPath, [compiledProgram(name), ...args], options(env)));
}

/**
 * The same by way of a shell that hands no signal on, as npm's does on some systems. The child is the shell; first
 * of all it prints `process` and the number of the program's.
 */
export function startInShell(name: string, env: Record<string, string>): RunningProgram {
  const command = `"${process.execPath}" "${compiledProgram(name)}" & echo "process $!"; wait`;
  return watched(spawn('/bin/sh', ['-c', command], options(env)));
}

function options(env: Record<string, string>) {
  return {
    cwd: PROJECT,
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'test', DATABASE_URL: '', ...env },
    stdio: 'pipe' as const,
  };
}

function watched(child: ChildProcessWithoutNullStreams): RunningProgram {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  async function printed(text: string): Promise<void> {
    const over = ended.then(() => true);
    while (!stdout.includes(text)) {
      const next = new Promise<false>((resolve) => child.stdout.once('data', () => resolve(false)));
      if (await Promise.race([over, next]))
        throw new Error(`It ended without "${text}":\n${stdout}${stderr}`);
    }
  }
  return { child, stdout: () => stdout, stderr: () => stderr, printed, ended };
}
