import type { Queryable } from '../../src/db/database.ts';
import type { YearRound } from '../../src/framework/types.ts';

const DATE_PUBLICATION =
  'update frameworks set created_at = :publishedAt, published_at = :publishedAt, planned_rounds = :rounds where id = :frameworkId';

/** Sets when a framework came to be: before its first round opened; and when its rounds are planned. */
export async function datePublication(
  trx: Queryable,
  frameworkId: string,
  publishedAt: string,
  planned: readonly YearRound[],
): Promise<void> {
  const rounds = planned.map(
    ({ dataAsOf, entryOpensAt, entryClosesAt, certificationClosesAt, ...round }) => ({
      ...round,
      data_as_of: dataAsOf,
      entry_opens_at: entryOpensAt,
      entry_closes_at: entryClosesAt,
      certification_closes_at: certificationClosesAt,
    }),
  );
  await trx.raw(DATE_PUBLICATION, { frameworkId, publishedAt, rounds: JSON.stringify(rounds) });
}

/** What one round's entries became, column by column. Times are milliseconds: cheaper to send than texts. */
export interface EntryColumns {
  ids: string[];
  values: (string | null)[];
  statuses: string[];
  reasons: (string | null)[];
  versions: number[];
  reportedBy: (string | null)[];
  reportedAt: (number | null)[];
  decidedBy: (string | null)[];
  decidedAt: (number | null)[];
}

export interface EventColumns {
  entryIds: string[];
  kinds: string[];
  ats: number[];
  userIds: string[];
  onBehalfOf: (string | null)[];
  valuesBefore: (string | null)[];
  valuesAfter: (string | null)[];
  statusesBefore: string[];
  statusesAfter: string[];
  eventReasons: (string | null)[];
  untils: (number | null)[];
}

export interface PermitColumns {
  officeIds: string[];
  variableIds: string[];
  permittedUntil: number[];
  permitReasons: string[];
  grantedBy: string[];
  grantedAt: number[];
  endedAt: (number | null)[];
}

// One statement, so that the next round is worked out while PostgreSQL writes this one.
const WRITE_ROUND = `
  with history as (
    insert into entry_events (entry_id, kind, at, user_id, on_behalf_of, value_before, value_after,
                              status_before, status_after, reason, until)
    select entry_id, kind, to_timestamp(at / 1000.0), user_id, on_behalf_of, value_before, value_after,
           status_before, status_after, reason, to_timestamp(until / 1000.0)
      from unnest(:entryIds::bigint[], :kinds::text[], :ats::bigint[], :userIds::bigint[], :onBehalfOf::bigint[],
                  :valuesBefore::numeric[], :valuesAfter::numeric[], :statusesBefore::text[],
                  :statusesAfter::text[], :eventReasons::text[], :untils::bigint[])
           as e (entry_id, kind, at, user_id, on_behalf_of, value_before, value_after, status_before,
                 status_after, reason, until)
  ), permitted as (
    insert into permits (round_id, office_id, variable_id, until, reason, granted_by, granted_at, ended_at)
    select :roundId, office_id, variable_id, to_timestamp(until / 1000.0), reason, granted_by,
           to_timestamp(granted_at / 1000.0), to_timestamp(ended_at / 1000.0)
      from unnest(:officeIds::bigint[], :variableIds::bigint[], :permittedUntil::bigint[], :permitReasons::text[],
                  :grantedBy::bigint[], :grantedAt::bigint[], :endedAt::bigint[])
           as p (office_id, variable_id, until, reason, granted_by, granted_at, ended_at)
  )
  update entries e
     set value = g.value, status = g.status, reason = g.reason, version = g.version,
         reported_by = g.reported_by, reported_at = to_timestamp(g.reported_at / 1000.0),
         decided_by = g.decided_by, decided_at = to_timestamp(g.decided_at / 1000.0)
    from unnest(:ids::bigint[], :values::numeric[], :statuses::text[], :reasons::text[], :versions::int[],
                :reportedBy::bigint[], :reportedAt::bigint[], :decidedBy::bigint[], :decidedAt::bigint[])
         as g (id, value, status, reason, version, reported_by, reported_at, decided_by, decided_at)
   where e.id = g.id`;

/** Writes all that happened to the entries of a round. */
export async function writeRound(
  trx: Queryable,
  roundId: string,
  rows: { entries: EntryColumns; events: EventColumns; permits: PermitColumns },
): Promise<void> {
  await trx.raw(WRITE_ROUND, { roundId, ...rows.entries, ...rows.events, ...rows.permits });
}

export interface AuditColumns {
  officeIds: string[];
  nodeIds: string[];
  scores: string[];
  givenBy: string[];
  givenAt: string[];
}

const INSERT_AUDITS = `
  insert into audit_scores (round_id, office_id, node_id, score, given_by, given_at)
  select :roundId, * from unnest(:officeIds::bigint[], :nodeIds::bigint[], :scores::numeric[],
                                 :givenBy::bigint[], :givenAt::timestamptz[])`;

export async function insertAuditScores(
  trx: Queryable,
  roundId: string,
  columns: AuditColumns,
): Promise<void> {
  await trx.raw(INSERT_AUDITS, { roundId, ...columns });
}

export interface AuditOpening {
  nodeId: string;
  roundId: string;
  officeId: string | null;
  reason: string;
  openedBy: string;
  openedAt: string;
  closedAt: string | null;
}

const INSERT_OPENING = `
  insert into audit_openings (node_id, round_id, office_id, reason, opened_by, opened_at, closed_at)
  values (:nodeId, :roundId, :officeId, :reason, :openedBy, :openedAt, :closedAt)`;

export async function insertAuditOpening(trx: Queryable, opening: AuditOpening): Promise<void> {
  await trx.raw(INSERT_OPENING, { ...opening });
}

const ENTRY_IDS = 'select id, office_id, variable_id from entries where round_id = ?';

/** The ids of a round's entries, by office and variable. */
export async function listEntryIds(trx: Queryable, roundId: string): Promise<Map<string, string>> {
  const { rows } = await trx.raw<{ rows: { id: string; office_id: string; variable_id: string }[] }>(
    ENTRY_IDS,
    [roundId],
  );
  return new Map(rows.map((row) => [`${row.office_id} ${row.variable_id}`, row.id]));
}

const EXTEND = `
  update round_offices ro set entry_closes_at = :until
    from offices o
   where o.id = ro.office_id and ro.round_id = :roundId and o.code = any(:codes)`;

export async function extendOffices(
  trx: Queryable,
  roundId: string,
  codes: readonly string[],
  until: string,
): Promise<void> {
  await trx.raw(EXTEND, { roundId, codes, until });
}
