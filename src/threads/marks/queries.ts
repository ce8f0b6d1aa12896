import type { Queryable } from '../../db/database.ts';

/** How many there are of something, by thread: `<office> <variable>`. */
export type CountByThread = ReadonlyMap<string, number>;

/** The key of a thread in these counts. */
export function threadKey(officeId: string, variableId: string): string {
  return `${officeId} ${variableId}`;
}

/** What stands in the threads of a page's rows. */
export interface MarksOfThreads {
  /** Documents that the office has put beside its value in the round. */
  evidence: CountByThread;
  /** Items that are new for the reader's side, whatever their round. */
  fresh: CountByThread;
}

const MARKS = `
  select 'evidence' as what, office_id as "officeId", variable_id as "variableId", count(*)::int as count
    from thread_items
   where round_id = :roundId and variable_id = any(:variableIds::bigint[])
     and (:officeId::bigint is null or office_id = :officeId)
     and kind = 'document' and side = 'office' and withdrawn_at is null
   group by office_id, variable_id
   union all
  select 'fresh', office_id, variable_id, count(*)::int
    from receipts
   where receiver_id = any(:receiverIds::bigint[]) and system_id = :systemId
     and variable_id = any(:variableIds::bigint[])
     and (:officeId::bigint is null or office_id = :officeId)
     and registered_at is null and not withdrawn
   group by office_id, variable_id`;

/**
 * The marks of all rows of a page in one statement. `receiverIds`: the sides that read, for a district office its own
 * id, for whoever certifies the bureaus of the variables. `officeId`: the threads of one office, or (null) of every one.
 */
export async function loadMarks(
  db: Queryable,
  scope: {
    systemId: string;
    roundId: string;
    receiverIds: readonly string[];
    officeId: string | null;
    variableIds: readonly string[];
  },
): Promise<MarksOfThreads> {
  interface Row {
    what: keyof MarksOfThreads;
    officeId: string;
    variableId: string;
    count: number;
  }
  const { rows } = await db.raw<{ rows: Row[] }>(MARKS, { ...scope });
  const marks = { evidence: new Map<string, number>(), fresh: new Map<string, number>() };
  for (const { what, officeId, variableId, count } of rows) {
    marks[what].set(threadKey(officeId, variableId), count);
  }
  return marks;
}
