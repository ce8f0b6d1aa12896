import type { Queryable } from '../../db/database.ts';
import { type Reader, rowsOf } from '../../db/statement.ts';
import type { EditRequest } from './types.ts';

const LATEST = `
  select distinct on (q.variable_id) q.id, q.variable_id as "variableId", q.state, q.reason,
         q.requested_by as "requestedById", u.name::text as "requestedBy", q.requested_at as "requestedAt",
         coalesce(q.answer, '') as answer, q.until, a.name::text as "answeredBy", q.answered_at as "answeredAt"
    from edit_requests q
    join users u on u.id = q.requested_by
    left join users a on a.id = q.answered_by
   where q.round_id = :roundId and q.office_id = :officeId
   order by q.variable_id, q.id desc`;

/** The latest request of an office for each variable of a round. */
export async function listLatestRequests(
  db: Reader,
  scope: { roundId: string; officeId: string },
): Promise<Map<string, EditRequest>> {
  const rows = await rowsOf<EditRequest>(db, LATEST, scope);
  return new Map(rows.map((row) => [row.variableId, row]));
}

const INSERT = `
  insert into edit_requests (round_id, office_id, variable_id, reason, requested_by, requested_at)
  select :roundId, :officeId, v.id, :reason, :userId, :now
    from unnest(:variableIds::bigint[]) with ordinality as v (id, place)
   order by v.place
      on conflict (round_id, office_id, variable_id) where state = 'open' do nothing
  returning variable_id as "variableId"`;

/** Stores requests; one that waits for an answer already is left as it is. Returns the variables asked for by this. */
export async function insertRequests(
  trx: Queryable,
  row: {
    roundId: string;
    officeId: string;
    variableIds: readonly string[];
    reason: string;
    userId: string;
    now: Date;
  },
): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { variableId: string }[] }>(INSERT, { ...row });
  return rows.map(({ variableId }) => variableId);
}

const FIND = `
  select q.id, q.state, q.round_id as "roundId", q.requested_by as "requestedById",
         q.variable_id as "variableId", v.node_id as "nodeId",
         r.certification_closes_at as "certificationClosesAt", ro.sealed_at as "sealedAt"
    from edit_requests q
    join rounds r on r.id = q.round_id and r.system_id = :systemId
    join round_offices ro on ro.round_id = q.round_id and ro.office_id = q.office_id
    join variables v on v.id = q.variable_id
   where q.id = :id and q.office_id = :officeId
     for update of q`;

export interface OwnRequest extends Pick<EditRequest, 'id' | 'state' | 'requestedById' | 'variableId'> {
  roundId: string;
  nodeId: string;
  certificationClosesAt: Date;
  sealedAt: Date | null;
}

const LOCK_OFFICE = `
  select from round_offices
   where office_id = :officeId and round_id = (select round_id from edit_requests where id = :id)
     for update`;

/** A request of this office, locked with the office's part of its round: it is answered or taken back, not both. */
export async function lockOwnRequest(
  trx: Queryable,
  scope: { id: string; systemId: string; officeId: string },
): Promise<OwnRequest | undefined> {
  const [, { rows }] = await Promise.all([
    trx.raw(LOCK_OFFICE, { id: scope.id, officeId: scope.officeId }),
    trx.raw<{ rows: OwnRequest[] }>(FIND, scope),
  ]);
  return rows[0];
}

/** Takes a request back that waits for an answer. */
export async function withdraw(
  trx: Queryable,
  { id, userId, now }: { id: string; userId: string; now: Date },
): Promise<void> {
  await trx('edit_requests')
    .where({ id, state: 'open' })
    .update({ state: 'withdrawn', answered_by: userId, answered_at: now });
}
