import { setTimeout as sleep } from 'node:timers/promises';
import { type Runner, run, type TaskList } from 'graphile-worker';
import type pg from 'pg';
import { z } from 'zod';
import { pruneLoginHistory } from './auth/history/actions.ts';
import { tellOpenings } from './cycle/openings/actions.ts';
import { sendReminders } from './cycle/reminders/actions.ts';
import { jobLogger, outliveConnections, unlockAbandonedJobs } from './db/job-queue.ts';
import type { AppContext } from './http/context.ts';
import { collectNotices } from './notifications/actions.ts';
import { cleanUpMail, collectDay } from './notifications/queries.ts';
import { type PostOffice, sendMail } from './notifications/send.ts';
import { type Transport, transportOf } from './notifications/transport.ts';
import type { AccountLink } from './notifications/types.ts';
import { TASK_KINDS } from './task-kinds.ts';
import { runTask } from './tasks/actions.ts';
import { giveUpLostTasks } from './tasks/queries.ts';
import type { TaskKinds } from './tasks/types.ts';
import { checkOldest, removeOrphans, scanFile } from './threads/files/actions.ts';
import { requeueScans } from './threads/files/queries.ts';
import { addressNotices } from './threads/notices/actions.ts';
import { issueToken, sendForgotten } from './users/links/actions.ts';
import { findLinkSender } from './users/links/queries.ts';
import { expiryOf } from './users/links/rules.ts';
import type { LinkKind } from './users/links/types.ts';

/** Connections of the queue: one listens, two work, one plans. */
export const JOB_CONNECTIONS = 4;
const WORKERS = 2;
// new jobs are told of at once; this is how late a job of a later time may begin
const POLL_MS = 5000;
const RESTART_MS = 5000;
const STOP_MS = 8000;
const END_MS = 1000;
const BREATH_MS = 20;
const MS_PER_HOUR = 3_600_000;

/** Minute, hour … in UTC: Bangkok is seven hours ahead, all year. What was missed while nothing ran is made up for. */
const TIMETABLE = `
0 0 * * * daily-summary ?jobKey=daily-summary&fill=12h
0 1 * * * remind ?jobKey=remind&fill=12h
30 19 * * * clean-up ?jobKey=clean-up&fill=12h
0 20 * * * check-files ?jobKey=check-files&fill=12h
* * * * * tell-openings ?jobKey=tell-openings&max=1
* * * * * collect-notices ?jobKey=collect-notices&max=1
*/5 * * * * unlock-jobs ?jobKey=unlock-jobs&max=1
*/10 * * * * scan-waiting ?jobKey=scan-waiting&max=1
`;

const mailJob = z.object({ mailId: z.string() });
const taskJob = z.object({ taskId: z.string() });
const scanJob = z.object({ fileId: z.string() });
const forgottenJob = z.object({ systemId: z.string(), account: z.string() });

export interface JobContext extends AppContext {
  /** Tests look into another mailbox and do not wait. */
  transport?: Transport;
  pause?: PostOffice['pause'];
  /** Tests have work of their own done. */
  taskKinds?: TaskKinds;
}

/** What there is to do beside answering requests. Each job may be done twice without harm. */
export function taskList(context: JobContext): TaskList {
  const { db } = context;
  const post: PostOffice = {
    transport: transportOf(context.config),
    ...context,
    accountLink: (linkId, kind) => accountLink(context, linkId, kind),
  };
  return {
    'send-mail': (payload, { abortSignal }) => sendMail(post, mailJob.parse(payload).mailId, abortSignal),
    'run-task': (payload) => runTask(context, taskJob.parse(payload).taskId, context.taskKinds ?? TASK_KINDS),
    'collect-notices': async () => {
      await addressNotices(db);
      await collectNotices(db);
    },
    'forgotten-password': (payload) => sendForgotten(db, forgottenJob.parse(payload)),
    'daily-summary': async () => {
      await addressNotices(db);
      await collectDay(db);
    },
    'tell-openings': async () => {
      await tellOpenings(context);
    },
    remind: async () => {
      await sendReminders(context);
    },
    'clean-up': async () => {
      for (const cleanUp of CLEAN_UPS) await cleanUp(context);
    },
    'scan-file': (payload) => scanFile(context, scanJob.parse(payload).fileId),
    'scan-waiting': () => requeueScans(db),
    'check-files': async (_payload, { abortSignal }) => {
      await removeOrphans(context, abortSignal);
      await checkOldest(context, abortSignal);
    },
    'unlock-jobs': () => unlockAbandonedJobs(db),
  };
}

/** Every night: what each domain throws away by itself. */
const CLEAN_UPS: readonly ((context: AppContext) => Promise<unknown>)[] = [
  ({ db }) => cleanUpMail(db),
  ({ db }) => giveUpLostTasks(db),
  pruneLoginHistory,
];

export interface Jobs {
  /** Takes no further jobs, and waits some seconds for those at work; what is cut off is done later. */
  stop(): Promise<void>;
}

/** Does the jobs of the queue, beside other instances, until it is stopped; a lost database is waited for. */
export function startJobs(context: JobContext, pool: pg.Pool): Jobs {
  const { db, config, logger } = context;
  const stopping = new AbortController();
  let runner: Runner | undefined;
  outliveConnections(pool, logger);

  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await unlockAbandonedJobs(db, config.databaseUrl === undefined && runner === undefined);
        runner = await run(runnerOptions(context, pool));
        if (stopping.signal.aborted) await runner.stop();
        await runner.promise;
      } catch (error) {
        if (!stopping.signal.aborted)
          logger.warn({ err: error }, 'the job queue stopped, and is started again');
      }
      await sleep(RESTART_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const done = keepRunning();
  return {
    async stop() {
      stopping.abort();
      const stopped = Promise.allSettled([runner?.stop(), done]).then(() => allReturned(pool));
      await Promise.race([stopped, sleep(STOP_MS, undefined, { ref: false })]);
      // waits for connections that are still in use: not for one that hangs
      await Promise.race([pool.end(), sleep(END_MS, undefined, { ref: false })]);
    },
  };
}

/** The queue keeps what became of its last jobs without waiting for it: until then the pool is needed. */
async function allReturned(pool: pg.Pool): Promise<void> {
  do await sleep(BREATH_MS);
  while (pool.waitingCount > 0 || pool.idleCount < pool.totalCount);
}

function runnerOptions(context: JobContext, pgPool: pg.Pool) {
  return {
    pgPool,
    taskList: taskList(context),
    crontab: TIMETABLE,
    concurrency: WORKERS,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    gracefulShutdownAbortTimeout: STOP_MS / 2,
    logger: jobLogger(context.logger),
  };
}

/** The token is made while its mail is on the way: it lies nowhere else. */
async function accountLink(
  { db, clock }: AppContext,
  linkId: string,
  kind: LinkKind,
): Promise<AccountLink | undefined> {
  const now = clock();
  const token = await issueToken(db, linkId, now);
  const validHours = Math.round((expiryOf(kind, now).getTime() - now.getTime()) / MS_PER_HOUR);
  if (token === undefined) return undefined;
  return { path: `/password/${token}`, validHours, sentBy: await findLinkSender(db, linkId) };
}
