import type { Queryable } from '../../db/database.ts';
import type { FrameworkRows } from '../../framework/rows.ts';
import type { Plain } from './canonical.ts';
import type { Seal, SealableRound } from './types.ts';

const MAILED = "u.role = 'kpi_office' and u.status = 'active' and u.email <> ''";
const ROUND = `
  select r.id, r.system_id as "systemId", y.code as "systemCode", r.framework_id as "frameworkId", r.revision,
         r.fiscal_year as "fiscalYear", r.label, r.kind, r.certification_closes_at as "certificationClosesAt",
         lists.offices, lists.latest as "latestOwnTime",
         (select count(*)::int from permits p
           where p.round_id = r.id and p.ended_at is null and p.until > :now) as "runningPermits",
         open.*,
         (select count(*)::int from users u where u.system_id = r.system_id and ${MAILED}) as receivers,
         exists (select from seals s where s.round_id = r.id) as sealed
    from rounds r
    join systems y on y.id = r.system_id
    cross join lateral (
      select count(*)::int as offices, max(ro.entry_closes_at) as latest
        from round_offices ro where ro.round_id = r.id) lists
    cross join lateral (
      select (count(*) filter (where e.status = 'unreported' and e.source = 'office'))::int as unreported,
             (count(*) filter (where e.status = 'pending'))::int as pending,
             (count(*) filter (where e.status = 'rejected'))::int as rejected,
             (count(*) filter (where e.status = 'unreported' and e.source = 'central'))::int as "centralMissing"
        from entries e
        join variables v on v.id = e.variable_id
       where e.round_id = r.id
         and not exists (select from audit_scores a
                          where (a.round_id, a.office_id, a.node_id) = (e.round_id, e.office_id, v.node_id))) open
   where r.id = :roundId and r.system_id = :systemId`;

interface Scope {
  systemId: string;
  roundId: string;
}

/** The round as sealing it needs it; undefined where the system has none such. */
export async function findSealableRound(
  db: Queryable,
  scope: Scope,
  now: Date,
): Promise<SealableRound | undefined> {
  const { rows } = await db.raw<{ rows: SealableRound[] }>(ROUND, { ...scope, now });
  return rows[0];
}

const LOCK_ROUND = 'select from rounds where id = :roundId and system_id = :systemId for no key update';
const LOCK_OFFICES = 'select from round_offices where round_id = :roundId order by office_id for update';

/** Holds the round and all its offices: nothing of it changes until the transaction ends. */
export async function lockWholeRound(trx: Queryable, scope: Scope): Promise<void> {
  await trx.raw(LOCK_ROUND, { ...scope });
  await trx.raw(LOCK_OFFICES, { roundId: scope.roundId });
}

const moment = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const decimal = (column: string) => `trim_scale(${column})::text`;

const FIXED = `
  with round as (select * from rounds where id = :roundId)
  select
    (select row_to_json(x) from (
       select s.id::text, s.code from systems s join round r on r.system_id = s.id) x) as system,
    (select row_to_json(x) from (
       select id::text, framework_id::text as framework, revision, fiscal_year, kind, sequence, label,
              data_as_of::text, ${moment('entry_opens_at')} as entry_opens_at,
              ${moment('entry_closes_at')} as entry_closes_at,
              ${moment('certification_closes_at')} as certification_closes_at
         from round) x) as round,
    (select case when f.revision = r.revision then null else old.content end
       from round r join frameworks f on f.id = r.framework_id
       left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
    ) as replaced,
    array(select row_to_json(x) from (
       select office_id::text as office, ${moment('entry_closes_at')} as entry_closes_at,
              ${decimal('self_assessed')} as self_assessed, ${decimal('certified')} as certified
         from round_offices where round_id = :roundId order by office_id) x) as offices,
    array(select row_to_json(x) from (
       select office_id::text as office, node_id::text as node, ${decimal('score')} as score, given_by::text,
              ${moment('given_at')} as given_at,
              (select x.on_behalf_of::text from audit_events x
                where (x.round_id, x.node_id, x.office_id) = (a.round_id, a.node_id, a.office_id)
                  and x.kind in ('give', 'carry')
                order by x.id desc limit 1) as on_behalf_of
         from audit_scores a where round_id = :roundId order by office_id, node_id) x) as "auditScores",
    (select coalesce(json_object_agg(o.id, o.short_name), '{}') from offices o
      where o.kind <> 'district'
         or o.id in (select office_id from round_offices where round_id = :roundId)) as "officeNames",
    (select coalesce(json_object_agg(u.id, u.username || ' ' || u.name), '{}') from users u
      where u.id in (select reported_by from entries where round_id = :roundId
                     union select decided_by from entries where round_id = :roundId
                     union select given_by from audit_scores where round_id = :roundId)) as "peopleNames"`;

type Row = Record<string, Plain>;

/** What is sealed beside the long lists; by office where there are many. */
export interface FixedRows {
  system: Row;
  round: Row;
  /** Null: the round is pinned to the newest revision. */
  replaced: FrameworkRows | null;
  offices: (Row & { office: string })[];
  auditScores: Row[];
  officeNames: Row;
  peopleNames: Row;
}

/** All that a seal is about, except entries and scores, and the framework of the newest revision. */
export async function loadFixedRows(db: Queryable, roundId: string): Promise<FixedRows> {
  const { rows } = await db.raw<{ rows: [FixedRows] }>(FIXED, { roundId });
  return rows[0];
}

interface OfficesOfRound {
  roundId: string;
  officeIds: readonly string[];
}

