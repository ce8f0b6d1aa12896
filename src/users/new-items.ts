/** Beyond it nobody needs to know how many exactly. */
export const COUNTED_UP_TO = 99;

/**
 * SQL: how many items are new for an office's side in a system, counted until there are more than the bell tells.
 * It comes with the person: the same work however many items there are, and one statement less for each page.
 */
export function countNewOf(officeId: string, systemId: string): string {
  return `
    (select count(*)::int
       from (select from receipts
              where receiver_id = ${officeId} and system_id = ${systemId}
                and registered_at is null and not withdrawn
              limit ${COUNTED_UP_TO + 1}) c)`;
}
