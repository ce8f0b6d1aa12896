import type { Queryable } from '../db/database.ts';
import { ONE_PLAN } from '../db/prepared.ts';
import { type Reader, rowsOf } from '../db/statement.ts';
import type { YearRound } from '../framework/types.ts';
import type { Round } from './types.ts';

const rounds = (officeId: string) => `
  select r.id, r.system_id as "systemId", r.framework_id as "frameworkId", r.revision,
         f.revision as "newestRevision", coalesce(old.version, f.version) as "frameworkVersion",
         r.fiscal_year as "fiscalYear", r.kind, r.sequence, r.label,
         r.entry_opens_at as "entryOpensAt", r.entry_closes_at as "entryClosesAt",
         r.certification_closes_at as "certificationClosesAt", ro.entry_closes_at as "officeClosesAt",
         ro.office_id is not null as "takesPart",
         (select s.sealed_at from seals s where s.round_id = r.id) as "sealedAt",
         exists (select from permits p
                  where p.round_id = r.id and p.office_id = ro.office_id
                    and p.ended_at is null and p.until > :now) as "hasPermit"
    from rounds r
    join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    left join round_offices ro on ro.round_id = r.id and ro.office_id = ${officeId}
   where r.system_id = :systemId and exists (select from round_offices any_office where any_office.round_id = r.id)
   order by r.fiscal_year desc, r.sequence desc`;

const ROUNDS = rounds(':officeId');
const ROUNDS_OF_SESSION = rounds(`(
         select u.office_id from sessions s join users u on u.id = (s.sess -> 'passport' ->> 'user')::bigint
          where s.sid = :sid)`);

/**
 * All rounds of a system, newest first, and what one office has in each: whether a part, its closing time, permits.
 * The office is named, or that of whoever holds a session: so they are read beside the session itself.
 */
export async function listRounds(
  db: Reader,
  systemId: string,
  of: { officeId: string } | { sid: string },
  now: Date,
): Promise<Round[]> {
  return rowsOf<Round>(db, 'sid' in of ? ROUNDS_OF_SESSION : ROUNDS, { systemId, ...of, now });
}

const asked = new WeakMap<object, Promise<Round[]>>();

/** Keeps the rounds that were read with the person. */
export function keepRounds(user: object, found: Round[]): void {
  asked.set(user, Promise.resolve(found));
}

/**
 * The rounds as this person's office sees them. The person is loaded afresh with every request, so menu and
 * page of one request share one statement.
 */
export function roundsFor(
  db: Reader,
  user: { systemId: string; officeId: string },
  now: Date,
): Promise<Round[]> {
  const known = asked.get(user);
  if (known !== undefined) return known;
  const asking = listRounds(db, user.systemId, { officeId: user.officeId }, now);
  asked.set(user, asking);
  return asking;
}

const LOCK_OWN = `
  select r.id, r.system_id as "systemId", r.framework_id as "frameworkId", r.revision,
         f.revision as "newestRevision", coalesce(old.version, f.version) as "frameworkVersion",
         r.fiscal_year as "fiscalYear", r.kind, r.sequence, r.label,
         r.entry_opens_at as "entryOpensAt", r.entry_closes_at as "entryClosesAt",
         r.certification_closes_at as "certificationClosesAt", ro.entry_closes_at as "officeClosesAt",
         ro.sealed_at as "sealedAt", false as "hasPermit", true as "takesPart", ro.revision > r.revision as "isStale"
    from rounds r
    join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    join round_offices ro on ro.round_id = r.id
   where r.id = :roundId and r.system_id = :systemId and ro.office_id = :officeId and ${ONE_PLAN}
     for update of ro`;

/**
 * Locks the office's part of the round until the transaction ends, and reads the round as the office sees it;
 * undefined where it has no part in it. Whoever changes entries or scores of an office holds this lock; who needs
 * several takes them in the order of the offices' ids (certification's lockTargets): no lost update, no deadlock.
 */
