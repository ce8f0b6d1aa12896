import type { Queryable } from '../../db/database.ts';

/** How many there are of something, by thread: `<office> <variable>`. */
export type CountByThread = ReadonlyMap<string, number>;

/** The key of a thread in these counts. */
export function threadKey(officeId: string, variableId: string): string {
  return `${officeId} ${variableId}`;
}

const EVIDENCE = `
  select office_id as "officeId", variable_id as "variableId", count(*)::int as count
    from thread_items
   where round_id = :roundId and variable_id = any(:variableIds::bigint[])
     and (:officeId::bigint is null or office_id = :officeId)
     and kind = 'document' and side = 'office' and withdrawn_at is null
   group by office_id, variable_id`;

/** How many documents the offices have put beside their values in a round: of one office, or (null) of every one. */
export async function countEvidence(
  db: Queryable,
  scope: { roundId: string; officeId: string | null; variableIds: readonly string[] },
): Promise<CountByThread> {
  return counts(db, EVIDENCE, scope);
}

const NEW_MARKS = `
  select office_id as "officeId", variable_id as "variableId", count(*)::int as count
    from receipts
   where receiver_id = any(:receiverIds::bigint[]) and system_id = :systemId
     and variable_id = any(:variableIds::bigint[])
     and (:officeId::bigint is null or office_id = :officeId)
     and registered_at is null and not withdrawn
   group by office_id, variable_id`;

/**
 * How many items are new for these sides, by thread, whatever their round: for a district office its own id, for
 * whoever certifies the bureaus of the variables. Of the threads of one office, or (null) of every one.
 */
export async function countNewMarks(
  db: Queryable,
  scope: {
    systemId: string;
    receiverIds: readonly string[];
    officeId: string | null;
    variableIds: readonly string[];
  },
): Promise<CountByThread> {
  return counts(db, NEW_MARKS, scope);
}

async function counts(
  db: Queryable,
  sql: string,
  { variableIds, ...scope }: Parameters<typeof countEvidence>[1] | Parameters<typeof countNewMarks>[1],
): Promise<CountByThread> {
  interface Row {
    officeId: string;
    variableId: string;
    count: number;
  }
  const { rows } = await db.raw<{ rows: Row[] }>(sql, { ...scope, variableIds: [...variableIds] });
  return new Map(rows.map((row) => [threadKey(row.officeId, row.variableId), row.count]));
}
