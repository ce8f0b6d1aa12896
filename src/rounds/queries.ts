import type { Queryable } from '../db/database.ts';
import type { Round } from './types.ts';

const ROUNDS = `
  select r.id, r.system_id as "systemId", r.framework_id as "frameworkId", f.version as "frameworkVersion",
         r.fiscal_year as "fiscalYear", r.kind, r.sequence, r.label,
         r.entry_opens_at as "entryOpensAt", r.entry_closes_at as "entryClosesAt",
         r.certification_closes_at as "certificationClosesAt", ro.entry_closes_at as "officeClosesAt",
         exists (select from permits p
                  where p.round_id = r.id and p.office_id = ro.office_id
                    and p.ended_at is null and p.until > :now) as "hasPermit"
    from rounds r
    join frameworks f on f.id = r.framework_id
    left join round_offices ro on ro.round_id = r.id and ro.office_id = :officeId
   where r.system_id = :systemId
   order by r.fiscal_year desc, r.sequence desc`;

/** All rounds of a system, newest first, with the closing time and permits of one office. */
export async function listRounds(
  db: Queryable,
  systemId: string,
  officeId: string,
  now: Date,
): Promise<Round[]> {
  const { rows } = await db.raw<{ rows: Round[] }>(ROUNDS, { systemId, officeId, now });
  return rows;
}

export interface LockedOffice {
  officeId: string;
  officeType: string | null;
  closesAt: Date | null;
}

const LOCK = `
  select ro.office_id as "officeId", o.type as "officeType", ro.entry_closes_at as "closesAt"
    from round_offices ro join offices o on o.id = ro.office_id
   where ro.round_id = :roundId and ro.office_id = any(:officeIds)
   order by ro.office_id
     for update of ro`;

/**
 * Locks these offices' part of the round until the transaction ends. Whoever changes entries or scores
 * of an office holds this lock, always taken in the order of the ids: no lost update, no deadlock.
 */
export async function lockRoundOffices(
  trx: Queryable,
  roundId: string,
  officeIds: readonly string[],
): Promise<LockedOffice[]> {
  const { rows } = await trx.raw<{ rows: LockedOffice[] }>(LOCK, { roundId, officeIds });
  return rows;
}
