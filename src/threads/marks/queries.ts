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

/** SQL: a condition on the office whose threads they are, or nothing; and who reads. */
interface Scope {
  item: string;
  receipt: string;
}

const evidence = ({ item }: Scope) => `i.variable_id = any(:variableIds::bigint[])${item}
     and i.kind = 'document' and i.side = 'office' and i.withdrawn_at is null`;

// A value that was carried over brings the documents of its round.
const marks = (scope: Scope) => `
  select 'evidence' as what, office_id as "officeId", variable_id as "variableId", count(*)::int as count
    from (
      select i.office_id, i.variable_id from thread_items i where i.round_id = :roundId and ${evidence(scope)}
       union all
      select i.office_id, i.variable_id
        from entries e
        join entry_rows s on s.id = e.carried_from_id
        join thread_items i on i.round_id = s.round_id and i.office_id = e.office_id and i.variable_id = e.variable_id
       where e.round_id = :roundId and e.carried_from_id is not null and ${evidence(scope)}
    ) d
   group by office_id, variable_id
   union all
  select 'fresh', c.office_id, c.variable_id, count(*)::int
    from variables v
    join receipts c on c.variable_id = v.id and c.receiver_id = ${scope.receipt}
   where v.id = any(:variableIds::bigint[]) and c.system_id = :systemId and c.registered_at is null and not c.withdrawn
   group by c.office_id, c.variable_id`;

const OWN = marks({ item: ' and i.office_id = :officeId', receipt: ':officeId and c.office_id = :officeId' });
const OF_OFFICE = marks({
  item: ' and i.office_id = :officeId',
  receipt: 'v.bureau_id and c.office_id = :officeId',
});
const OF_EVERY_OFFICE = marks({ item: '', receipt: 'v.bureau_id' });

interface Page {
  systemId: string;
  roundId: string;
  variableIds: readonly string[];
}

/** The marks of all rows of the entry page of an office, in one statement. */
export async function loadOwnMarks(db: Reader, page: Page & { officeId: string }): Promise<MarksOfThreads> {
  return marksBy(await rowsOf<Mark>(db, OWN, page));
}

/**
 * The same of a page of whoever certifies, for the bureau that each variable belongs to now: of one office, or (null)
 * of every one.
 */
export async function loadMarks(
  db: Reader,
  page: Page & { officeId: string | null },
): Promise<MarksOfThreads> {
  return marksBy(await rowsOf<Mark>(db, page.officeId === null ? OF_EVERY_OFFICE : OF_OFFICE, page));
}

interface Mark {
  what: keyof MarksOfThreads;
  officeId: string;
  variableId: string;
  count: number;
}

function marksBy(rows: readonly Mark[]): MarksOfThreads {
  const marks = { evidence: new Map<string, number>(), fresh: new Map<string, number>() };
  for (const { what, officeId, variableId, count } of rows) {
    marks[what].set(threadKey(officeId, variableId), count);
  }
  return marks;
}
