import type { Queryable } from '../../db/database.ts';
import { DUE } from '../../rounds/queries.ts';
import type { CertifyingSide, Named, RehearsalFacts, ReportingSide, UnassignedIndicator } from './types.ts';

const LISTED = 50;
const OFFICES_OF_INDICATOR = 10;

// What the newest revision makes due, and what stands in the lists already (of a round with an older one).
const EXPECTED = `
  due as (${DUE}), expected as (
    select office_id, variable_id, source from due
     union
    select office_id, variable_id, source from entries where round_id = :roundId
  )`;

const LABELS = (wanted: string, limit: number) => `
  coalesce(to_jsonb((array_agg(jsonb_build_object('id', id::text, 'label', label) order by place, id)
                       filter (where ${wanted}))[1:${limit}]), '[]')`;
const NAMED = (wanted: string) => `
  jsonb_build_object('count', count(*) filter (where ${wanted}), 'first', ${LABELS(wanted, LISTED)})`;

const UNASSIGNED = `
  with ${EXPECTED}, wanted as (
    select distinct x.office_id, v.node_id
      from expected x join variables v on v.id = x.variable_id
     where x.source = 'office'
  ), assigned as (
    select distinct u.office_id, a.node_id
      from assignments a join users u on u.id = a.user_id
     where u.system_id = :systemId and u.status = 'active'
  ), bare as (
    select w.node_id, o.id, o.list_label::text as label, o.list_order as place
      from wanted w
      join offices o on o.id = w.office_id
      left join assigned a on (a.office_id, a.node_id) = (w.office_id, w.node_id)
     where a.node_id is null
  )
  select n.code, n.name, b.offices, b.first
    from (select node_id, count(*)::int as offices, ${LABELS('true', OFFICES_OF_INDICATOR)} as first
            from bare group by node_id) b
    join framework_nodes n on n.id = b.node_id
   order by n.position, n.id`;

const OFFICES = `
  with ${EXPECTED}, counted as (
    select x.office_id, count(*) as due, count(*) filter (where e.id is null) as missing
      from expected x
      left join entries e on (e.round_id, e.office_id, e.variable_id) = (:roundId, x.office_id, x.variable_id)
     group by x.office_id
  ), sides as (
    select o.id, o.list_label::text as label, o.list_order as place, c.due, c.missing, count(u.id) as users,
           count(u.id) filter (where u.email <> '') as addresses
      from counted c
      join offices o on o.id = c.office_id
      left join users u on u.office_id = o.id and u.system_id = :systemId and u.status = 'active'
     group by o.id, c.due, c.missing
  )
  select count(*)::int as count, coalesce(sum(due), 0)::int as due,
         ${NAMED('missing > 0')} || jsonb_build_object('entries', coalesce(sum(missing), 0)) as missing,
         ${NAMED('users = 0')} as "withoutUser", ${NAMED('users > 0 and addresses = 0')} as "withoutEmail"
    from sides`;

const BUREAUS = `
  with ${EXPECTED}, certified as (
    select distinct v.bureau_id as id from expected x join variables v on v.id = x.variable_id
  ), sides as (
    select o.id, o.short_name::text as label, o.list_order as place, count(u.id) as users,
           count(u.id) filter (where u.email <> '') as addresses
      from certified c
      join offices o on o.id = c.id
      left join users u on u.office_id = o.id and u.system_id = :systemId and u.status = 'active'
     group by o.id
  ), outside as (
    select v.id, n.code || ' ' || v.code || '. ' || v.name as label, v.position as place
      from (select distinct variable_id from expected) x
      join variables v on v.id = x.variable_id
      join framework_nodes n on n.id = v.node_id
      join offices o on o.id = v.bureau_id
     where o.kind not in ('bureau', 'kpi_office')
        or not exists (select from system_offices so where (so.system_id, so.office_id) = (:systemId, o.id))
  )
  select count(*)::int as count, ${NAMED('users = 0')} as "withoutUser",
         ${NAMED('users > 0 and addresses = 0')} as "withoutEmail",
         (select ${NAMED('true')} from outside) as uncertified
    from sides`;

const FACTORS = `
  select count(*)::int as count from users
   where system_id = :systemId and status = 'active' and role = any(:roles::text[]) and totp_secret is null`;

type Found = Pick<RehearsalFacts, 'unassigned' | 'offices' | 'bureaus' | 'withoutFactor'>;

/** Whether people and lists are ready for a round; four statements, however many offices. */
export async function findReadiness(
  db: Queryable,
  { roundId, systemId, roles }: { roundId: string; systemId: string; roles: readonly string[] },
): Promise<Found> {
  const scope = { roundId, systemId };
  const unassigned = await db.raw<{ rows: UnassignedIndicator[] }>(UNASSIGNED, scope);
  const offices = await db.raw<{ rows: [ReportingSide] }>(OFFICES, scope);
  const bureaus = await db.raw<{ rows: [CertifyingSide] }>(BUREAUS, scope);
  const factors = await db.raw<{ rows: [Pick<Named, 'count'>] }>(FACTORS, { systemId, roles: [...roles] });
  return {
    unassigned: unassigned.rows,
    offices: offices.rows[0],
    bureaus: bureaus.rows[0],
    withoutFactor: factors.rows[0].count,
  };
}
