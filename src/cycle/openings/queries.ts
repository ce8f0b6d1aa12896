import type { Queryable } from '../../db/database.ts';
import type { OpenedRound, OpeningReceiver } from './types.ts';

// An opening is told by its line in the history, as an opening by hand is. What opened longer ago is known by now.
const UNTOLD = `
    from rounds r
   where r.entry_opens_at <= :now and r.entry_opens_at > :now::timestamptz - interval '2 days'
     and r.entry_closes_at > :now
     and exists (select from round_offices ro where ro.round_id = r.id)
     and not exists (select from round_events x
                      where x.round_id = r.id and x.kind in ('openEntry', 'entryOpened') and x.at >= r.entry_opens_at)`;

/**
 * Locks the rounds of all systems that have opened by their time and of which nobody was told: another one that tells,
 * or opens by hand at the same moment, is waited for.
 */
export async function lockOpenedRounds(trx: Queryable, now: Date): Promise<OpenedRound[]> {
  const locked = await trx.raw<{ rows: { id: string }[] }>(
    `select r.id ${UNTOLD} order by r.id for no key update of r`,
    { now },
  );
  if (locked.rows.length === 0) return [];
  // read again under the locks: who was waited for may have told
  const { rows } = await trx.raw<{ rows: OpenedRound[] }>(
    `select r.id, r.system_id as "systemId", r.label ${UNTOLD} and r.id = any(:ids::bigint[]) order by r.id`,
    { now, ids: locked.rows.map(({ id }) => id) },
  );
  return rows;
}

const PEOPLE = `
  select r.id as "roundId", u.id as "userId", coalesce(ro.entry_closes_at, r.entry_closes_at) as "closesAt"
    from rounds r
    join round_offices ro on ro.round_id = r.id and coalesce(ro.entry_closes_at, r.entry_closes_at) > :now
    join users u on u.office_id = ro.office_id and u.system_id = r.system_id
   where r.id = any(:roundIds::bigint[]) and u.role in ('district_admin', 'reporter') and u.status = 'active'
   order by r.id, u.id`;

/** The admins and reporters of all offices that may report in these rounds now. */
export async function listOpeningReceivers(
  trx: Queryable,
  roundIds: readonly string[],
  now: Date,
): Promise<OpeningReceiver[]> {
  const { rows } = await trx.raw<{ rows: OpeningReceiver[] }>(PEOPLE, { roundIds: [...roundIds], now });
  return rows;
}
