import type { Queryable, Transaction } from '../../db/database.ts';
import { ONE_PLAN } from '../../db/prepared.ts';
import { rowsOf, write } from '../../db/statement.ts';
import type { EntryStatus } from '../../scoring/types.ts';
import { LAST_ROUND, LAST_VALUE, type Reach } from '../queries.ts';
import type { CertifierEvent } from '../transitions.ts';
import type { AskedTarget, DecisionRound, Target } from '../types.ts';

// What a revision set aside since a form was opened is told, so it is read here, too. The entries are found by their
// ids before anything is joined (`offset 0`): left to itself, PostgreSQL's one plan for all lists of ids began with
// all offices of all rounds.
const targets = (which: string, moreColumns = '', moreJoins = '') => `
  select e.id, e.round_id as "roundId", e.office_id as "officeId", o.list_label as office,
         o.type as "officeType", e.variable_id as "variableId", v.bureau_id as "bureauId", e.source, e.value,
         e.status, e.version, e.decided_by as "decidedById", e.set_aside as "setAside",
         (select p.until from permits p
           where p.round_id = e.round_id and p.office_id = e.office_id and p.variable_id = e.variable_id
             and p.ended_at is null and p.until > :now
         ) as "permitUntil",
         ro.entry_closes_at as "officeClosesAt", ro.sealed_at as "sealedAt", r.label, r.kind,
         r.framework_id as "frameworkId", coalesce(old.version, f.version) as "frameworkVersion",
         r.entry_opens_at as "entryOpensAt", r.entry_closes_at as "entryClosesAt",
         r.certification_closes_at as "certificationClosesAt", r.revision, f.revision as "newestRevision",
         ro.revision > r.revision as "isStale"${moreColumns}
    from (select * from entry_rows where ${which} offset 0) e
    join round_offices ro on ro.round_id = e.round_id and ro.office_id = e.office_id
    join rounds r on r.id = e.round_id
    join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    join variables v on v.id = e.variable_id
    join offices o on o.id = e.office_id${moreJoins}
   where r.system_id = :systemId and (:bureauId::bigint is null or v.bureau_id = :bureauId)`;

const LISTED = 'id = any(:ids::bigint[])';
const ASKED_TARGETS = `${targets(LISTED, `, ${LAST_VALUE}`, LAST_ROUND)}
   order by o.list_label, o.id, v.position, v.id`;

// Locks are taken in the order of the offices' ids, as everywhere (see lockOwnRound in rounds).
const locked = (which: string) => `${targets(which)} and ${ONE_PLAN}
   order by e.office_id, v.position, v.id
     for update of ro`;
const LOCKED_TARGETS = locked(LISTED);
// PostgreSQL plans a list anew each time, which takes longer than to run it
const LOCKED_TARGET = locked('id = :id');

/** These entries with their rounds, as somebody is asked about them; one that is not within reach is missing. */
export async function loadTargets(
  db: Queryable,
  reach: Reach,
  ids: readonly string[],
): Promise<AskedTarget[]> {
  return (await rowsOf<Row<AskedTarget>>(db, ASKED_TARGETS, { ...reach, ids })).map(withRound);
}

/**
 * These entries with their rounds; the offices' part of the round stays locked until the transaction ends. Rows that
 * had to wait for the lock may be older than it: whoever writes compares the version.
 */
export async function lockTargets(trx: Queryable, reach: Reach, ids: readonly string[]): Promise<Target[]> {
  const lock = () =>
    ids.length === 1
      ? rowsOf<Row<Target>>(trx, LOCKED_TARGET, { ...reach, id: ids[0] })
      : rowsOf<Row<Target>>(trx, LOCKED_TARGETS, { ...reach, ids });
  const rows = await lock();
  // who waited for the lock has read the round as it was before
  return (rows.some(({ isStale }) => isStale) ? await lock() : rows).map(withRound);
}

type RoundColumns = Omit<DecisionRound, 'id'> & {
  /** Pinned to a revision since. */
  isStale: boolean | null;
};
type Row<Listed extends Target> = Omit<Listed, 'round'> & RoundColumns;

function withRound<Columns extends RoundColumns & { roundId: string }>(row: Columns) {
  const { label, kind, frameworkId, frameworkVersion, revision, newestRevision, entryOpensAt, ...others } =
    row;
  const { entryClosesAt, certificationClosesAt, sealedAt, isStale, ...entry } = others;
  const pinned = { frameworkId, frameworkVersion, revision, newestRevision };
  const windows = { entryOpensAt, entryClosesAt, certificationClosesAt, sealedAt };
  return {
    ...entry,
    round: { id: row.roundId, label, kind, ...pinned, ...windows },
  };
}

