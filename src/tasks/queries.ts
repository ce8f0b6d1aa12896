import type { Queryable } from '../db/database.ts';
import type { NewTask, StoredTask } from './types.ts';

// one queue: however many are asked for, a worker stays free for everything else
const ADD_TASK = `
  with same as (
    select id from tasks
     where system_id = :systemId and kind = :kind and payload = :payload and requested_by = :requestedBy
       and state in ('waiting', 'running')
     order by id limit 1
  ), added as (
    insert into tasks (system_id, kind, payload, requested_by)
    select :systemId, :kind, :payload, :requestedBy where not exists (select from same)
    returning id
  )
  select id, null::bigint as job from same
   union all
  select id, (graphile_worker.add_job('run-task', json_build_object('taskId', id::text), queue_name => 'tasks',
                                      job_key => 'task-' || id)).id from added`;

/** Stores a task and its job; the same one of this person that is not over yet, where there is one. Returns its id. */
export async function addTask(trx: Queryable, { payload, ...task }: NewTask): Promise<string> {
  const { rows } = await trx.raw<{ rows: [{ id: string }] }>(ADD_TASK, {
    ...task,
    payload: JSON.stringify(payload),
  });
  return rows[0].id;
}

const COLUMNS = `
  t.id, t.system_id as "systemId", t.kind, t.payload, t.state, t.done, t.total, t.result,
  t.requested_by as "requestedBy", u.name as "requestedByName", t.requested_at as "requestedAt",
  t.finished_at as "finishedAt"`;

/** A task of this system. */
export async function findTask(
  db: Queryable,
  { systemId, id }: { systemId: string; id: string },
): Promise<StoredTask | undefined> {
  const { rows } = await db.raw<{ rows: StoredTask[] }>(
    `select ${COLUMNS} from tasks t join users u on u.id = t.requested_by where t.id = ? and t.system_id = ?`,
    [id, systemId],
  );
  return rows[0];
}

/** The newest tasks of a system. */
export async function listTasks(db: Queryable, systemId: string, limit: number): Promise<StoredTask[]> {
  const { rows } = await db.raw<{ rows: StoredTask[] }>(
    `select ${COLUMNS} from tasks t join users u on u.id = t.requested_by
      where t.system_id = ? order by t.id desc limit ?`,
    [systemId, limit],
  );
  return rows;
}

const BEGIN = `
  update tasks set state = 'running', done = 0, total = 0 where id = ? and state in ('waiting', 'running')
  returning id, system_id as "systemId", kind, payload, requested_by as "requestedBy"`;

/** Marks a task as being done, also once more after a worker was killed; undefined where it is over. */
export async function beginTask(
  db: Queryable,
  id: string,
): Promise<Pick<StoredTask, 'id' | 'systemId' | 'kind' | 'payload' | 'requestedBy'> | undefined> {
  const { rows } = await db.raw<{ rows: StoredTask[] }>(BEGIN, [id]);
  return rows[0];
}

/** How far a running task is. */
export async function storeProgress(db: Queryable, id: string, done: number, total: number): Promise<void> {
  await db.raw("update tasks set done = ?, total = ? where id = ? and state = 'running'", [done, total, id]);
}

const END = `
  update tasks set state = :state, result = :result, done = total, finished_at = now()
   where id = :id and state in ('waiting', 'running')`;

/** Stores how a task ended, once. */
export async function endTask(
  db: Queryable,
  id: string,
  state: 'done' | 'failed',
  result: object,
): Promise<void> {
  await db.raw(END, { id, state, result: JSON.stringify(result) });
}

const GIVE_UP_LOST = `
  update tasks set state = 'failed', result = '{"code": "internal"}', finished_at = now()
   where state in ('waiting', 'running') and requested_at < now() - interval '1 hour'
     and not exists (select from graphile_worker.jobs j
                      where j.key = 'task-' || tasks.id and j.attempts < j.max_attempts)`;

/** Gives up tasks whose job is gone. */
export async function giveUpLostTasks(db: Queryable): Promise<void> {
  await db.raw(GIVE_UP_LOST);
}
