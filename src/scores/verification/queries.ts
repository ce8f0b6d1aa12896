import type { Queryable } from '../../db/database.ts';
import type { ComparedScore } from './rules.ts';

/** A round of any system, as verifying needs it. */
export interface RoundToVerify {
  id: string;
  kind: string;
  label: string;
  systemCode: string;
  frameworkId: string;
  frameworkVersion: number;
}

const ALL_ROUNDS = `
  select r.id, r.kind, r.label, s.code as "systemCode", r.framework_id as "frameworkId",
         coalesce(old.version, f.version) as "frameworkVersion"
    from rounds r join systems s on s.id = r.system_id join frameworks f on f.id = r.framework_id
    left join framework_revisions old on (old.framework_id, old.revision) = (r.framework_id, r.revision)
   order by s.code, r.fiscal_year, r.sequence`;

/** Every round of every system, oldest first. */
export async function listAllRounds(db: Queryable): Promise<RoundToVerify[]> {
  const { rows } = await db.raw<{ rows: RoundToVerify[] }>(ALL_ROUNDS);
  return rows;
}

/** An office that takes part in a round, with its stored total. */
export interface RoundOffice {
  officeId: string;
  officeType: string | null;
  name: string;
  total: ComparedScore;
}

type RoundOfficeRow = Omit<RoundOffice, 'total'> & { selfAssessed: string | null; certified: string | null };

const ROUND_OFFICES = `
  select o.id as "officeId", o.type as "officeType", o.short_name as name,
         ro.self_assessed as "selfAssessed", ro.certified
    from round_offices ro join offices o on o.id = ro.office_id
   where ro.round_id = ?
   order by o.list_order, o.id`;

/** All offices of a round with their stored totals. */
export async function listRoundOffices(db: Queryable, roundId: string): Promise<RoundOffice[]> {
  const { rows } = await db.raw<{ rows: RoundOfficeRow[] }>(ROUND_OFFICES, [roundId]);
  return rows.map(({ selfAssessed, certified, ...office }) => ({
    ...office,
    total: { selfAssessed, certified, result: null, reason: null },
  }));
}
