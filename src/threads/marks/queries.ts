import { type Reader, rowsOf } from '../../db/statement.ts';

/** How many there are of something, by thread: `<office> <variable>`. */
export type CountByThread = ReadonlyMap<string, number>;

/** The key of a thread in these counts. */
export function threadKey(officeId: string, variableId: string): string {
  return `${officeId} ${variableId}`;
}

/** What stands in the threads of a page's rows. */
export interface MarksOfThreads {
  /** Documents that the office has put beside its value in the round, or in the one it was carried over from. */
  evidence: CountByThread;
  /** Items that are new for the reader's side, whatever their round. */
  fresh: CountByThread;
}

const evidence = (office: string) => `i.variable_id = any(:variableIds::bigint[])${office}
     and i.kind = 'document' and i.side = 'office' and i.withdrawn_at is null`;

// A value that was carried over brings the documents of its round.
const marks = ({ item = '', receipt = '' }) => `
  select 'evidence' as what, office_id as "officeId", variable_id as "variableId", count(*)::int as count
    from (
      select i.office_id, i.variable_id from thread_items i where i.round_id = :roundId and ${evidence(item)}
       union all
      select i.office_id, i.variable_id
        from entries e
        join entry_rows s on s.id = e.carried_from_id
        join thread_items i on i.round_id = s.round_id and i.office_id = e.office_id and i.variable_id = e.variable_id
       where e.round_id = :roundId and e.carried_from_id is not null and ${evidence(item)}
    ) d
   group by office_id, variable_id
   union all
  select 'fresh', office_id, variable_id, count(*)::int
    from receipts
   where receiver_id = any(:receiverIds::bigint[]) and system_id = :systemId
     and variable_id = any(:variableIds::bigint[])${receipt}
     and registered_at is null and not withdrawn
   group by office_id, variable_id`;

const MARKS = marks({});
const MARKS_OF_OFFICE = marks({
  item: ' and i.office_id = :officeId',
  receipt: ' and office_id = :officeId',
});

/**
 * The marks of all rows of a page in one statement. `receiverIds`: the sides that read, for a district office its own
 * id, for whoever certifies the bureaus of the variables. `officeId`: the threads of one office, or (null) of every one.
 */
export async function loadMarks(
  db: Reader,
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
  const rows = await rowsOf<Row>(db, scope.officeId === null ? MARKS : MARKS_OF_OFFICE, scope);
  const marks = { evidence: new Map<string, number>(), fresh: new Map<string, number>() };
  for (const { what, officeId, variableId, count } of rows) {
    marks[what].set(threadKey(officeId, variableId), count);
  }
  return marks;
}
