import type { Queryable } from '../../db/database.ts';
import type { RequestRow } from './types.ts';

/** Whose requests: for the variables of one bureau or (null) of all, in a system. */
export interface RequestReach {
  systemId: string;
  bureauId: string | null;
}

const ROWS = `
  select q.id, q.state, q.round_id as "roundId", q.office_id as "officeId", o.list_label::text as office,
         q.variable_id as "variableId", v.code, v.name, v.unit, v.node_id as "nodeId", n.code as "nodeCode",
         n.name as "nodeName", v.bureau_id as "bureauId", b.short_name::text as bureau, e.id as "entryId", e.version,
         e.value, e.status, q.reason, q.requested_by as "requestedById", u.name::text as "requestedBy",
         q.requested_at as "requestedAt", coalesce(q.answer, '') as answer, q.until, a.name::text as "answeredBy",
         ao.short_name::text as "answeredByOffice", q.answered_at as "answeredAt",
         ro.sealed_at is not null as sealed, r.label as round, r.certification_closes_at as "certificationClosesAt"
    from edit_requests q
    join rounds r on r.id = q.round_id
    join round_offices ro on ro.round_id = q.round_id and ro.office_id = q.office_id
    join offices o on o.id = q.office_id
    join variables v on v.id = q.variable_id
    join framework_nodes n on n.id = v.node_id
    join offices b on b.id = v.bureau_id
    join users u on u.id = q.requested_by
    left join entries e on e.round_id = q.round_id and e.office_id = q.office_id and e.variable_id = q.variable_id
    left join users a on a.id = q.answered_by
    left join offices ao on ao.id = a.office_id
   where r.system_id = :systemId and (:bureauId::bigint is null or v.bureau_id = :bureauId)`;

const OPEN = `${ROWS} and q.round_id = :roundId and q.state = 'open' order by q.requested_at, o.list_label, v.position, q.id limit :limit`;
const ANSWERED = `${ROWS} and q.round_id = :roundId and q.state <> 'open' order by q.answered_at desc, q.id desc limit :limit`;
const CHOSEN = `${ROWS} and q.id = any(:ids::bigint[]) order by o.list_label, o.id, v.position, q.id`;
const LOCKED = `${ROWS} and q.id = any(:ids::bigint[]) order by q.id for update of q`;

/** The requests of one round: those that wait, the oldest first, or the others, the latest answer first. */
export async function listRequests(
  db: Queryable,
  reach: RequestReach,
  scope: { roundId: string; open: boolean; limit: number },
): Promise<RequestRow[]> {
  const { open, ...bindings } = scope;
  const { rows } = await db.raw<{ rows: RequestRow[] }>(open ? OPEN : ANSWERED, { ...reach, ...bindings });
  return rows;
}

/** These requests; one that is not within reach is missing. */
export async function listChosenRequests(
  db: Queryable,
  reach: RequestReach,
  ids: readonly string[],
): Promise<RequestRow[]> {
  const { rows } = await db.raw<{ rows: RequestRow[] }>(CHOSEN, { ...reach, ids });
  return rows;
}

const LOCK_OFFICES = `
  select office_id from round_offices
   where (round_id, office_id) in (select round_id, office_id from edit_requests where id = any(:ids::bigint[]))
   order by office_id
     for update`;

/** Locks the offices that these requests are of, in the order of their ids, until the transaction ends. */
export async function lockOfficesOfRequests(trx: Queryable, ids: readonly string[]): Promise<void> {
  await trx.raw(LOCK_OFFICES, { ids });
}

/** The same requests, locked: one is answered or taken back, once. */
export async function lockRequests(
  trx: Queryable,
  reach: RequestReach,
  ids: readonly string[],
): Promise<RequestRow[]> {
  const { rows } = await trx.raw<{ rows: RequestRow[] }>(LOCKED, { ...reach, ids });
  return rows;
}

const ANSWER = `
  update edit_requests
     set state = :state, answer = :answer, until = :until, answered_by = :userId, answered_at = :now
   where id = any(:ids::bigint[]) and state = 'open'`;

/** Writes one person's answer to these requests, which are locked. */
export async function answerRequests(
  trx: Queryable,
  answer: {
    ids: readonly string[];
    state: 'granted' | 'declined';
    answer: string;
    until: Date | null;
    userId: string;
    now: Date;
  },
): Promise<void> {
  await trx.raw(ANSWER, answer);
}

const COUNT_OPEN = `
  select q.round_id as "roundId", count(*)::int as count
    from edit_requests q
    join rounds r on r.id = q.round_id and r.system_id = :systemId and r.certification_closes_at > :now
    join variables v on v.id = q.variable_id
   where q.state = 'open' and (:bureauId::bigint is null or v.bureau_id = :bureauId)
   group by q.round_id`;

/** How many requests wait for an answer in each round that is still being certified. */
export async function countOpenRequests(
  db: Queryable,
  reach: RequestReach & { now: Date },
): Promise<Map<string, number>> {
  const { rows } = await db.raw<{ rows: { roundId: string; count: number }[] }>(COUNT_OPEN, { ...reach });
  return new Map(rows.map(({ roundId, count }) => [roundId, count]));
}
