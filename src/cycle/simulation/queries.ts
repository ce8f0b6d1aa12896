import type { Queryable } from '../../db/database.ts';
import { rowsOf } from '../../db/statement.ts';
import type { OfficeValues } from './types.ts';

const REPORTED = `
  select r.id::text as id
    from unnest(:roundIds::bigint[]) as r (id)
   where exists (select from entries e where e.round_id = r.id and e.status <> 'unreported')`;

/** Those of these rounds in which anything was reported. */
export async function listReportedRounds(db: Queryable, roundIds: readonly string[]): Promise<Set<string>> {
  const rows = await rowsOf<{ id: string }>(db, REPORTED, { roundIds: [...roundIds] });
  return new Set(rows.map(({ id }) => id));
}

// As text, one row for each office: whoever is answering pages does not take it apart.
const VALUES = `
  select o.id, o.type, o.short_name as name,
         coalesce((select json_agg(json_build_array(e.variable_id::text, e.value::text, e.status, e.set_aside))
                     from entry_rows e where e.round_id = ro.round_id and e.office_id = ro.office_id), '[]')::text
           as entries,
         coalesce((select json_agg(json_build_array(a.node_id::text, a.score::text))
                     from audit_scores a where a.round_id = ro.round_id and a.office_id = ro.office_id), '[]')::text
           as audits
    from round_offices ro join offices o on o.id = ro.office_id
   where ro.round_id = :roundId
   order by o.list_order, o.id`;

/** What all offices of a round have reported and were given, at one moment. */
export async function loadRoundValues(db: Queryable, roundId: string): Promise<OfficeValues[]> {
  return rowsOf<OfficeValues>(db, VALUES, { roundId });
}
