import type { Queryable } from '../../db/database.ts';
import type {
  CentralChange,
  CentralCount,
  CentralEntry,
  CentralEvent,
  ChangedMeanwhile,
  LoadRound,
  LockedEntry,
  NamedOffice,
} from './types.ts';

/** Whose central variables: of one bureau or (null) of all, in a system. */
export interface CentralReach {
  systemId: string;
  bureauId: string | null;
}

const COUNTS = `
  select e.variable_id as "variableId", v.bureau_id as "bureauId", b.short_name as bureau,
         count(*)::int as total, count(e.value)::int as filled
    from entries e
    join rounds r on r.id = e.round_id and r.system_id = :systemId
    join variables v on v.id = e.variable_id
    join offices b on b.id = v.bureau_id
   where e.round_id = :roundId and e.source = 'central' and (:bureauId::bigint is null or v.bureau_id = :bureauId)
   group by e.variable_id, v.bureau_id, b.short_name`;

/** The variables within reach that the centre supplies in the round, with how many offices have a value. */
export async function countCentral(
  db: Queryable,
  reach: CentralReach,
  roundId: string,
): Promise<CentralCount[]> {
  const { rows } = await db.raw<{ rows: CentralCount[] }>(COUNTS, { ...reach, roundId });
  return rows;
}

// Who touched it last is asked row by row: one look-up in an index for each office.
const ENTRIES = `
  select e.id, e.office_id as "officeId", o.type as "officeType", o.list_label::text as office, o.code, e.value,
         e.version, l.value as "lastValue", x.by, x."onBehalfOf", x.at, ro.sealed_at is not null as sealed
    from entries e
    join round_offices ro on ro.round_id = e.round_id and ro.office_id = e.office_id
    join offices o on o.id = e.office_id
    left join entries l on l.round_id = :lastRoundId and l.office_id = e.office_id
                       and l.variable_id = :lastVariableId
    left join lateral (
      select u.name::text as by, b.short_name::text as "onBehalfOf", h.at
        from entry_events h
        join users u on u.id = h.user_id
        left join offices b on b.id = h.on_behalf_of
       where h.entry_id = e.id and h.kind in ('central', 'carry')
       order by h.id desc limit 1
    ) x on true
   where e.round_id = :roundId and e.variable_id = :variableId and e.source = 'central'
   order by o.list_label, o.id`;

export interface CentralScope {
  roundId: string;
  variableId: string;
  /** Where the value of the round before stands. */
  lastRoundId: string | null;
  lastVariableId: string | null;
}

/** One central variable of every office in a round, in Thai order of the offices. */
export async function listCentral(db: Queryable, scope: CentralScope): Promise<CentralEntry[]> {
  const { rows } = await db.raw<{ rows: CentralEntry[] }>(ENTRIES, { ...scope });
  return rows;
}

const OFFICES = `
  select o.id, o.code, array[o.name::text, o.short_name::text, o.list_label::text] as names,
         array(select u.username from users u
                where u.system_id = so.system_id and u.office_id = o.id and u.role = 'district_admin') as usernames
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = ? and o.kind = 'district'
   order by o.list_order, o.id`;

/** The reporting offices of a system with everything that a table may call them. */
export async function listNamedOffices(db: Queryable, systemId: string): Promise<NamedOffice[]> {
  const { rows } = await db.raw<{ rows: NamedOffice[] }>(OFFICES, [systemId]);
  return rows;
}

const LOCK = `
  select r.id, r.kind, r.label, r.framework_id as "frameworkId", coalesce(old.version, f.version) as "frameworkVersion",
         r.revision, f.revision as "newestRevision", r.certification_closes_at as "certificationClosesAt",
         ro.sealed_at is not null as sealed, ro.revision > r.revision as "isStale"
    from rounds r
    join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    join round_offices ro on ro.round_id = r.id
   where r.id = :roundId and r.system_id = :systemId
     and ro.office_id in (select office_id from entry_rows where round_id = :roundId and id = any(:ids::bigint[]))
   order by ro.office_id
     for update of ro`;

/**
 * Locks these entries' offices in the order of their ids until the transaction ends, and reads the round;
 * undefined where none of them is in it.
 */
export async function lockOfficesOf(
  trx: Queryable,
  scope: { systemId: string; roundId: string; ids: readonly string[] },
): Promise<LoadRound | undefined> {
  const lock = async () =>
    (await trx.raw<{ rows: (LoadRound & { isStale: boolean | null })[] }>(LOCK, scope)).rows;
  const locked = await lock();
  // who waited for the lock has read the round as it was before
  const rows = locked.some(({ isStale }) => isStale) ? await lock() : locked;
  const [first] = rows;
  return first && { ...first, sealed: rows.some(({ sealed }) => sealed) };
}

