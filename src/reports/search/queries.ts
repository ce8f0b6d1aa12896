import type { Queryable } from '../../db/database.ts';

export interface FoundOffice {
  id: string;
  name: string;
  listLabel: string;
}

const OFFICES = `
  select o.id, o.name, o.list_label as "listLabel"
    from offices o join system_offices so on so.office_id = o.id and so.system_id = :systemId
   where o.kind = 'district' and (o.name ilike :pattern or o.list_label ilike :pattern or o.short_name ilike :pattern)
     and exists (select from round_offices ro join rounds r on r.id = ro.round_id
                  where ro.office_id = o.id and r.system_id = :systemId)
   order by o.list_order
   limit :limit`;

/** District offices whose names contain the text, in the order of the lists. */
export async function findOffices(
  db: Queryable,
  scope: { systemId: string; text: string; limit: number },
): Promise<FoundOffice[]> {
  const pattern = `%${scope.text.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await db.raw<{ rows: FoundOffice[] }>(OFFICES, {
    systemId: scope.systemId,
    pattern,
    limit: scope.limit,
  });
  return rows;
}