/** One decided entry, as it is written together with its history row. */
export interface DecidedEntry {
  target: Target;
  statusAfter: EntryStatus;
}

export interface DecisionRow {
  event: CertifierEvent;
  userId: string;
  /** The person's own office where it decides in other bureaus' stead, otherwise null. */
  standInOfficeId: string | null;
  reason: string | null;
  until: Date | null;
  now: Date;
}

const PERMITTED = `
    insert into permits as p (round_id, office_id, variable_id, until, reason, granted_by, granted_at)
    select round_id, office_id, variable_id, :until::timestamptz, :reason::text, :userId, :now from decided
     where :until::timestamptz is not null
    on conflict (round_id, office_id, variable_id) where ended_at is null do update
       set until = excluded.until, reason = excluded.reason, granted_by = excluded.granted_by,
           granted_at = excluded.granted_at`;

const HISTORY = (from: string) => `
    insert into entry_events (entry_id, kind, at, user_id, on_behalf_of, value_before, value_after,
                              status_before, status_after, reason, until)
    select d.id, :event, :now, :userId,
           case when :standInOfficeId::bigint is not null then nullif(v.bureau_id, :standInOfficeId::bigint) end,
           d.value, d.value, d.status_before, d.status, :reason::text, :until::timestamptz
      from ${from} join variables v on v.id = d.variable_id`;

const writing = (permitted: string) => `
  with decided as (
    update entries e
       set status = c.status_after, version = e.version + 1,
           reason = case when c.status_after = 'rejected' then :reason::text end,
           decided_by = case when :event = 'cancel' then null else :userId::bigint end,
           decided_at = case when :event = 'cancel' then null else :now::timestamptz end
      from unnest(:ids::bigint[], :versions::int[], :statusesBefore::text[], :statusesAfter::text[])
           as c (entry_id, version, status_before, status_after)
     where e.id = c.entry_id and e.version = c.version
    returning e.id, e.round_id, e.office_id, e.variable_id, e.value, c.status_before, e.status
  ), history as (${HISTORY('decided d')}
  ), ended as (
    update permits p set ended_at = least(:now, p.until)
      from decided d
     where d.status = 'certified' and p.round_id = d.round_id and p.office_id = d.office_id
       and p.variable_id = d.variable_id and p.ended_at is null
  )${permitted}
  select id from decided`;
const WRITE_DECISIONS = writing('');
const WRITE_DECISIONS_WITH_PERMITS = writing(`, permitted as (${PERMITTED}
  )`);

const WRITE_PERMITS = `
  with decided as (
    select e.id, e.round_id, e.office_id, e.variable_id, e.value, e.status as status_before, e.status
      from unnest(:ids::bigint[], :versions::int[], :statusesBefore::text[], :statusesAfter::text[])
           as c (entry_id, version, status_before, status_after)
      join entries e on e.id = c.entry_id and e.version = c.version
  ), permitted as (${PERMITTED}
     where (p.until, p.reason, p.granted_by) is distinct from (excluded.until, excluded.reason, excluded.granted_by)
    returning round_id, office_id, variable_id
  ), history as (${HISTORY('decided d join permitted using (round_id, office_id, variable_id)')}
  )
  select id from decided join permitted using (round_id, office_id, variable_id)`;

/** Writes the decisions of one person with history and permits, in one statement; the offices' locks are held. */
export async function writeDecisions(
  trx: Transaction,
  row: DecisionRow,
  entries: readonly DecidedEntry[],
): Promise<void> {
  const sql = row.until === null ? WRITE_DECISIONS : WRITE_DECISIONS_WITH_PERMITS;
  await write(trx, sql, bindingsOf(row, entries));
}

/** The same of permits; returns the ids of those entries that were not permitted so already. */
export async function writePermits(
  trx: Transaction,
  row: DecisionRow,
  entries: readonly DecidedEntry[],
): Promise<Set<string>> {
  const rows = await rowsOf<{ id: string }>(trx, WRITE_PERMITS, bindingsOf(row, entries));
  return new Set(rows.map(({ id }) => id));
}

function bindingsOf(row: DecisionRow, entries: readonly DecidedEntry[]) {
  return {
    ...row,
    ids: entries.map(({ target }) => target.id),
    versions: entries.map(({ target }) => target.version),
    statusesBefore: entries.map(({ target }) => target.status),
    statusesAfter: entries.map(({ statusAfter }) => statusAfter),
  };
}
