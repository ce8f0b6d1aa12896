import type { Queryable } from '../../db/database.ts';

export interface FoundOffice {
  id: string;
  name: string;
  listLabel: string;
}

const OFFICES = `
  select o.id, o.name, o.list_label as "listLabel"
    from offices o join system_offices so on so.office_id = o.id and so.system_id = :systemId
   where o.kind = 'district'
     and (o.code = :text or o.name ilike :pattern or o.list_label ilike :pattern or o.short_name ilike :pattern
          or (:compact <> '%%' and regexp_replace(o.short_name, '[[:space:].]|เขต', '', 'g') ilike :compact))
     and exists (select from round_offices ro join rounds r on r.id = ro.round_id
                  where ro.office_id = o.id and r.system_id = :systemId)
   order by o.list_order
   limit :limit`;

/** District offices with this code or whose names contain the text, in the order of the lists; สพม. เขต 7 is สพม.7. */
export async function findOffices(
  db: Queryable,
  scope: { systemId: string; text: string; limit: number },
): Promise<FoundOffice[]> {
  const { rows } = await db.raw<{ rows: FoundOffice[] }>(OFFICES, {
    systemId: scope.systemId,
    text: scope.text,
    pattern: containing(scope.text),
    compact: containing(scope.text.replace(/[\s.]|เขต/g, '')),
    limit: scope.limit,
  });
  return rows;
}

function containing(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