export async function lockOwnRound(
  trx: Queryable,
  scope: { roundId: string; systemId: string; officeId: string },
): Promise<Round | undefined> {
  const lock = () => rowsOf<Round & { isStale: boolean | null }>(trx, LOCK_OWN, scope);
  const [locked] = await lock();
  // who waited for the lock has read the round as it was before
  return locked?.isStale ? (await lock())[0] : locked;
}

const HOLD = 'select from rounds where id = :roundId and system_id = :systemId for share';
const HELD = `
  select (select s.sealed_at from seals s where s.round_id = r.id) as "sealedAt",
         r.certification_closes_at as "certificationClosesAt"
    from rounds r where r.id = :roundId and r.system_id = :systemId`;

/**
 * Keeps windows and seal of a round as they are until the transaction ends, for who changes something of it beside
 * entries and scores; others may keep it at the same time. Undefined where the system has no such round.
 */
export async function holdRound(
  trx: Queryable,
  scope: { roundId: string; systemId: string },
): Promise<Pick<Round, 'sealedAt' | 'certificationClosesAt'> | undefined> {
  type Held = Pick<Round, 'sealedAt' | 'certificationClosesAt'>;
  // who waited for it has to look afresh
  const [, { rows }] = await Promise.all([trx.raw(HOLD, scope), trx.raw<{ rows: Held[] }>(HELD, scope)]);
  return rows[0];
}

/** A round as it is planned; its framework revision says of which system and fiscal year it is. */
export interface PlannedRound extends YearRound {
  frameworkId: string;
}

export interface CreatedRound {
  id: string;
  systemId: string;
  fiscalYear: number;
  kind: string;
}

// The update of nothing returns the row that is there; a round of another revision is not touched.
const STORE_ROUND = `
  insert into rounds as r (system_id, framework_id, revision, fiscal_year, kind, sequence, label, data_as_of,
                           entry_opens_at, entry_closes_at, certification_closes_at)
  select system_id, id, revision, fiscal_year, :kind, :sequence, :label, :dataAsOf::date,
         :entryOpensAt, :entryClosesAt, :certificationClosesAt
    from frameworks where id = :frameworkId
      on conflict on constraint rounds_kind_unique do update set kind = excluded.kind
      where r.framework_id = excluded.framework_id
  returning id, system_id as "systemId", fiscal_year as "fiscalYear", kind`;

/**
 * The round of this kind in the framework's year: a new one, or the one that is there, unchanged. Undefined
 * where the framework is no published one, or the round that is there is pinned to another revision.
 */
export async function storeRound(trx: Queryable, round: PlannedRound): Promise<CreatedRound | undefined> {
  const { rows } = await trx.raw<{ rows: CreatedRound[] }>(STORE_ROUND, { ...round });
  return rows[0];
}

/**
 * `(office_id, list_order, variable_id, position, source)`: what each office reports in the round `:roundId`. Of the
 * newest revision: a round that is pinned to an older one gets nothing new.
 */
export const DUE = `
    select o.id as office_id, o.list_order, v.id as variable_id, v.position, vr.source
      from rounds r
      join frameworks f on f.id = r.framework_id and f.revision = r.revision
      join variables v on v.framework_id = r.framework_id and not v.retired
      join variable_rounds vr on vr.variable_id = v.id and vr.round_kind = r.kind and (v.open or vr.kept)
      join sub_indicators s on s.node_id = v.node_id
      join system_offices so on so.system_id = r.system_id
      join offices o on o.id = so.office_id
                    and o.valid_from_fy <= r.fiscal_year and coalesce(o.valid_to_fy, r.fiscal_year) >= r.fiscal_year
      left join sub_indicator_offices x on x.node_id = s.node_id and x.office_id = o.id
     where r.id = :roundId and coalesce(x.included, o.type = any(s.office_types))`;
