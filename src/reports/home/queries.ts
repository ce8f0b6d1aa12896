import { auditsToGive } from '../../certification/audit/queries.ts';
import type { Queryable } from '../../db/database.ts';
import { BUCKET, COUNTS, WITH_AUDIT } from '../status/queries.ts';
import type { StatusCounts } from '../status/types.ts';
import type {
  FirstSteps,
  OfficeProgress,
  OwnEntry,
  RoundProgress,
  WaitingAudit,
  WaitingVariable,
} from './types.ts';

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

const AUDITS = `
  select g.round_id as "roundId", n.id as "nodeId", n.code, n.name, count(*)::int as offices
    from (${auditsToGive('r.id = any(:roundIds)')}) g
    join framework_nodes n on n.id = g.node_id
   where g.giver_id = :bureauId
   group by g.round_id, n.id
   order by g.round_id, n.position, n.id`;

/**
 * Where AUDIT is open and this bureau or the KPI office has scores to give: what waits, in the order of the framework.
 */
export async function listWaitingAudits(
  db: Queryable,
  scope: { bureauId: string; roundIds: string[] },
): Promise<WaitingAudit[]> {
  const { rows } = await db.raw<{ rows: WaitingAudit[] }>(AUDITS, scope);
  return rows;
}

const FIRST_STEPS = `
  select exists (select from frameworks where system_id = :systemId) as framework,
         exists (select from framework_drafts where system_id = :systemId) as draft,
         (select count(*) from rounds where system_id = :systemId)::int as rounds,
         (select count(*) from users
           where system_id = :systemId and role <> 'kpi_office' and status = 'active')::int as people`;

/** How far a system is that has no entry lists yet. */
export async function loadFirstSteps(db: Queryable, systemId: string): Promise<FirstSteps> {
  const { rows } = await db.raw<{ rows: [FirstSteps] }>(FIRST_STEPS, { systemId });
  return rows[0];
}

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
