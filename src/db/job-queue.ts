import { Logger } from 'graphile-worker';
import type pg from 'pg';
import type { Logger as ProgramLogger } from '../lib/logger.ts';
import type { Db } from './database.ts';

/*
 * A worker that dies leaves its jobs locked, and the queue itself waits four hours before it hands them out again.
 * Which worker is dead cannot be seen from outside; but no job of ours lasts longer than a few minutes (a mail has a
 * deadline of three), so one that is locked for ten belongs to nobody. Should it belong to somebody after all – a
 * machine that was asleep –, it is done twice: every job bears that, a mail arrives with the same Message-ID.
 */
const ABANDONED_MINUTES = 10;

const UNLOCK = `
  with locks as (
    update graphile_worker._private_job_queues set locked_at = null, locked_by = null
     where locked_at <= now() - make_interval(mins => :minutes)
  )
  update graphile_worker._private_jobs set locked_at = null, locked_by = null, run_at = greatest(run_at, now())
   where locked_at <= now() - make_interval(mins => :minutes)`;

/**
 * Hands out jobs again whose worker is gone. `alone`: no other program can be at work on this database, so every
 * lock is one of the dead.
 */
export async function unlockAbandonedJobs(db: Db, alone = false): Promise<void> {
  await db.raw(UNLOCK, { minutes: alone ? 0 : ABANDONED_MINUTES });
}

const LEVELS: Record<string, 'error' | 'warn'> = { error: 'error', warning: 'warn' };

/** What the queue has to say in our log: troubles as such, its daily work only in detail. */
export function jobLogger(logger: ProgramLogger): Logger {
  return new Logger(() => (level, message) => logger[LEVELS[level] ?? 'debug']({ from: 'jobs' }, message));
}

/** A connection that breaks is replaced at its next use; without a listener it would end the process. */
export function outliveConnections(pool: pg.Pool, logger: ProgramLogger): void {
  const tell = (error: Error) => logger.warn({ err: error }, 'a connection of the job queue was lost');
  pool.on('error', tell);
  pool.on('connect', (client) => client.on('error', tell));
}
