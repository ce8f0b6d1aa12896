import type { Queryable } from '../../db/database.ts';
import { admits } from '../../entries/queries.ts';
import type { Carried, CarriedParts, CarryCount, CarryPreview, CarryRound } from './types.ts';

const FIND_ROUND = `
  select r.id, r.label, r.kind, r.framework_id as "frameworkId",
         coalesce(old.version, f.version) as "frameworkVersion",
         exists (select from round_offices s where s.round_id = r.id and s.sealed_at is not null) as sealed,
         (select jsonb_build_object('id', x.id::text, 'label', x.label)
            from rounds x
           where x.system_id = r.system_id and x.fiscal_year = r.fiscal_year and x.sequence < r.sequence
             and exists (select from round_offices o where o.round_id = x.id)
           order by x.sequence desc limit 1) as "from"
    from rounds r
    join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
   where r.id = :roundId and r.system_id = :systemId`;

/** A round of the system with the one it carries from; undefined where there is no such round. */
export async function findCarryRound(
  db: Queryable,
  scope: { systemId: string; roundId: string },
): Promise<CarryRound | undefined> {
  const { rows } = await db.raw<{ rows: CarryRound[] }>(FIND_ROUND, scope);
  return rows[0];
}

const OFFICES = (column: string) => `(:officeIds::bigint[] is null or ${column} = any(:officeIds::bigint[]))`;

const LOCK = `
  select ro.sealed_at as "sealedAt"
    from round_offices ro
   where ro.round_id = :roundId and ${OFFICES('ro.office_id')}
   order by ro.office_id for update`;

/** Locks these offices' part of the round (null: everybody's) in the order of their ids; when each was sealed. */
export async function lockForCarrying(
  trx: Queryable,
  scope: { roundId: string; officeIds: readonly string[] | null },
): Promise<{ sealedAt: Date | null }[]> {
  const { rows } = await trx.raw<{ rows: { sealedAt: Date | null }[] }>(LOCK, { ...scope });
  return rows;
}

// What was carried once is not carried again, whatever became of it.
const CARRIED = `
  with last as (
    select x.id
      from rounds r
      join rounds x on x.system_id = r.system_id and x.fiscal_year = r.fiscal_year and x.sequence < r.sequence
     where r.id = :roundId and exists (select from round_offices o where o.round_id = x.id)
     order by x.sequence desc limit 1
  ), found as (
    -- of a value that was carried before, where it was reported
    select coalesce(s.carried_from_id, s.id) as from_id, s.id as last_id, e.id as entry_id, e.office_id,
           e.variable_id, e.source, s.value, s.status, s.reason, s.reported_by,
           s.reported_at, s.decided_by, s.decided_at, s.value is null or ${admits('s.value')} as fits
      from last
      cross join unnest(:variableIds::bigint[], :kinds::text[], :decimals::int[], :mins::numeric[], :maxs::numeric[])
                 as v (id, kind, decimals, min, max)
      join entries s on s.round_id = last.id and s.variable_id = v.id
                    and s.status <> 'unreported'
      join entries e on e.round_id = :roundId and e.office_id = s.office_id and e.variable_id = s.variable_id
                    and e.source = s.source and e.status = 'unreported'
     where ${OFFICES('s.office_id')}
       and not exists (select from entry_events x where x.entry_id = e.id and x.kind = 'carry')
  ), source as (
    select * from found where fits
  ), audit_source as (
    select last.id as last_round_id, coalesce(a.carried_from_round_id, last.id) as from_round_id,
           a.office_id, a.node_id, a.score, a.given_by, a.given_at
      from last
      join audit_scores a on a.round_id = last.id and a.node_id = any(:nodeIds::bigint[])
     where ${OFFICES('a.office_id')}
       and exists (select from entries e join variables v on v.id = e.variable_id
                    where e.round_id = :roundId and e.office_id = a.office_id and v.node_id = a.node_id)
       -- what was reported anew is scored anew
       and not exists (select from entries e join variables v on v.id = e.variable_id
                        where e.round_id = :roundId and e.office_id = a.office_id and v.node_id = a.node_id
                          and e.status <> 'unreported' and e.carried_from_id is null)
       and not exists (select from audit_scores b
                        where b.round_id = :roundId and b.office_id = a.office_id and b.node_id = a.node_id)
       and not exists (select from audit_events x
                        where x.round_id = :roundId and x.office_id = a.office_id and x.node_id = a.node_id
                          and x.kind in ('give', 'withdraw', 'carry'))
  )`;

