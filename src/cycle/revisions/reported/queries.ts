import type { Queryable } from '../../../db/database.ts';
import { admits } from '../../../entries/queries.ts';
import type { Count } from '../../../framework/drafts/publication.ts';
import type { DraftVariable } from '../../../framework/drafts/types.ts';

const REPORTED = `
  select e.round_id as "roundId", e.variable_id as key, count(*)::int as count
    from entries e
    join unnest(:roundIds::bigint[], :variableIds::bigint[]) as l (round_id, variable_id)
      on (e.round_id, e.variable_id) = (l.round_id, l.variable_id)
   where e.status <> 'unreported'
   group by e.round_id, e.variable_id`;

/** How many offices reported each of these variables in its round. */
export async function countReported(
  db: Queryable,
  places: readonly { roundId: string; variableId: string }[],
): Promise<Count[]> {
  if (places.length === 0) return [];
  const { rows } = await db.raw<{ rows: Count[] }>(REPORTED, {
    roundIds: places.map(({ roundId }) => roundId),
    variableIds: places.map(({ variableId }) => variableId),
  });
  return rows;
}

const LISTED = `
  select round_id as "roundId", variable_id as key, count(*)::int as count
    from entries where round_id = any(:roundIds::bigint[]) and variable_id = any(:variableIds::bigint[])
   group by round_id, variable_id`;

/** How many offices have these variables in the lists of these rounds, reported or not. */
export async function countListed(
  db: Queryable,
  roundIds: readonly string[],
  variableIds: readonly string[],
): Promise<Count[]> {
  if (roundIds.length === 0 || variableIds.length === 0) return [];
  const { rows } = await db.raw<{ rows: Count[] }>(LISTED, { roundIds, variableIds });
  return rows;
}

const MISFITS = `
  select e.round_id as "roundId", e.variable_id as key, count(*)::int as count
    from entries e
    join unnest(:variableIds::bigint[], :kinds::text[], :decimals::int[], :mins::numeric[], :maxs::numeric[])
         as v (id, kind, decimals, min, max) on v.id = e.variable_id
   where e.round_id = any(:roundIds::bigint[]) and e.value is not null
     and not ${admits('e.value')}
   group by e.round_id, e.variable_id`;

/** How many reported values of these variables their new kind or range does not admit. */
export async function countMisfits(
  db: Queryable,
  roundIds: readonly string[],
  variables: readonly DraftVariable[],
): Promise<Count[]> {
  if (variables.length === 0 || roundIds.length === 0) return [];
  const { rows } = await db.raw<{ rows: Count[] }>(MISFITS, {
    roundIds,
    variableIds: variables.map(({ key }) => key),
    kinds: variables.map(({ kind }) => kind),
    decimals: variables.map(({ decimals }) => decimals),
    mins: variables.map(({ min }) => min),
    maxs: variables.map(({ max }) => max),
  });
  return rows;
}

const AUDITED = `
  select round_id as "roundId", node_id as key, count(*)::int as count
    from audit_scores where round_id = any(:roundIds::bigint[]) and node_id = any(:nodeIds::bigint[])
   group by round_id, node_id`;

/** How many AUDIT scores these sub-indicators have. */
export async function countAudited(
  db: Queryable,
  roundIds: readonly string[],
  nodeIds: readonly string[],
): Promise<Count[]> {
  if (nodeIds.length === 0 || roundIds.length === 0) return [];
  const { rows } = await db.raw<{ rows: Count[] }>(AUDITED, { roundIds, nodeIds });
  return rows;
}
