import type { Queryable } from '../../db/database.ts';
import type {
  CountedRound,
  ManagedRound,
  NewRoundEvent,
  RoundEvent,
  RoundName,
  RoundOrder,
  RoundYear,
} from './types.ts';

const COLUMNS = `
  r.id, r.system_id as "systemId", r.framework_id as "frameworkId", r.revision, f.revision as "newestRevision",
  coalesce(old.version, f.version) as "frameworkVersion", r.fiscal_year as "fiscalYear", r.kind, r.sequence, r.label,
  r.data_as_of as "dataAsOf", r.entry_opens_at as "entryOpensAt", r.entry_closes_at as "entryClosesAt",
  r.certification_closes_at as "certificationClosesAt",
  coalesce((select s.sealed_at from seals s where s.round_id = r.id), lists.sealed_at) as "sealedAt",
  lists.offices, lists.own_times as "ownTimes", lists.latest_own_time as "latestOwnTime",
  coalesce((select max(x.id) from round_events x
             where x.round_id = r.id and x.kind in ('openEntry', 'changeEntry', 'closeEntry', 'reopenEntry',
                                                    'changeCertification')), 0)::text as version`;

const FROM = `
    from rounds r
    join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    cross join lateral (
      select count(*)::int as offices, count(ro.entry_closes_at)::int as own_times,
             max(ro.entry_closes_at) as latest_own_time, max(ro.sealed_at) as sealed_at
        from round_offices ro where ro.round_id = r.id) lists`;

const YEAR = `
  select ${COLUMNS}, entered.entries, entered.reported ${FROM}
    cross join lateral (
      select count(*)::int as entries, (count(*) filter (where e.status <> 'unreported'))::int as reported
        from entries e where e.round_id = r.id) entered
   where r.system_id = :systemId and r.fiscal_year = :fiscalYear
   order by r.sequence`;

/** The rounds of a fiscal year, whether they have entry lists yet or not, in their order. */
export async function listYearRounds(
  db: Queryable,
  scope: { systemId: string; fiscalYear: number },
): Promise<CountedRound[]> {
  const { rows } = await db.raw<{ rows: CountedRound[] }>(YEAR, scope);
  return rows;
}

const ONE = `select ${COLUMNS} ${FROM} where r.id = :roundId and r.system_id = :systemId`;

export interface RoundScope {
  systemId: string;
  roundId: string;
}

/** A round of the system; undefined where there is none. */
export async function findManagedRound(db: Queryable, scope: RoundScope): Promise<ManagedRound | undefined> {
  const { rows } = await db.raw<{ rows: ManagedRound[] }>(ONE, { ...scope });
  return rows[0];
}

/**
 * The same, locked: one after the other changes the round's windows and lists. The offices' entries are changed
 * meanwhile; whoever touches these locks the offices, too, after the round.
 */
export async function lockManagedRound(trx: Queryable, scope: RoundScope): Promise<ManagedRound | undefined> {
  // not "for update": histories that name the round are written by people who hold their offices already
  await trx.raw('select from rounds where id = :roundId and system_id = :systemId for no key update', {
    ...scope,
  });
  return findManagedRound(trx, scope);
}

const LOCK_OFFICES = `
  select office_id, sealed_at as "sealedAt" from round_offices where round_id = ? order by office_id for update`;

/** Locks the lists of all offices of a round, in the order of their ids; when each was sealed. */
export async function lockOfficesOfRound(
  trx: Queryable,
  roundId: string,
): Promise<{ sealedAt: Date | null }[]> {
  const { rows } = await trx.raw<{ rows: { sealedAt: Date | null }[] }>(LOCK_OFFICES, [roundId]);
  return rows;
}

const YEARS = `
  select f.id as "frameworkId", f.fiscal_year as "fiscalYear",
         array(select distinct vr.round_kind
                 from variables v join variable_rounds vr on vr.variable_id = v.id
                where v.framework_id = f.id and v.open and not v.retired) as "dueKinds"
    from frameworks f where f.system_id = ? order by f.fiscal_year desc`;