const ENTRIES = `
  select office_id::text as office, variable_id::text as variable, source, ${decimal('value')} as value, status,
         reason, version, reported_by::text, ${moment('reported_at')} as reported_at, decided_by::text,
         ${moment('decided_at')} as decided_at,
         case when decided_by is not null then (
           select x.on_behalf_of::text from entry_events x
            where x.entry_id = e.id and x.kind in ('certify', 'reject', 'central', 'carry')
            order by x.id desc limit 1
         ) end as on_behalf_of, carried_from_id::text as carried_from
    from entries e where round_id = :roundId and office_id = any(:officeIds) order by office_id, variable_id`;

/** The entries of these offices as they are sealed. */
export async function listSealedEntries(db: Queryable, scope: OfficesOfRound): Promise<Row[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(ENTRIES, { ...scope });
  return rows;
}

const SCORES = `
  select office_id::text as office, node_id::text as node, ${decimal('self_assessed')} as self_assessed,
         ${decimal('certified')} as certified, ${decimal('result')} as result, reason
    from scores where round_id = :roundId and office_id = any(:officeIds) order by office_id, node_id`;

/** The stored scores of these offices as they are sealed. */
export async function listSealedScores(db: Queryable, scope: OfficesOfRound): Promise<Row[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(SCORES, { ...scope });
  return rows;
}

/** Holds the pieces of a snapshot until the transaction ends. */
export async function openPieces(trx: Queryable): Promise<void> {
  await trx.raw('create temp table seal_pieces (place int not null, piece text not null) on commit drop');
}

/** Adds the next piece of a snapshot. */
export async function addPiece(trx: Queryable, place: number, piece: string): Promise<void> {
  await trx.raw('insert into seal_pieces values (?, ?)', [place, piece]);
}

const STORE = `
  with offices as (
    update round_offices set sealed_at = :now where round_id = :roundId
  ), history as (
    insert into round_events (round_id, at, user_id, kind, after, reason)
    values (:roundId, :now, :userId, 'seal', jsonb_build_object('sha256', :sha256::text), :reason)
  )
  insert into seals (round_id, sealed_at, sealed_by, sha256, snapshot)
  select :roundId, :now, :userId, decode(:sha256, 'hex'), string_agg(piece, '' order by place) from seal_pieces`;

/**
 * Stores the seal of a locked round, whose snapshot is in pieces: on each office, where whoever waits for its lock
 * sees it, and in the history.
 */
export async function storeSeal(
  trx: Queryable,
  seal: { roundId: string; userId: string; now: Date; reason: string | null; sha256: string },
): Promise<void> {
  await trx.raw(STORE, seal);
}

/** The people of the KPI office that have an address: the hash is mailed to them. */
export async function listKpiOffice(
  db: Queryable,
  systemId: string,
): Promise<{ id: string; email: string }[]> {
  const { rows } = await db.raw<{ rows: { id: string; email: string }[] }>(
    `select u.id, u.email from users u where u.system_id = ? and ${MAILED} order by u.id`,
    [systemId],
  );
  return rows;
}

const SEAL = `
  select s.sealed_at as "sealedAt", u.name as by, encode(s.sha256, 'hex') as sha256
    from seals s join users u on u.id = s.sealed_by where s.round_id = ?`;

/** The seal of a round; undefined where it has none. */
export async function findSeal(db: Queryable, roundId: string): Promise<Seal | undefined> {
  const { rows } = await db.raw<{ rows: Seal[] }>(SEAL, [roundId]);
  return rows[0];
}

/** A part of the snapshot's text, in characters from 0; empty after its end. */
export async function readSnapshot(
  db: Queryable,
  roundId: string,
  part: { from: number; length: number },
): Promise<string> {
  const { rows } = await db.raw<{ rows: { text: string }[] }>(
    'select substr(snapshot, :from::int + 1, :length::int) as text from seals where round_id = :roundId',
    { roundId, ...part },
  );
  return rows[0]?.text ?? '';
}

const STORED = `
  select s.round_id as "roundId", y.code as system, r.label, r.framework_id as "frameworkId",
         s.sealed_at as "sealedAt", u.name as "sealedBy", encode(s.sha256, 'hex') as sha256, s.snapshot,
         (select count(*)::int from round_offices ro
           where ro.round_id = s.round_id and ro.sealed_at is distinct from s.sealed_at) as "unsealedOffices"
    from seals s
    join rounds r on r.id = s.round_id
    join systems y on y.id = r.system_id
    join users u on u.id = s.sealed_by
   where s.round_id = :roundId`;

export interface StoredSeal {
  roundId: string;
  system: string;
  label: string;
  frameworkId: string;
  sealedAt: Date;
  sealedBy: string;
  sha256: string;
  snapshot: string;
  unsealedOffices: number;
}

/** A seal with its snapshot. */
export async function loadStoredSeal(db: Queryable, roundId: string): Promise<StoredSeal | undefined> {
  const { rows } = await db.raw<{ rows: StoredSeal[] }>(STORED, { roundId });
  return rows[0];
}

/** The rounds that are sealed, or that carry a seal's moment without one. */
export async function listSealedRounds(
  db: Queryable,
): Promise<{ id: string; label: string; sealed: boolean }[]> {
  const { rows } = await db.raw<{ rows: { id: string; label: string; sealed: boolean }[] }>(`
    select r.id, y.code || ' · ' || r.label as label, s.round_id is not null as sealed
      from rounds r
      join systems y on y.id = r.system_id
      left join seals s on s.round_id = r.id
     where s.round_id is not null
        or exists (select from round_offices ro where ro.round_id = r.id and ro.sealed_at is not null)
        or exists (select from round_events e where e.round_id = r.id and e.kind = 'seal')
     order by y.code, r.fiscal_year, r.sequence`);
  return rows;
}
