import type { Queryable } from '../db/database.ts';
import { ONE_PLAN } from '../db/prepared.ts';
import { rowsOf } from '../db/statement.ts';
import type { CertifierEvent } from './transitions.ts';
import type { CertifyRow, DecisionRound, Target } from './types.ts';

/** Which entries a person may see here: of one system, of one bureau's variables or (null) of all. */
export interface Reach {
  systemId: string;
  bureauId: string | null;
  now: Date;
}

// "Last round" is that of rounds/rules.ts; another framework revision knows which variable it was copied from.
// What belongs to one row is asked row by row: index look-ups, where one long join would be planned for 10 ms.
const rowsWith = (table: 'entries' | 'entry_rows', moreColumns: string) => `
  select e.id, e.round_id as "roundId", e.office_id as "officeId", o.list_label as office,
         o.type as "officeType", e.variable_id as "variableId", v.bureau_id as "bureauId", vb.short_name as bureau, e.source, e.value,
         e.status, e.reason, e.version, e.decided_at as "decidedAt", e.decided_by as "decidedById",
         (select d.name from users d where d.id = e.decided_by) as "decidedBy",
         case when e.decided_by is not null then (
           select (select b.short_name from offices b where b.id = x.on_behalf_of)
             from entry_events x
            where x.entry_id = e.id and x.kind in ('certify', 'reject', 'carry') order by x.id desc limit 1
         ) end as "onBehalfOf",
         (select l.value from entries l
           where l.round_id = last.id and l.office_id = e.office_id and l.variable_id =
             case when last.framework_id = r.framework_id then e.variable_id else v.copied_from_id end
         ) as "lastValue",
         (select p.until from permits p
           where p.round_id = e.round_id and p.office_id = e.office_id and p.variable_id = e.variable_id
             and p.ended_at is null and p.until > :now
         ) as "permitUntil",
         (select a.score from audit_scores a
           where a.round_id = e.round_id and a.office_id = e.office_id and a.node_id = v.node_id) as audit,
         (select c.label from entry_rows s join rounds c on c.id = s.round_id
           where s.id = e.carried_from_id) as "carriedFrom",
         ro.entry_closes_at as "officeClosesAt"${moreColumns}
    from ${table} e
    join rounds r on r.id = e.round_id
    join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    join variables v on v.id = e.variable_id
    join offices vb on vb.id = v.bureau_id
    join offices o on o.id = e.office_id
    join round_offices ro on ro.round_id = e.round_id and ro.office_id = e.office_id
    left join lateral (
      select x.id, x.framework_id from rounds x
       where x.system_id = r.system_id
         and (x.fiscal_year = r.fiscal_year and x.sequence < r.sequence or x.fiscal_year = r.fiscal_year - 1)
       order by x.fiscal_year desc, x.sequence desc limit 1
    ) last on true
   where r.system_id = :systemId and (:bureauId::bigint is null or v.bureau_id = :bureauId)`;

// A list is of one round, which its page knows.
const ROWS = rowsWith('entries', '');
// What a revision set aside since a form was opened is told, so it is read here, too.
const ROWS_WITH_ROUND = rowsWith(
  'entry_rows',
  `, e.set_aside as "setAside", r.label, r.kind, r.framework_id as "frameworkId",
         coalesce(old.version, f.version) as "frameworkVersion", r.entry_opens_at as "entryOpensAt", r.entry_closes_at as "entryClosesAt",
         r.certification_closes_at as "certificationClosesAt", ro.sealed_at as "sealedAt",
         ro.revision > r.revision as "isStale"`,
);

const ROWS_OF_VARIABLE = `${ROWS} and e.round_id = :roundId and e.variable_id = :variableId
   order by o.list_label, o.id`;
const ROWS_OF_OFFICE = `${ROWS} and e.round_id = :roundId and e.office_id = :officeId
   order by v.position, v.id`;
const TARGETS = `${ROWS_WITH_ROUND} and e.id = any(:ids::bigint[])
   order by o.list_label, o.id, v.position, v.id`;
// Locks are taken in the order of the offices' ids, as everywhere (see lockOwnRound in rounds).
const LOCKED_TARGETS = `${ROWS_WITH_ROUND} and e.id = any(:ids::bigint[]) and ${ONE_PLAN}
   order by e.office_id, v.position, v.id
     for update of ro`;

/** One variable of every office in a round, in Thai order of the offices. */
export async function listOfVariable(
  db: Queryable,
  reach: Reach,
  scope: { roundId: string; variableId: string },
): Promise<CertifyRow[]> {
  return rowsOf<CertifyRow>(db, ROWS_OF_VARIABLE, { ...reach, ...scope });
}

/** Every variable within reach of one office in a round, in the order of the framework. */
export async function listOfOffice(
  db: Queryable,
  reach: Reach,
  scope: { roundId: string; officeId: string },
): Promise<CertifyRow[]> {
  return rowsOf<CertifyRow>(db, ROWS_OF_OFFICE, { ...reach, ...scope });
}

/** These entries with their rounds; one that is not within reach is missing from the answer. */
export async function loadTargets(db: Queryable, reach: Reach, ids: readonly string[]): Promise<Target[]> {
  return listTargets(db, TARGETS, { ...reach, ids });
}

/**
 * The same, and these offices' part of the round stays locked until the transaction ends. Rows that had to wait
 * for the lock may be older than it: whoever writes compares the version.
 */
export async function lockTargets(trx: Queryable, reach: Reach, ids: readonly string[]): Promise<Target[]> {
  const lock = () => listTargets(trx, LOCKED_TARGETS, { ...reach, ids });
  const targets = await lock();
  // who waited for the lock has read the round as it was before
  return targets.some(({ round }) => round.isStale) ? lock() : targets;
}

