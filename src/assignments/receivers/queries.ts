import type { Queryable } from '../../db/database.ts';

/** An office's side of a sub-indicator. */
export interface ConcernedSide {
  officeId: string;
  nodeId: string;
}

/**
 * Each row of `sides` (with side_id, an office, and node_id) once for each person who is told of it, `user_id`: whom
 * the sub-indicator is assigned to; where that is nobody, in a bureau everybody, in a district office its admins. Only
 * active accounts of `system`. A statement to be part of others, which calls the sides `s`.
 */
export const receiversOf = (sides: string, system: string) => `
  select * from (
    select s.*, u.id as user_id, a.user_id is not null as assigned,
           bool_or(a.user_id is not null) over (partition by s.side_id, s.node_id) as anybody,
           o.kind <> 'district' or u.role = 'district_admin' as stands_in
      from ${sides} s
      join offices o on o.id = s.side_id
      join users u on u.office_id = s.side_id and u.system_id = ${system} and u.status = 'active'
      left join assignments a on a.user_id = u.id and a.node_id = s.node_id) people
   where case when anybody then assigned else stands_in end`;

const RECEIVERS = `
  with asked as (
    select distinct * from unnest(:officeIds::bigint[], :nodeIds::bigint[]) as s (side_id, node_id)
  )
  select side_id as "officeId", node_id as "nodeId", array_agg(user_id::text order by user_id) as "userIds"
    from (${receiversOf('asked', ':systemId')}) p
   group by side_id, node_id`;

/**
 * Who is told of what happens to a sub-indicator, by side (`<office> <node>`): of a district office the people it
 * is assigned to, otherwise its admins; of a certifying bureau those it is assigned to, otherwise everybody
 * (manual KRS 2558, R65). Only active accounts; a side with none is missing.
 */
export async function assigneesForMail(
  db: Queryable,
  systemId: string,
  sides: readonly ConcernedSide[],
): Promise<Map<string, string[]>> {
  const { rows } = await db.raw<{ rows: (ConcernedSide & { userIds: string[] })[] }>(RECEIVERS, {
    systemId,
    officeIds: sides.map(({ officeId }) => officeId),
    nodeIds: sides.map(({ nodeId }) => nodeId),
  });
  return new Map(rows.map((row) => [`${row.officeId} ${row.nodeId}`, row.userIds]));
}