/** The fiscal years of the system whose framework is published, the newest first. */
export async function listRoundYears(db: Queryable, systemId: string): Promise<RoundYear[]> {
  const { rows } = await db.raw<{ rows: RoundYear[] }>(YEARS, [systemId]);
  return rows;
}

/** Holds the framework of a year: rounds of it are created one after the other, and none while it is revised. */
export async function lockFrameworkRow(trx: Queryable, frameworkId: string): Promise<void> {
  await trx.raw('select from frameworks where id = ? for no key update', [frameworkId]);
}

/** Moves rounds on in the order of their year, so that another one fits in before them. No two meet on the way. */
export async function shiftRounds(trx: Queryable, roundIds: readonly string[], by: number): Promise<void> {
  const moved = () => trx('rounds').whereIn('id', [...roundIds]);
  await moved().update({ sequence: trx.raw('-sequence - ?', [by]) });
  await moved().update({ sequence: trx.raw('-sequence') });
}

const INSERT_ROUND = `
  insert into rounds (system_id, framework_id, revision, fiscal_year, kind, sequence, label, data_as_of,
                      entry_opens_at, entry_closes_at, certification_closes_at)
  select system_id, id, revision, fiscal_year, :kind, :sequence, :label, :dataAsOf::date,
         :entryOpensAt, :entryClosesAt, :certificationClosesAt
    from frameworks where id = :frameworkId
      on conflict on constraint rounds_kind_unique do nothing
  returning id`;

/** Creates a round on the newest revision of its framework; undefined where the year has one of this kind. */
export async function insertRound(
  trx: Queryable,
  round: RoundOrder & { sequence: number },
): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(INSERT_ROUND, { ...round });
  return rows[0]?.id;
}

/** Gives a round another name and day. */
export async function updateName(
  trx: Queryable,
  roundId: string,
  { label, dataAsOf }: Pick<RoundName, 'label' | 'dataAsOf'>,
): Promise<void> {
  await trx('rounds').where({ id: roundId }).update({ label, data_as_of: dataAsOf });
}

const INSERT_EVENTS = `
  insert into round_events (round_id, at, user_id, kind, office_ids, before, after, reason)
  select e.round_id, coalesce(e.at, now()), e.user_id, e.kind,
         case when e.office_ids is not null then array(select jsonb_array_elements_text(e.office_ids)::bigint) end,
         e.before, e.after, e.reason
    from unnest(:roundIds::bigint[], :moments::timestamptz[], :userIds::bigint[], :kinds::text[],
                :officeIds::jsonb[], :befores::jsonb[], :afters::jsonb[], :reasons::text[])
         as e (round_id, at, user_id, kind, office_ids, before, after, reason)`;

/** Writes into the history of rounds; one statement for any number of events. */
export async function insertRoundEvents(trx: Queryable, events: readonly NewRoundEvent[]): Promise<void> {
  const json = (value: object | undefined) => (value === undefined ? null : JSON.stringify(value));
  await trx.raw(INSERT_EVENTS, {
    roundIds: events.map(({ roundId }) => roundId),
    moments: events.map(({ at }) => at ?? null),
    userIds: events.map(({ userId }) => userId),
    kinds: events.map(({ kind }) => kind),
    officeIds: events.map(({ officeIds }) => json(officeIds)),
    befores: events.map(({ before }) => json(before)),
    afters: events.map(({ after }) => json(after)),
    reasons: events.map(({ reason }) => reason ?? null),
  });
}

const EVENTS = `
  select x.id, x.at, u.name as by, x.kind, x.before, x.after, x.reason,
         case when x.office_ids is not null then
           array(select o.short_name from offices o where o.id = any(x.office_ids) order by o.list_order, o.id)
         end as offices
    from round_events x left join users u on u.id = x.user_id
   where x.round_id = ? order by x.id desc`;

/** The history of a round, the newest first. */
export async function listRoundEvents(db: Queryable, roundId: string): Promise<RoundEvent[]> {
  const { rows } = await db.raw<{ rows: RoundEvent[] }>(EVENTS, [roundId]);
  return rows;
}