/** Stale: pinned to a revision since. */
type LockedRound = DecisionRound & { isStale: boolean | null };

async function listTargets(
  db: Queryable,
  sql: string,
  bindings: object,
): Promise<(Target & { round: LockedRound })[]> {
  const rows = await rowsOf<Omit<Target, 'round'> & Omit<LockedRound, 'id'>>(db, sql, bindings);
  return rows.map((row) => {
    const { label, kind, frameworkId, frameworkVersion, ...rest } = row;
    const { entryOpensAt, entryClosesAt, certificationClosesAt, sealedAt, isStale, ...entry } = rest;
    const windows = { entryOpensAt, entryClosesAt, certificationClosesAt, sealedAt, isStale };
    return { ...entry, round: { id: row.roundId, label, kind, frameworkId, frameworkVersion, ...windows } };
  });
}

export interface VariableCount {
  variableId: string;
  bureauId: string;
  bureau: string;
  source: 'office' | 'central';
  offices: number;
  pending: number;
  /** What is new in its threads, whatever the round. */
  fresh: number;
}

const VARIABLE_COUNTS = `
  select e.variable_id as "variableId", v.bureau_id as "bureauId", b.short_name as bureau, min(e.source) as source,
         count(*)::int as offices,
         (count(*) filter (where e.status = 'pending' and a.score is null))::int as pending,
         (select count(*)::int from receipts n
           where n.receiver_id = v.bureau_id and n.system_id = :systemId and n.variable_id = e.variable_id
             and n.registered_at is null and not n.withdrawn) as fresh
    from entries e
    join rounds r on r.id = e.round_id and r.system_id = :systemId
    join variables v on v.id = e.variable_id
    join offices b on b.id = v.bureau_id
    left join audit_scores a on a.round_id = e.round_id and a.office_id = e.office_id and a.node_id = v.node_id
   where e.round_id = :roundId and (:bureauId::bigint is null or v.bureau_id = :bureauId)
   group by e.variable_id, v.bureau_id, b.short_name`;

/**
 * The variables within reach that are due in the round, and for each how many offices report it and wait for a
 * decision. Where an AUDIT score decides, nothing waits.
 */
export async function countByVariable(
  db: Queryable,
  reach: Omit<Reach, 'now'>,
  roundId: string,
): Promise<VariableCount[]> {
  const { systemId, bureauId } = reach;
  return rowsOf<VariableCount>(db, VARIABLE_COUNTS, { systemId, bureauId, roundId });
}

export interface OfficeCount {
  officeId: string;
  office: string;
  officeType: string | null;
  pending: number;
  /** What is new in its threads, for the bureaus within reach. */
  fresh: number;
}

const OFFICE_COUNTS = `
  select o.id as "officeId", o.list_label as office, o.type as "officeType", coalesce(c.pending, 0)::int as pending,
         coalesce(n.fresh, 0)::int as fresh
    from round_offices ro
    join rounds r on r.id = ro.round_id and r.system_id = :systemId
    join offices o on o.id = ro.office_id
    left join (
      select e.office_id, count(*) as pending
        from entries e
        join variables v on v.id = e.variable_id
        left join audit_scores a on a.round_id = e.round_id and a.office_id = e.office_id and a.node_id = v.node_id
       where e.round_id = :roundId and e.status = 'pending' and a.score is null
         and (:bureauId::bigint is null or v.bureau_id = :bureauId)
       group by e.office_id
    ) c on c.office_id = o.id
    left join (
      select n.office_id, count(*) as fresh
        from receipts n
        join variables v on v.id = n.variable_id and v.bureau_id = n.receiver_id
        join rounds r on r.id = :roundId and r.framework_id = v.framework_id
       where n.system_id = :systemId and n.registered_at is null and not n.withdrawn
         and (:bureauId::bigint is null or n.receiver_id = :bureauId)
       group by n.office_id
    ) n on n.office_id = o.id
   where ro.round_id = :roundId
   order by o.list_label, o.id`;

/** The offices of a round in Thai order, and how many entries within reach wait for a decision at each. */
export async function countByOffice(
  db: Queryable,
  reach: Omit<Reach, 'now'>,
  roundId: string,
): Promise<OfficeCount[]> {
  const { systemId, bureauId } = reach;
  return rowsOf<OfficeCount>(db, OFFICE_COUNTS, { systemId, bureauId, roundId });
}

/** One decided entry, as it is written together with its history row. */
export interface DecidedEntry {
  entryId: string;
  version: number;
  statusBefore: string;
  statusAfter: string;
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

const WRITE_DECISIONS = `
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
  ), permitted as (${PERMITTED}
  )
  select id from decided`;

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

/**
 * Writes the decisions of one person with history and permits, in one statement; the offices' locks are held.
 * Returns the ids of those whose version was still the one that was seen; the others are left alone.
 */
export async function writeDecisions(
  trx: Queryable,
  row: DecisionRow,
  entries: readonly DecidedEntry[],
): Promise<Set<string>> {
  const sql = row.event === 'permit' ? WRITE_PERMITS : WRITE_DECISIONS;
  const rows = await rowsOf<{ id: string }>(trx, sql, {
    ...row,
    ids: entries.map((entry) => entry.entryId),
    versions: entries.map((entry) => entry.version),
    statusesBefore: entries.map((entry) => entry.statusBefore),
    statusesAfter: entries.map((entry) => entry.statusAfter),
  });
  return new Set(rows.map(({ id }) => id));
}
