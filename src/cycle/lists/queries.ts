import type { Queryable } from '../../db/database.ts';
import type { DeletedLists, Obstacle } from './types.ts';

/** Events of an entry that the program itself makes; everything else was done by people. */
const NOT_BY_PEOPLE = "('carry', 'setAside', 'bringBack')";

// Entries that were set aside count, too. A decision stands in the way also where it was taken back.
const OBSTACLES = `
  with found as (
    select case when e.status = 'unreported' then 'history' else 'reported' end as kind, e.office_id
      from entry_rows e
     where e.round_id = :roundId
       and (e.status <> 'unreported' and e.carried_from_id is null
            or exists (select from entry_events x where x.entry_id = e.id and x.kind not in ${NOT_BY_PEOPLE}))
     union all
    select 'threads', t.office_id from thread_items t where t.round_id = :roundId
     union all
    select 'audits', given.office_id
      from (select office_id, node_id from audit_scores where round_id = :roundId and carried_from_round_id is null
             union
            select office_id, node_id from audit_events
             where round_id = :roundId and kind in ('give', 'withdraw')) given
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

const DELETE = `
  with gone as (delete from entry_rows where round_id = :roundId returning carried_from_id),
       audits as (delete from audit_scores where round_id = :roundId returning office_id),
       scored as (delete from scores where round_id = :roundId),
       lists as (delete from round_offices where round_id = :roundId returning office_id)
  select count(*)::int as entries, count(carried_from_id)::int as carried,
         (select count(*)::int from audits) as "carriedAudits", (select count(*)::int from lists) as offices
    from gone`;

/**
 * Deletes entries, scores and the lists themselves, with what was carried into them; how many. The offices are locked,
 * and nothing stands in the way: history that people made refuses to go.
 */
export async function deleteLists(trx: Queryable, roundId: string): Promise<DeletedLists> {
  const { rows } = await trx.raw<{ rows: [DeletedLists] }>(DELETE, { roundId });
  await trx('audit_events').where({ round_id: roundId, kind: 'carry' }).delete();
  return rows[0];
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
