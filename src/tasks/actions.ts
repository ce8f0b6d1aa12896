import type { Db, Transaction } from '../db/database.ts';
import { isDatabaseAway } from '../db/errors.ts';
import type { AppContext } from '../http/context.ts';
import { AppError } from '../lib/errors.ts';
import { addTask, beginTask, endTask, storeProgress } from './queries.ts';
import type { NewTask, Progress, TaskKinds } from './types.ts';

/** How often a running task says how far it is. */
const TELL_MS = 500;

/**
 * Has work done by the job queue: it begins when the caller's transaction is committed. Returns the task's id, whose
 * page is /tasks/<id>. The same work that this person asked for a moment ago, and that is not over, is not begun twice.
 */
export async function startTask(trx: Transaction, task: NewTask): Promise<string> {
  return addTask(trx, task);
}

/**
 * Stores a task's result within the transaction of the work: what is committed is told, even where the worker is
 * killed right afterwards. The last statement of that transaction.
 */
export async function finishTask(trx: Transaction, taskId: string, result: object): Promise<void> {
  await endTask(trx, taskId, 'done', result);
}

/**
 * Does a task: once, or again from the start where a worker was killed. A database that is away is waited for (the
 * error goes back to the queue); any other error ends the task as failed and is logged, not shown.
 */
export async function runTask(context: AppContext, taskId: string, kinds: TaskKinds): Promise<void> {
  const { db, logger } = context;
  const task = await beginTask(db, taskId);
  if (task === undefined) return;
  const told = tellProgress(db, taskId);
  try {
    const kind = kinds[task.kind];
    if (kind === undefined) throw new Error(`There is no task of the kind ${task.kind}`);
    const result = await kind.run(context, task, told.progress);
    await told.settled();
    await endTask(db, taskId, 'done', result);
  } catch (error) {
    await told.settled();
    if (isDatabaseAway(error)) throw error;
    const code = error instanceof AppError ? error.code : 'internal';
    if (code === 'internal') logger.error({ err: error, task: taskId, kind: task.kind }, 'a task failed');
    await endTask(db, taskId, 'failed', { code });
  }
}

/** Stores progress now and then on a connection of its own, without anybody waiting for it. */
function tellProgress(db: Db, taskId: string): { progress: Progress; settled(): Promise<void> } {
  let last = 0;
  let underWay: Promise<void> | undefined;
  return {
    progress(done, total) {
      const now = performance.now();
      if (underWay !== undefined || (last > 0 && now - last < TELL_MS)) return;
      last = now;
      underWay = storeProgress(db, taskId, done, total)
        .catch(() => {})
        .finally(() => {
          underWay = undefined;
        });
    },
    settled: async () => underWay,
  };
}
