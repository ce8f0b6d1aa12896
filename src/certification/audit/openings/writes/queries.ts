import type { Queryable } from '../../../../db/database.ts';
import type { RequestState } from '../../../../entries/requests/types.ts';

/** Who does something, and when. */
interface Doing {
  userId: string;
  now: Date;
}

export interface NewRequest extends Doing {
  roundId: string;
  nodeId: string;
  officeIds: readonly string[] | null;
  reason: string;
  bureauId: string;
}

// The history has a row for each office, or one for all.
const EACH_OFFICE = 'unnest(coalesce(:officeIds::bigint[], array[null]::bigint[])) as o (office_id)';

const INSERT_REQUEST = `
  with asked as (
    insert into audit_requests (node_id, round_id, office_ids, reason, bureau_id, requested_by, requested_at)
    select :nodeId::bigint, :roundId::bigint, :officeIds::bigint[], :reason, :bureauId::bigint, :userId::bigint,
           :now::timestamptz
     where not exists (select from audit_requests q
                        where q.node_id = :nodeId and q.round_id = :roundId and q.bureau_id = :bureauId
                          and q.office_ids is not distinct from :officeIds::bigint[] and q.state = 'open')
    returning id
  ), history as (
    insert into audit_events (round_id, node_id, office_id, at, user_id, kind, reason)
    select :roundId, :nodeId, o.office_id, :now, :userId, 'request', :reason
      from asked, ${EACH_OFFICE}
  )
  select id from asked`;

/** Stores a request with history; undefined where the bureau has asked just this already. */
export async function insertRequest(trx: Queryable, request: NewRequest): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(INSERT_REQUEST, { ...request });
  return rows[0]?.id;
}

const ANSWER = `
  with answered as (
    update audit_requests q
       set state = :state, answer = nullif(:answer, ''), answered_by = :userId, answered_at = :now
     where q.id = :id and q.state = 'open'
    returning q.round_id, q.node_id, q.office_ids
  ), history as (
    insert into audit_events (round_id, node_id, office_id, at, user_id, kind, reason)
    select a.round_id, a.node_id, o.office_id, :now, :userId,
           case when :state = 'declined' then 'decline' else 'withdrawRequest' end, nullif(:answer, '')
      from answered a, unnest(coalesce(a.office_ids, array[null]::bigint[])) as o (office_id)
     where :state <> 'granted'
  )
  select from answered`;

/** Ends an open request; false where it was ended already. The history of a granted one is its openings. */
export async function answerOpenRequest(
  trx: Queryable,
  answer: Doing & { id: string; state: Exclude<RequestState, 'open'>; answer: string },
): Promise<boolean> {
  const { rows } = await trx.raw<{ rows: object[] }>(ANSWER, { ...answer });
  return rows.length > 0;
}

const INSERT_OPENINGS = `
  with opened as (
    insert into audit_openings (node_id, round_id, office_id, reason, opened_by, opened_at, request_id)
    select :nodeId::bigint, :roundId::bigint, o.office_id, :reason, :userId::bigint, :now::timestamptz,
           :requestId::bigint
      from ${EACH_OFFICE}
     where not exists (select from audit_openings a
                        where a.node_id = :nodeId and a.round_id = :roundId and a.office_id is null
                          and a.closed_at is null)
        on conflict (round_id, node_id, office_id) where closed_at is null do nothing
    returning office_id
  ), history as (
    insert into audit_events (round_id, node_id, office_id, at, user_id, kind, reason)
    select :roundId, :nodeId, office_id, :now, :userId, 'open', :reason from opened
  )
  select office_id as "officeId" from opened`;

/** Opens AUDIT with history for these offices (null: all), where it is not open already; for whom it was opened. */
export async function insertOpenings(
  trx: Queryable,
  opening: Omit<NewRequest, 'bureauId'> & { requestId: string | null },
): Promise<(string | null)[]> {
  const { rows } = await trx.raw<{ rows: { officeId: string | null }[] }>(INSERT_OPENINGS, { ...opening });
  return rows.map(({ officeId }) => officeId);
}

const CLOSE = `
  with closed as (
    update audit_openings
       set closed_at = :now, closed_by = :userId
     where id = any(:ids::bigint[]) and round_id = :roundId and node_id = :nodeId and closed_at is null
    returning office_id
  ), history as (
    insert into audit_events (round_id, node_id, office_id, at, user_id, kind)
    select :roundId, :nodeId, office_id, :now, :userId, 'close' from closed
  )
  select office_id as "officeId" from closed`;

/** Closes running openings of a sub-indicator with history; whose they were. Given scores stay. */
export async function closeRunning(
  trx: Queryable,
  closing: Doing & { roundId: string; nodeId: string; ids: readonly string[] },
): Promise<(string | null)[]> {
  const { rows } = await trx.raw<{ rows: { officeId: string | null }[] }>(CLOSE, { ...closing });
  return rows.map(({ officeId }) => officeId);
}
