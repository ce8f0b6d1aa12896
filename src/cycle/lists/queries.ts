import type { Queryable } from '../../db/database.ts';
import type { Obstacle } from './types.ts';

// A carried value that nobody has touched is told as such; entries that were set aside count with their history.
const OBSTACLES = `
  with found as (
    select case when e.carried_from_id is not null and not exists (
                       select from entry_events x where x.entry_id = e.id and x.kind <> 'carry')
                then 'carried' else 'reported' end as kind, e.office_id
      from entry_rows e where e.round_id = :roundId and e.status <> 'unreported'
     union all
    select 'history', e.office_id from entry_rows e
     where e.round_id = :roundId and e.status = 'unreported' and exists (select from entry_events x where x.entry_id = e.id)
     union all
    select 'threads', t.office_id from thread_items t where t.round_id = :roundId
     union all
    select 'audits', a.office_id from audit_scores a where a.round_id = :roundId
     union all
    select 'permits', p.office_id from permits p where p.round_id = :roundId
     union all
    select 'requests', q.office_id from edit_requests q where q.round_id = :roundId
  )
  select f.kind, count(*)::int as count, count(distinct f.office_id)::int as offices,
         (array_agg(o.id order by o.list_order, o.id) filter (where o.id is not null))[1] as "officeId",
         (array_agg(o.short_name order by o.list_order, o.id) filter (where o.id is not null))[1] as "officeName"
    from found f left join offices o on o.id = f.office_id
   group by f.kind
   order by array_position(:kinds::text[], f.kind)`;

/** What stands in the way of deleting the lists of a round; empty where nothing was reported. */
export async function listObstacles(
  db: Queryable,
  roundId: string,
  kinds: readonly string[],
): Promise<Obstacle[]> {
  const { rows } = await db.raw<{ rows: Obstacle[] }>(OBSTACLES, { roundId, kinds: [...kinds] });
  return rows;
}

/** Deletes entries, scores and the lists themselves; how many. The offices are locked, and nothing was reported. */
export async function deleteLists(
  trx: Queryable,
  roundId: string,
): Promise<{ entries: number; offices: number }> {
  const entries = await trx('entry_rows').where({ round_id: roundId }).delete();
  await trx('scores').where({ round_id: roundId }).delete();
  const offices = await trx('round_offices').where({ round_id: roundId }).delete();
  return { entries, offices };
}

const TASK = `
  select id from tasks
   where system_id = :systemId and kind = any(:kinds) and payload ->> 'roundId' = :roundId
     and state in ('waiting', 'running')
   order by id desc limit 1`;

/** The work on the lists of a round that is not over yet; undefined where there is none. */
export async function findRunningTask(
  db: Queryable,
  scope: { systemId: string; roundId: string; kinds: readonly string[] },
): Promise<string | undefined> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(TASK, { ...scope, kinds: [...scope.kinds] });
  return rows[0]?.id;
}
