import type { Queryable } from '../../db/database.ts';
import { type Reader, rowsOf } from '../../db/statement.ts';
import type { GivenScore, OfficeAudits, ScoreChange } from './types.ts';

const OFFICE_AUDITS = `
  select node_id as "nodeId", null::numeric as score, 0 as version, null::text as by, null::bigint as "byId",
         null::text as "byOffice", null::text as "onBehalfOf", null::timestamptz as at, null::text as "carriedFrom"
    from audit_openings
   where round_id = :roundId and (office_id is null or office_id = :officeId) and closed_at is null
   union all
  select a.node_id, a.score, a.version, u.name, u.id, o.short_name::text,
         (select (select b.short_name from offices b where b.id = x.on_behalf_of)
            from audit_events x
           where x.round_id = a.round_id and x.node_id = a.node_id and x.office_id = a.office_id
             and x.kind in ('give', 'carry')
           order by x.id desc limit 1),
         a.given_at, (select r.label from rounds r where r.id = a.carried_from_round_id)
    from audit_scores a join users u on u.id = a.given_by join offices o on o.id = u.office_id
   where a.round_id = :roundId and a.office_id = :officeId`;

/** The running openings and the AUDIT scores of one office in one round, in one statement. */
export async function loadOfficeAudits(
  db: Reader,
  scope: { roundId: string; officeId: string },
): Promise<OfficeAudits> {
  type Row = { nodeId: string; score: string | null } & Omit<GivenScore, 'score'>;
  const rows = await rowsOf<Row>(db, OFFICE_AUDITS, scope);
  const audits: OfficeAudits = { opened: new Set(), given: new Map() };
  for (const { nodeId, score, ...rest } of rows) {
    if (score === null) audits.opened.add(nodeId);
    else audits.given.set(nodeId, { score, ...rest });
  }
  return audits;
}

// A version never comes back: a score that was withdrawn and given anew is another one than a form may have seen.
const WRITE = `
  with change as (
    select * from unnest(:nodeIds::bigint[], :before::numeric[], :after::numeric[], :onBehalfOf::bigint[])
           as c (node_id, score_before, score_after, on_behalf_of)
  ), history as (
    insert into audit_events (round_id, node_id, office_id, at, user_id, on_behalf_of, kind, score_before, score_after)
    select :roundId::bigint, node_id, :officeId::bigint, :now, :userId, on_behalf_of,
           case when score_after is null then 'withdraw' else 'give' end, score_before, score_after
      from change
  ), withdrawn as (
    delete from audit_scores a using change c
     where a.round_id = :roundId and a.office_id = :officeId and a.node_id = c.node_id and c.score_after is null
  )
  insert into audit_scores as a (round_id, office_id, node_id, score, given_by, given_at, version)
  select :roundId::bigint, :officeId::bigint, c.node_id, c.score_after, :userId, :now,
         1 + (select count(*) from audit_events x
               where x.round_id = :roundId and x.node_id = c.node_id and x.office_id = :officeId
                 and x.kind in ('give', 'withdraw', 'carry'))
    from change c where c.score_after is not null
      on conflict (round_id, office_id, node_id) do update
         set score = excluded.score, given_by = excluded.given_by, given_at = excluded.given_at,
             carried_from_round_id = null, version = greatest(a.version + 1, excluded.version)`;

/** Gives and withdraws scores of one office with history, in one statement; the office's lock is held. */
export async function writeScores(
  trx: Queryable,
  scope: { roundId: string; officeId: string; userId: string; now: Date },
  changes: readonly ScoreChange[],
): Promise<void> {
  await trx.raw(WRITE, {
    ...scope,
    nodeIds: changes.map(({ nodeId }) => nodeId),
    before: changes.map(({ before }) => before),
    after: changes.map(({ after }) => after),
    onBehalfOf: changes.map(({ onBehalfOf }) => onBehalfOf),
  });
}

const KPI_OFFICE = `
  (select so.office_id from system_offices so join offices o on o.id = so.office_id and o.kind = 'kpi_office'
    where so.system_id = r.system_id order by o.list_order limit 1)`;

/**
 * Where AUDIT is open and no score was given yet, in the rounds `r` that the condition names: round_id, office_id,
 * node_id, giver_id. The bureau that certifies all of the office's variables gives it, otherwise the KPI office
 * (domain rules, "Due and applicable"); a statement to be part of others.
 */
export const auditsToGive = (rounds: string) => `
  select e.round_id, e.office_id, v.node_id,
         case when count(distinct v.bureau_id) = 1 then min(v.bureau_id) else min(x.kpi_office_id) end as giver_id
    from (select r.id as round_id, s.node_id, null::bigint as office_id, ${KPI_OFFICE} as kpi_office_id
            from rounds r
            join framework_nodes n on n.framework_id = r.framework_id
            join sub_indicators s on s.node_id = n.id and s.mode = 'audit'
           where ${rounds}
           union
          select r.id, p.node_id, p.office_id, ${KPI_OFFICE}
            from rounds r join audit_openings p on p.round_id = r.id and p.closed_at is null
           where ${rounds}) x
    join variables v on v.node_id = x.node_id
    join entries e on e.round_id = x.round_id and e.variable_id = v.id
                  and (x.office_id is null or e.office_id = x.office_id)
    left join audit_scores a on (a.round_id, a.office_id, a.node_id) = (e.round_id, e.office_id, v.node_id)
   where a.node_id is null
   group by e.round_id, e.office_id, v.node_id`;

const OFFICE = `
  select o.id, o.type, o.short_name as "shortName"
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = :systemId and o.id = :officeId`;

/** An office of the system, as scope and mail need it. */
export async function findAuditedOffice(
  db: Queryable,
  scope: { systemId: string; officeId: string },
): Promise<{ id: string; type: string | null; shortName: string } | undefined> {
  const { rows } = await db.raw<{ rows: { id: string; type: string | null; shortName: string }[] }>(
    OFFICE,
    scope,
  );
  return rows[0];
}

const RETIRED = `
  select id, code, name from framework_nodes
   where framework_id = :frameworkId and kind = 'sub_indicator' and retired and id = any(:ids::bigint[])`;

/** Those of these sub-indicators that the framework has no more, by id. */
export async function listRetired(
  db: Queryable,
  scope: { frameworkId: string; ids: readonly string[] },
): Promise<Map<string, { code: string; name: string }>> {
  const { rows } = await db.raw<{ rows: { id: string; code: string; name: string }[] }>(RETIRED, scope);
  return new Map(rows.map(({ id, ...named }) => [id, named]));
}
