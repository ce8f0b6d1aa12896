import type { z } from 'zod';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import type { Progress, RunningTask, Sentence, StoredTask, TaskKind, TaskKinds, TaskStory } from './types.ts';

/**
 * A kind of work that is done by the job queue and watched on /tasks/<id>. `run` does all of it in one transaction
 * that may be repeated without harm: a worker that was killed leaves nothing behind, and the task is done again.
 * A result that must not be told twice is stored with the work, by `finishTask` in the same transaction.
 */
export function taskKind<Payload, Result extends object>(kind: {
  payload: z.ZodType<Payload>;
  /** Its heading, e.g. "สร้างรายการกรอกข้อมูล รอบ 6 เดือน". */
  title(payload: Payload): Sentence;
  /** Does it; what it returns is stored as JSON and told by `tell`. Refusals are results, too; an error is a failure. */
  run(context: AppContext, task: RunningTask<Payload>, progress: Progress): Promise<Result>;
  tell(result: Result, payload: Payload): TaskStory;
}): TaskKind {
  return {
    title: (payload) => kind.title(kind.payload.parse(payload)),
    run: (context, task, progress) =>
      kind.run(context, { ...task, payload: kind.payload.parse(task.payload) }, progress),
    // it went through the database: JSON in, JSON out
    tell: (result, payload) => kind.tell(result as Result, kind.payload.parse(payload)),
  };
}

/** Whether this person may watch the task: who asked for it, and the KPI office. */
export function mayWatch(task: StoredTask, user: Pick<CurrentUser, 'id' | 'role'>): boolean {
  return task.requestedBy === user.id || user.role === 'kpi_office';
}

/** Whether it ended, well or not. */
export function isOver({ state }: Pick<StoredTask, 'state'>): boolean {
  return state === 'done' || state === 'failed';
}

/** Its heading; a kind that the program knows no longer has one, too. */
export function titleOf(task: StoredTask, kinds: TaskKinds): Sentence {
  return kinds[task.kind]?.title(task.payload) ?? { key: 'tasks.unknownKind' };
}

/** What there is to say about it; undefined until it is over. */
export function storyOf(task: StoredTask, kinds: TaskKinds): TaskStory | undefined {
  if (!isOver(task)) return undefined;
  const kind = kinds[task.kind];
  if (task.state === 'failed' || kind === undefined) {
    const { code = 'internal' } = (task.result ?? {}) as { code?: string };
    return { level: 'danger', lines: [{ key: 'tasks.failed' }, { key: `errors.text.${code}` }] };
  }
  return kind.tell(task.result, task.payload);
}
