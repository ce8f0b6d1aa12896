import { runOnce } from 'graphile-worker';
import pg from 'pg';
import { jobLogger, outliveConnections } from '../../src/db/job-queue.ts';
import { type JobContext, taskList } from '../../src/jobs.ts';
import { createLogger, type Logger } from '../../src/lib/logger.ts';
import { transportOf } from '../../src/notifications/transport.ts';
import { addressNotices } from '../../src/threads/notices/actions.ts';
import { type ReceivedMail, startMailServer } from './mail-server.ts';
import type { TestApp } from './test-app.ts';

export interface JobOptions {
  /** Where mails go; without it into the folder of `config.dataDir`. */
  smtpUrl?: string;
  logger?: Logger;
  pause?: JobContext['pause'];
  /** Other kinds of work than the program's. */
  taskKinds?: JobContext['taskKinds'];
}

/** What the jobs of this application work with. */
export function jobContext(app: TestApp, { smtpUrl, logger, pause, taskKinds }: JobOptions = {}): JobContext {
  return {
    db: app.db,
    config: app.config,
    clock: app.clock.now,
    storage: app.storage,
    logger: logger ?? createLogger('silent'),
    transport: transportOf({ ...app.config, smtpUrl: smtpUrl ?? app.config.smtpUrl }),
    ...(pause === undefined ? {} : { pause }),
    ...(taskKinds === undefined ? {} : { taskKinds }),
  };
}

/** Does every job that is due, as the program would, and those that they add. */
export async function runJobs(app: TestApp, options: JobOptions = {}): Promise<void> {
  const context = jobContext(app, options);
  const pgPool = new pg.Pool({ connectionString: app.databaseUrl, max: 3 });
  outliveConnections(pgPool, context.logger);
  try {
    await runOnce({ pgPool, logger: jobLogger(context.logger), noHandleSignals: true }, taskList(context));
  } finally {
    await pgPool.end();
  }
}

/** Makes everything due that waits for its time: collected notices, and further tries. */
export async function skipWaiting(app: TestApp): Promise<void> {
  await addressNotices(app.db);
  await app.db.raw("update notices set created_at = created_at - interval '1 hour' where mail_id is null");
  await collectSoon(app);
  await app.db.raw(
    'update graphile_worker._private_jobs set run_at = least(run_at, now()) where locked_at is null',
  );
}

/** Adds the job of every minute that makes mails of notices. */
export async function collectSoon(app: TestApp): Promise<void> {
  await app.db.raw("select graphile_worker.add_job('collect-notices')");
}

/** Sends whatever waits – notices without their ten minutes – and returns the mails that arrived. */
export async function deliverMail(
  app: TestApp,
  options: Omit<JobOptions, 'smtpUrl'> = {},
): Promise<ReceivedMail[]> {
  const server = await startMailServer();
  try {
    await skipWaiting(app);
    await runJobs(app, { ...options, smtpUrl: server.url });
    return server.received;
  } finally {
    await server.stop();
  }
}
