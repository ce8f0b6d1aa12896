import type { Queryable } from '../../../db/database.ts';
import type { AuditEvent, AuditOffice, AuditRequest, NodeState, OfficeScoreGiven, Opening } from './types.ts';

const REQUESTS = `
  select q.id, q.node_id as "nodeId", q.round_id as "roundId", r.label as round, q.office_ids::text[] as "officeIds",
         case when q.office_ids is not null then
           array(select o.list_label::text from offices o where o.id = any(q.office_ids) order by o.list_label, o.id)
         end as offices,
         q.reason, q.bureau_id as "bureauId", b.short_name as bureau, u.name as "requestedBy",
         q.requested_at as "requestedAt", q.answer,
         -- what nobody answered has ended with the seal
         case when q.state = 'open' and z.sealed_at is not null then 'ended' else q.state end as state, a.name as "answeredBy", coalesce(q.answered_at, z.sealed_at) as "answeredAt"
    from audit_requests q
    join rounds r on r.id = q.round_id
    join offices b on b.id = q.bureau_id
    join users u on u.id = q.requested_by
    left join seals z on z.round_id = q.round_id
    left join users a on a.id = q.answered_by
   where r.system_id = :systemId and (:bureauId::bigint is null or q.bureau_id = :bureauId)`;

/** The system, and the bureau whose requests are seen; null: everybody's. */
export interface RequestReach {
  systemId: string;
  bureauId: string | null;
}

/** What waits for the KPI office, oldest first, and below it what was answered last. */
export async function listRequests(
  db: Queryable,
  reach: RequestReach,
  state: 'open' | 'answered',
): Promise<AuditRequest[]> {
  const sql =
    state === 'open'
      ? `${REQUESTS} and q.state = 'open' and z.sealed_at is null order by q.requested_at, q.id`
      : `${REQUESTS} and (q.state <> 'open' or z.sealed_at is not null)
         order by coalesce(q.answered_at, z.sealed_at) desc, q.id desc limit 20`;
  const { rows } = await db.raw<{ rows: AuditRequest[] }>(sql, { ...reach });
  return rows;
}

/** One request within reach. */
export async function findRequest(
  db: Queryable,
  reach: RequestReach & { id: string },
): Promise<AuditRequest | undefined> {
  const { rows } = await db.raw<{ rows: AuditRequest[] }>(`${REQUESTS} and q.id = :id`, { ...reach });
  return rows[0];
}

/** How many requests wait for the KPI office. */
export async function countAuditRequests(db: Queryable, systemId: string): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: number }[] }>(
    `select count(*)::int as count from audit_requests q join rounds r on r.id = q.round_id
      where q.state = 'open' and r.system_id = ? and not exists (select from seals s where s.round_id = r.id)`,
    [systemId],
  );
  return rows[0]?.count ?? 0;
}

const STATES = `
  select node_id as "nodeId", bool_or(all_offices) as "openToAll", sum(opened)::int as "openOffices",
         sum(scores)::int as scores, sum(requests)::int as requests
    from (
      select node_id, office_id is null as all_offices, (office_id is not null)::int as opened, 0 as scores,
             0 as requests
        from audit_openings where round_id = :roundId and closed_at is null
       union all
      select node_id, false, 0, 1, 0 from audit_scores where round_id = :roundId
       union all
      select node_id, false, 0, 0, 1 from audit_requests
       where round_id = :roundId and state = 'open' and not exists (select from seals where round_id = :roundId)
         and (:bureauId::bigint is null or bureau_id = :bureauId)
    ) s
   group by node_id`;

/** Openings, scores and open requests of a round by sub-indicator. */
export async function loadNodeStates(
  db: Queryable,
  scope: { roundId: string; bureauId: string | null },
): Promise<Map<string, NodeState>> {
  const { rows } = await db.raw<{ rows: (NodeState & { nodeId: string })[] }>(STATES, scope);
  return new Map(rows.map((row) => [row.nodeId, row]));
}

const OPENINGS = `
  select a.id, a.office_id as "officeId", o.list_label as office, a.reason, u.name as "openedBy",
         a.opened_at as "openedAt"
    from audit_openings a
    join users u on u.id = a.opened_by
    left join offices o on o.id = a.office_id
   where a.round_id = :roundId and a.node_id = :nodeId and a.closed_at is null
   order by a.office_id is not null, o.list_label, a.id`;

/** A sub-indicator in a round. */
export interface NodeOfRound {
  roundId: string;
  nodeId: string;
}

/** The running openings of a sub-indicator, that for all first. */
export async function listOpenings(db: Queryable, scope: NodeOfRound): Promise<Opening[]> {
  const { rows } = await db.raw<{ rows: Opening[] }>(OPENINGS, { ...scope });
  return rows;
}

const SCORES = `
  select a.office_id as "officeId", o.list_label as office, a.score, u.name as by, a.given_at as at,
         r.label as "carriedFrom"
    from audit_scores a
    join offices o on o.id = a.office_id
    join users u on u.id = a.given_by
    left join rounds r on r.id = a.carried_from_round_id
   where a.round_id = :roundId and a.node_id = :nodeId
   order by o.list_label, o.id`;

/** The scores that were given. */
export async function listScores(db: Queryable, scope: NodeOfRound): Promise<OfficeScoreGiven[]> {
  const { rows } = await db.raw<{ rows: OfficeScoreGiven[] }>(SCORES, { ...scope });
  return rows;
}

const EVENTS = `
  select x.kind, x.at, u.name as by, b.short_name as "onBehalfOf", x.score_before as "scoreBefore",
         x.score_after as "scoreAfter", x.reason,
         case when bool_and(x.office_id is not null) then array_agg(o.list_label::text order by o.list_label) end as offices
    from audit_events x
    join users u on u.id = x.user_id
    left join offices b on b.id = x.on_behalf_of
    left join offices o on o.id = x.office_id
   where x.round_id = :roundId and x.node_id = :nodeId
   group by x.kind, x.at, u.name, b.short_name, x.score_before, x.score_after, x.reason
   order by max(x.id) desc
   limit 500`;

/** The history, newest first; what happened to several offices at once is one event. */
export async function listEvents(db: Queryable, scope: NodeOfRound): Promise<AuditEvent[]> {
  const { rows } = await db.raw<{ rows: AuditEvent[] }>(EVENTS, { ...scope });
  return rows;
}

const OFFICES = `
  select o.id, o.type, o.list_label as name
    from round_offices ro join offices o on o.id = ro.office_id
   where ro.round_id = ?
   order by o.list_label, o.id`;

/** The offices of a round in Thai order. */
export async function listAuditOffices(db: Queryable, roundId: string): Promise<AuditOffice[]> {
  const { rows } = await db.raw<{ rows: AuditOffice[] }>(OFFICES, [roundId]);
  return rows;
}

/** Short names by id. */
export async function loadOfficeNames(db: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await db.raw<{ rows: { id: string; name: string }[] }>(
    'select id, short_name as name from offices where id = any(?::bigint[])',
    [[...ids]],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The active people of the KPI office. */
export async function listKpiOffice(db: Queryable, systemId: string): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select id from users where system_id = ? and role = 'kpi_office' and status = 'active' order by id`,
    [systemId],
  );
  return rows.map(({ id }) => id);
}
