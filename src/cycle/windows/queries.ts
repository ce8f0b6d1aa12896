import type { Queryable } from '../../db/database.ts';
import type { Windows } from '../rounds/types.ts';
import type { PlannedChange, Receiver, WindowOffice } from './types.ts';

const UPDATE_WINDOWS = `
  update rounds set entry_opens_at = :entryOpensAt, entry_closes_at = :entryClosesAt,
                    certification_closes_at = :certificationClosesAt
   where id = :roundId`;

/** Writes the windows of a round that is locked. */
export async function updateWindows(trx: Queryable, roundId: string, windows: Windows): Promise<void> {
  await trx.raw(UPDATE_WINDOWS, { roundId, ...windows });
}

// in the order in which offices are locked
const UPDATE_OWN_TIMES = `
  with locked as (
    select office_id from round_offices
     where round_id = :roundId
       and case when :officeIds::bigint[] is null
                then entry_closes_at <= coalesce(:upTo::timestamptz, 'infinity')
                else office_id = any(:officeIds::bigint[]) end
     order by office_id for update
  )
  update round_offices ro set entry_closes_at = :closes
    from locked where ro.round_id = :roundId and ro.office_id = locked.office_id`;

/** Writes or drops the closing times of single offices; of how many. */
export async function updateOwnTimes(
  trx: Queryable,
  roundId: string,
  ownTimes: PlannedChange['ownTimes'],
): Promise<number> {
  if (ownTimes.kind === 'stay') return 0;
  const result = await trx.raw<{ rowCount: number }>(UPDATE_OWN_TIMES, {
    roundId,
    officeIds: ownTimes.kind === 'set' ? [...ownTimes.officeIds] : null,
    upTo: ownTimes.kind === 'dropUpTo' ? ownTimes.moment : null,
    closes: ownTimes.kind === 'set' ? ownTimes.closes : null,
  });
  return result.rowCount;
}

const CUT_PERMITS = `
  with locked as (
    select ro.office_id from round_offices ro
     where ro.round_id = :roundId
       and exists (select from permits p where p.round_id = ro.round_id and p.office_id = ro.office_id
                                           and p.ended_at is null and p.until > :moment)
     order by ro.office_id for update
  )
  update permits p set until = :moment
    from locked
   where p.round_id = :roundId and p.office_id = locked.office_id and p.ended_at is null and p.until > :moment`;

/** No permit lasts longer than certification: those that would end with it. */
export async function cutPermits(trx: Queryable, roundId: string, moment: Date): Promise<void> {
  await trx.raw(CUT_PERMITS, { roundId, moment });
}

const OFFICES = `
  select o.id, o.short_name as name, o.type, ro.entry_closes_at as "ownTime",
         count(e.id)::int as entries, (count(e.id) filter (where e.status <> 'unreported'))::int as reported
    from round_offices ro
    join offices o on o.id = ro.office_id
    left join entries e on e.round_id = ro.round_id and e.office_id = ro.office_id and e.source = 'office'
   where ro.round_id = ?
   group by o.id, o.short_name, o.type, ro.entry_closes_at, o.list_order
   order by o.list_order, o.id`;

/** The offices that have a list in the round, and how much each of them has reported. */
export async function listWindowOffices(db: Queryable, roundId: string): Promise<WindowOffice[]> {
  const { rows } = await db.raw<{ rows: WindowOffice[] }>(OFFICES, [roundId]);
  return rows;
}

const OFFICE_PEOPLE = `
  select u.id as "userId", u.office_id as "officeId", o.short_name as "officeName"
    from round_offices ro
    join offices o on o.id = ro.office_id
    join users u on u.office_id = ro.office_id and u.system_id = :systemId
   where ro.round_id = :roundId and u.role in ('district_admin', 'reporter') and u.status = 'active'
     and (:officeIds::bigint[] is null or ro.office_id = any(:officeIds::bigint[]))
   order by u.id`;

/** Who reports in a round and who administers these offices (null: all of the round). */
export async function listOfficePeople(
  trx: Queryable,
  scope: { systemId: string; roundId: string; officeIds: readonly string[] | null },
): Promise<Receiver[]> {
  const { rows } = await trx.raw<{ rows: Receiver[] }>(OFFICE_PEOPLE, { ...scope });
  return rows;
}

const BUREAU_PEOPLE = `
  select u.id from users u
   where u.system_id = :systemId and u.role in ('bureau_admin', 'certifier') and u.status = 'active'
     and u.office_id in (select v.bureau_id from variables v
                          where v.id in (select e.variable_id from entries e where e.round_id = :roundId))
   order by u.id`;

/** The people of the bureaus that certify anything in a round. */
export async function listBureauPeople(
  trx: Queryable,
  scope: { systemId: string; roundId: string },
): Promise<string[]> {
  const { rows } = await trx.raw<{ rows: { id: string }[] }>(BUREAU_PEOPLE, { ...scope });
  return rows.map(({ id }) => id);
}