const FOR_LOAD = `
  select e.id, e.office_id as "officeId", o.type as "officeType", o.short_name::text as office, e.value, e.status,
         e.version
    from entries e
    join variables v on v.id = e.variable_id
    join offices o on o.id = e.office_id
   where e.round_id = :roundId and e.variable_id = :variableId and e.source = 'central' and e.id = any(:ids::bigint[])
     and (:bureauId::bigint is null or v.bureau_id = :bureauId)
   order by e.office_id`;

/** The entries of one central variable as they are now; one that is out of reach is missing. */
export async function listForLoad(
  trx: Queryable,
  scope: { roundId: string; variableId: string; bureauId: string | null; ids: readonly string[] },
): Promise<LockedEntry[]> {
  const { rows } = await trx.raw<{ rows: LockedEntry[] }>(FOR_LOAD, scope);
  return rows;
}

const NOT_CENTRAL = `
  select e.id, o.short_name::text as office
    from entry_rows e
    join variables v on v.id = e.variable_id
    join offices o on o.id = e.office_id
   where e.round_id = :roundId and e.variable_id = :variableId and e.id = any(:ids::bigint[])
     and (e.set_aside or e.source <> 'central') and (:bureauId::bigint is null or v.bureau_id = :bureauId)
   order by o.list_label, o.id`;

/** Those of these entries within reach that are no central data: a revision set them aside, or offices report them. */
export async function listNotCentral(
  trx: Queryable,
  scope: Parameters<typeof listForLoad>[1],
): Promise<Pick<LockedEntry, 'id' | 'office'>[]> {
  const { rows } = await trx.raw<{ rows: Pick<LockedEntry, 'id' | 'office'>[] }>(NOT_CENTRAL, scope);
  return rows;
}

const WRITE = `
  with change as (
    select * from unnest(:ids::bigint[], :befores::numeric[], :afters::numeric[], :statusesBefore::text[],
                         :statusesAfter::text[])
           as c (entry_id, value_before, value_after, status_before, status_after)
  ), history as (
    insert into entry_events (entry_id, kind, at, user_id, on_behalf_of, value_before, value_after, status_before,
                              status_after)
    select c.entry_id, 'central', :now, :userId,
           case when :standInOfficeId::bigint is not null then nullif(v.bureau_id, :standInOfficeId::bigint) end,
           c.value_before, c.value_after, c.status_before, c.status_after
      from change c join entries e on e.id = c.entry_id join variables v on v.id = e.variable_id
  )
  update entries e
     set value = c.value_after, status = c.status_after, version = e.version + 1, reason = null,
         reported_by = :userId, reported_at = :now,
         decided_by = case when c.value_after is not null then :userId::bigint end,
         decided_at = case when c.value_after is not null then :now::timestamptz end, carried_from_id = null
    from change c
   where e.id = c.entry_id`;

/** Writes the values of one person with their history rows, in one statement; the offices' locks are held. */
export async function writeCentral(
  trx: Queryable,
  by: { userId: string; standInOfficeId: string | null; now: Date },
  changes: readonly CentralChange[],
): Promise<void> {
  await trx.raw(WRITE, {
    ...by,
    ids: changes.map(({ entryId }) => entryId),
    befores: changes.map(({ before }) => before),
    afters: changes.map(({ after }) => after),
    statusesBefore: changes.map(({ statusBefore }) => statusBefore),
    statusesAfter: changes.map(({ statusAfter }) => statusAfter),
  });
}

const LAST_CHANGES = `
  select e.id, e.value as current, u.name::text as by, e.reported_at as at
    from entries e left join users u on u.id = e.reported_by
   where e.id = any(?::bigint[])`;

/** What these entries hold now, and who stored it when. */
export async function listLastChanges(
  db: Queryable,
  ids: readonly string[],
): Promise<({ id: string } & ChangedMeanwhile)[]> {
  const { rows } = await db.raw<{ rows: ({ id: string } & ChangedMeanwhile)[] }>(LAST_CHANGES, [[...ids]]);
  return rows;
}

const HISTORY = `
  select h.at, o.list_label::text as office, h.kind, u.name::text as by, b.short_name::text as "onBehalfOf",
         h.value_before as before, h.value_after as after
    from entries e
    join entry_events h on h.entry_id = e.id
    join offices o on o.id = e.office_id
    join users u on u.id = h.user_id
    left join offices b on b.id = h.on_behalf_of
   where e.round_id = :roundId and e.variable_id = :variableId and e.source = 'central'
   order by h.id desc
   limit :limit`;

/** What happened to one central variable in a round, newest first. */
export async function listCentralEvents(
  db: Queryable,
  scope: { roundId: string; variableId: string; limit: number },
): Promise<CentralEvent[]> {
  const { rows } = await db.raw<{ rows: CentralEvent[] }>(HISTORY, scope);
  return rows;
}