const MISSING = `
    insert into round_offices (round_id, office_id)
    select distinct :roundId::bigint, office_id from due order by office_id
        on conflict do nothing`;
const ADD_ENTRIES = `
    insert into entry_rows (round_id, office_id, variable_id, source)
    select :roundId, office_id, variable_id, source from due
     order by list_order, office_id, position
        on conflict on constraint entries_unique do nothing`;

const STORE_ENTRY_LISTS = `with due as (${DUE}), lists as (${MISSING}) ${ADD_ENTRIES}`;

/** Creates the entries that are missing in a round, one per due variable and applicable office; how many. */
export async function storeEntryLists(trx: Queryable, round: Pick<CreatedRound, 'id'>): Promise<number> {
  const result = await trx.raw<{ rowCount: number }>(STORE_ENTRY_LISTS, { roundId: round.id });
  return result.rowCount;
}

// The source follows only where nothing was reported: what was stays as it was said.
const RECONCILE = `
  with due as (${DUE}), lists as (${MISSING}), added as (${ADD_ENTRIES} returning id
  ), wanted as (
    select e.id, e.set_aside as was_aside, d.variable_id is null as aside,
           case when e.status = 'unreported' then coalesce(d.source, e.source) else e.source end as source
      from entry_rows e
      left join due d on d.office_id = e.office_id and d.variable_id = e.variable_id
     where e.round_id = :roundId
       and exists (select from rounds r join frameworks f on (f.id, f.revision) = (r.framework_id, r.revision)
                    where r.id = :roundId)
  ), changed as (
    update entry_rows e set set_aside = w.aside, source = w.source, version = e.version + 1
      from wanted w
     where e.id = w.id and (e.set_aside, e.source) is distinct from (w.aside, w.source)
    returning e.id, e.office_id, e.variable_id, e.value, e.status, w.was_aside, w.aside
  ), ended as (
    update permits p set ended_at = least(:now::timestamptz, p.until)
      from changed c
     where c.aside and p.round_id = :roundId and p.office_id = c.office_id and p.variable_id = c.variable_id
       and p.ended_at is null
  ), history as (
    insert into entry_events (entry_id, kind, at, user_id, value_before, value_after, status_before, status_after, reason)
    select id, case when aside then 'setAside' else 'bringBack' end, :now, :userId, value, value, status, status, :reason::text
      from changed where aside <> was_aside
  )
  select (select count(*)::int from added) as added,
         (select count(*)::int from changed where aside and not was_aside) as "setAside",
         (select count(*)::int from changed where was_aside and not aside) as "broughtBack"`;

export interface Reconciled {
  added: number;
  setAside: number;
  broughtBack: number;
}

/**
 * Makes a round's entry lists those of the revision that it is pinned to, the newest one, in one statement: what is
 * missing is added; what is not due or out of scope any more is set aside with its value and history (and its permit
 * ends); what is back in scope is brought back as it was; sources follow where nothing was reported. The caller holds
 * the locks of all offices of the round, and computes the scores afterwards.
 */
export async function reconcileEntryLists(
  trx: Queryable,
  change: { roundId: string; userId: string; now: Date; reason: string | null },
): Promise<Reconciled> {
  const { rows } = await trx.raw<{ rows: [Reconciled] }>(RECONCILE, change);
  return rows[0];
}

const OFFICES_OF_ROUND = `
  select ro.office_id as "officeId", o.type as "officeType"
    from round_offices ro join offices o on o.id = ro.office_id
   where ro.round_id = ? order by ro.office_id`;

/** The offices that report in a round, in the order in which they are locked. */
export async function listRoundOffices(
  db: Queryable,
  roundId: string,
): Promise<{ officeId: string; officeType: string | null }[]> {
  const { rows } = await db.raw<{ rows: { officeId: string; officeType: string | null }[] }>(
    OFFICES_OF_ROUND,
    [roundId],
  );
  return rows;
}
