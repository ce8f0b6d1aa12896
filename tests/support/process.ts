import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A program of ours as a process of its own, run from the sources. */
export interface RunningProgram {
  child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Waits until this text was printed. */
  printed(text: string): Promise<void>;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** Starts `src/<file>` with PATH and what is given in its environment; no DATABASE_URL of a .env file counts. */
export function startProgram(file: string, args: string[], env: Record<string, string>): RunningProgram {
  const child = spawn(process.execPath, ['--import', 'tsx', `src/${file}`, ...args], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH ?? '', NODE_ENV: 'test', DATABASE_URL: '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
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
