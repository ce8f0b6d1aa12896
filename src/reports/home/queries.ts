import type { Queryable } from '../../db/database.ts';
import { BUCKET, WITH_AUDIT } from '../status/queries.ts';
import { STATUS_BUCKETS, type StatusCounts } from '../status/types.ts';
import type { OfficeProgress, OwnEntry, RoundProgress, WaitingAudit, WaitingVariable } from './types.ts';

const OWN = `
  select e.id, e.round_id as "roundId", v.node_id as "nodeId", n.code as "nodeCode", n.name as "nodeName",
         v.code, v.name, e.source, ${BUCKET} as bucket, e.reason, e.decided_at as "decidedAt",
         b.short_name::text as bureau, p.until as "permitUntil", m.user_id is not null as mine
    from entries e
    join variables v on v.id = e.variable_id
    join framework_nodes n on n.id = v.node_id
    join offices b on b.id = v.bureau_id
    ${WITH_AUDIT}
    left join assignments m on m.node_id = v.node_id and m.user_id = :userId
    left join permits p on p.round_id = e.round_id and p.office_id = e.office_id and p.variable_id = e.variable_id
                       and p.ended_at is null and p.until > :now
   where e.office_id = :officeId and e.round_id = any(:roundIds)
   order by e.round_id, v.position, v.id`;

/** The entries of one office in these rounds, in the order of the entry page. */
export async function listOwnEntries(
  db: Queryable,
  scope: { officeId: string; userId: string; roundIds: string[]; now: Date },
): Promise<OwnEntry[]> {
  const { rows } = await db.raw<{ rows: OwnEntry[] }>(OWN, scope);
  return rows;
}

const WAITING = `
  select e.round_id as "roundId", v.id as "variableId", n.code as "nodeCode", v.code, v.name,
         count(*)::int as pending, min(e.reported_at) as oldest
    from entries e
    join variables v on v.id = e.variable_id
    join framework_nodes n on n.id = v.node_id
    ${WITH_AUDIT}
   where e.round_id = any(:roundIds) and v.bureau_id = :bureauId and e.status = 'pending' and a.node_id is null
   group by e.round_id, v.id, n.code, v.code, v.name, v.position
   order by min(e.reported_at), v.position, v.id`;

/** What waits for a bureau's decision: the variable whose oldest entry waits longest stands first. */
export async function listWaiting(
  db: Queryable,
  scope: { bureauId: string; roundIds: string[] },
): Promise<WaitingVariable[]> {
  const { rows } = await db.raw<{ rows: WaitingVariable[] }>(WAITING, scope);
  return rows;
}

// An opening without an office is one for all, and so is the mode of the sub-indicator. Entries are the due and
// applicable variables; the bureau that certifies all of them gives the score, otherwise the KPI office.
const AUDITS = `
  with opened as (
    select r.id as round_id, s.node_id, null::bigint as office_id
      from rounds r
      join framework_nodes n on n.framework_id = r.framework_id
      join sub_indicators s on s.node_id = n.id
     where r.id = any(:roundIds) and s.mode = 'audit'
     union
    select round_id, node_id, office_id from audit_openings
     where round_id = any(:roundIds) and closed_at is null
  ), given as (
    select r.id as round_id, v.node_id, min(v.position) as position,
           min(v.id) filter (where v.bureau_id = :bureauId) as variable_id
      from rounds r
      join variables v on v.framework_id = r.framework_id and v.open and not v.retired
      join variable_rounds d on d.variable_id = v.id and d.round_kind = r.kind
     where (r.id, v.node_id) in (select round_id, node_id from opened)
     group by r.id, v.node_id
    having bool_and(v.bureau_id = :bureauId) or (:isKpiOffice and count(distinct v.bureau_id) > 1)
  )
  select g.round_id as "roundId", n.id as "nodeId", n.code, n.name, g.variable_id as "variableId",
         count(distinct e.office_id)::int as offices
    from given g
    join framework_nodes n on n.id = g.node_id
    join opened x on x.round_id = g.round_id and x.node_id = g.node_id
    join variables v on v.node_id = g.node_id
    join entries e on e.round_id = g.round_id and e.variable_id = v.id
                  and (x.office_id is null or e.office_id = x.office_id)
    ${WITH_AUDIT}
   where a.node_id is null
   group by g.round_id, n.id, g.variable_id, g.position
   order by g.round_id, g.position`;

/** Where AUDIT is open and this bureau has scores to give: what waits, in the order of the framework. */
export async function listWaitingAudits(
  db: Queryable,
  scope: { bureauId: string; isKpiOffice: boolean; roundIds: string[] },
): Promise<WaitingAudit[]> {
  const { rows } = await db.raw<{ rows: WaitingAudit[] }>(AUDITS, scope);
  return rows;
}

const COUNTS = STATUS_BUCKETS.map(
  (bucket) => `(count(*) filter (where s.bucket = '${bucket}'))::int as ${bucket}`,
).join(', ');

const PROGRESS = `
  select s.round_id as "roundId", ${COUNTS}
    from (select e.round_id, ${BUCKET} as bucket
            from entries e
            join variables v on v.id = e.variable_id
            ${WITH_AUDIT}
           where e.round_id = any(:roundIds)
             and (:bureauId::bigint is null or v.bureau_id = :bureauId)) s
   group by s.round_id`;

/** How far these rounds are, over all offices; of one bureau's variables where one is named. */
export async function countByRound(
  db: Queryable,
  scope: { roundIds: string[]; bureauId: string | null },
): Promise<RoundProgress[]> {
  type Row = { roundId: string } & StatusCounts;
  const { rows } = await db.raw<{ rows: Row[] }>(PROGRESS, scope);
  return rows.map(({ roundId, ...counts }) => ({ roundId, counts }));
}

const LOWEST = `
  select o.id, o.list_label::text as label, count(*)::int as total,
         (count(*) filter (where e.status <> 'unreported' or a.node_id is not null))::int as reported
    from entries e
    join variables v on v.id = e.variable_id
    join offices o on o.id = e.office_id
    ${WITH_AUDIT}
   where e.round_id = :roundId and e.source = 'office'
   group by o.id
  having count(*) filter (where e.status = 'unreported' and a.node_id is null) > 0
   order by count(*) filter (where e.status = 'unreported' and a.node_id is null)::numeric / count(*) desc,
            count(*) desc, o.list_order, o.id
   limit :limit`;

/** The offices that have reported the smallest share of what they owe. */
export async function listLowestReporting(
  db: Queryable,
  scope: { roundId: string; limit: number },
): Promise<OfficeProgress[]> {
  const { rows } = await db.raw<{ rows: OfficeProgress[] }>(LOWEST, scope);
  return rows;
}
