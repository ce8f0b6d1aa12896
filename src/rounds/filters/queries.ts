import type { Queryable } from '../../db/database.ts';

export interface FilterChoices {
  bureaus: { id: string; label: string }[];
  regions: string[];
  types: string[];
}

// A round of a replaced revision may have variables in its lists that were retired since.
const CHOICES = `
  select 'bureau' as kind, o.id, o.short_name::text as label, o.list_order
    from offices o
   where o.id in (select v.bureau_id from variables v join rounds r on r.framework_id = v.framework_id
                   where r.id = :roundId
                     and exists (select from entries e where e.variable_id = v.id and e.round_id = :roundId))
   union all
  select distinct 'region', null::bigint, o.region::text, 0
    from offices o join round_offices ro on ro.office_id = o.id and ro.round_id = :roundId
   where o.region is not null
   union all
  select distinct 'type', null::bigint, o.type, 0
    from offices o join round_offices ro on ro.office_id = o.id and ro.round_id = :roundId
   where o.type is not null
   order by 4, 3`;

/** What the boxes of the filters offer: the bureaus, regions and types that have a part in the round. */
export async function listFilterChoices(db: Queryable, roundId: string): Promise<FilterChoices> {
  type Row = { kind: 'bureau' | 'region' | 'type'; id: string; label: string };
  const { rows } = await db.raw<{ rows: Row[] }>(CHOICES, { roundId });
  const labels = (kind: Row['kind']) => rows.filter((row) => row.kind === kind);
  return {
    bureaus: labels('bureau').map(({ id, label }) => ({ id, label })),
    regions: labels('region').map(({ label }) => label),
    types: labels('type').map(({ label }) => label),
  };
}