const CARRY = `${CARRIED}, carried as (
    update entry_rows e
       set value = s.value, status = s.status, reason = s.reason, reported_by = s.reported_by,
           reported_at = s.reported_at, decided_by = s.decided_by, decided_at = s.decided_at,
           carried_from_id = s.from_id, version = e.version + 1
      from source s
     where e.id = s.entry_id
  ), history as (
    insert into entry_events (entry_id, kind, at, user_id, on_behalf_of, value_after, status_before, status_after,
                              reason)
    select s.entry_id, 'carry', :now, :userId,
           (select x.on_behalf_of from entry_events x
             where x.entry_id = s.last_id and x.kind in ('certify', 'reject', 'carry')
             order by x.id desc limit 1),
           s.value, 'unreported', s.status, s.reason
      from source s
  ), audits as (
    insert into audit_scores (round_id, office_id, node_id, score, given_by, given_at, carried_from_round_id)
    select :roundId, office_id, node_id, score, given_by, given_at, from_round_id from audit_source
  ), audit_history as (
    insert into audit_events (round_id, node_id, office_id, at, user_id, on_behalf_of, kind, score_after)
    select :roundId, a.node_id, a.office_id, :now, :userId,
           (select x.on_behalf_of from audit_events x
             where x.round_id = a.last_round_id and x.office_id = a.office_id and x.node_id = a.node_id
               and x.kind in ('give', 'carry')
             order by x.id desc limit 1),
           'carry', a.score
      from audit_source a
  )
  select (select count(*) from source)::int as entries, (select count(*) from audit_source)::int as "auditScores",
         (select count(*) from found where not fits)::int as misfits,
         coalesce((select jsonb_agg(jsonb_build_object('officeId', o.id::text, 'officeType', o.type) order by o.id)
                     from offices o
                    where o.id in (select office_id from source union select office_id from audit_source)),
                  '[]') as offices`;

/** The variables by what they admit in the new round. */
function bindings<Scope extends CarriedParts>({ variables, ...scope }: Scope) {
  return {
    ...scope,
    variableIds: variables.map(({ id }) => id),
    kinds: variables.map(({ kind }) => kind),
    decimals: variables.map(({ decimals }) => decimals),
    mins: variables.map(({ min }) => min),
    maxs: variables.map(({ max }) => max),
  };
}

/** Carries over with history, in one statement; the offices' locks are held. */
export async function writeCarried(
  trx: Queryable,
  scope: CarriedParts & { roundId: string; officeIds: readonly string[] | null; userId: string; now: Date },
): Promise<Carried> {
  const { rows } = await trx.raw<{ rows: Carried[] }>(CARRY, bindings(scope));
  return rows[0] ?? { entries: 0, auditScores: 0, misfits: 0, offices: [] };
}

const PREVIEW = `${CARRIED}
  select variable_id as id, false as audit,
         (count(*) filter (where fits and source = 'office' and status = 'pending'))::int as pending,
         (count(*) filter (where fits and source = 'office' and status = 'certified'))::int as certified,
         (count(*) filter (where fits and status = 'rejected'))::int as rejected,
         (count(*) filter (where fits and source = 'central'))::int as central,
         (count(*) filter (where not fits))::int as misfits
    from found group by variable_id
   union all
  select node_id, true, 0, count(*)::int, 0, 0, 0 from audit_source group by node_id`;

/** What would be carried over now, by variable and sub-indicator; changes nothing. */
export async function previewCarrying(
  db: Queryable,
  scope: CarriedParts & { roundId: string },
): Promise<CarryPreview> {
  type Row = Omit<CarryCount, 'variableId'> & { id: string; audit: boolean };
  const { rows } = await db.raw<{ rows: Row[] }>(PREVIEW, bindings({ ...scope, officeIds: null }));
  const preview: CarryPreview = { counts: [], audits: new Map() };
  for (const { id, audit, ...count } of rows) {
    if (audit) preview.audits.set(id, count.certified);
    else preview.counts.push({ variableId: id, ...count });
  }
  return preview;
}

const INSERT_EVENT = `
  insert into round_events (round_id, at, user_id, kind, after)
  values (:roundId, :now, :userId, 'carry', :after)`;

/** Notes in the round's history how much was carried over by hand. */
export async function insertCarryEvent(
  trx: Queryable,
  event: { roundId: string; userId: string; now: Date; after: object },
): Promise<void> {
  await trx.raw(INSERT_EVENT, { ...event, after: JSON.stringify(event.after) });
}
