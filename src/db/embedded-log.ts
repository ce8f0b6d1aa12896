import { copyFile, open, stat, truncate } from 'node:fs/promises';

const LOG_LIMIT_BYTES = 5 * 1024 * 1024;

/** Where the embedded database tells what it does; a pino logger fits. */
export type EmbeddedDatabaseLog = {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
};

/**
 * Keeps the server log at a few megabytes: the old part moves to `postgres.log.1`. It is emptied in place,
 * because the running server has it open (for appending, so that it goes on at the new end).
 */
export async function shortenLog(logFile: string): Promise<void> {
  const file = await stat(logFile).catch(() => null);
  if (file === null || file.size < LOG_LIMIT_BYTES) return;
  await copyFile(logFile, `${logFile}.1`);
  await truncate(logFile);
}

/** What was appended to the file since it had `start` bytes, at most the first 64 kB of it. */
export async function readFrom(path: string, start: number): Promise<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return '';
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - start, 65_536)));
    await file.read(buffer, 0, buffer.length, start);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

/** The last lines of a program's output, on one line. */
export function lastLines(output: string): string {
  return output.trim().split('\n').slice(-4).join(' | ') || 'it ended without a message.';
}
