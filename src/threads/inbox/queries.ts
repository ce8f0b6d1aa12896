import type { Queryable } from '../../db/database.ts';
import { type Reader, rowsOf } from '../../db/statement.ts';
import { countNewOf } from '../../users/new-items.ts';
import type { NewItem, NewsPage, NewsQuery, NewsScope, SentItem } from './types.ts';

const NEWS_PAGE_SIZE = 50;
const TEXT_SHOWN = 400;
/** Behind every item that there can be. */
const END = '9223372036854775807';

const COUNT_NEW = `select ${countNewOf(':officeId', ':systemId')} as count`;

/**
 * How many items are new for a person's side after something changed; as the request began, the person says it.
 * The same work however many there are.
 */
export async function countNew(
  db: Reader,
  { systemId, officeId }: { systemId: string; officeId: string },
): Promise<number> {
  const rows = await rowsOf<{ count: number }>(db, COUNT_NEW, { systemId, officeId });
  return rows[0]?.count ?? 0;
}

const IS_NEW = 'c.registered_at is null and not c.withdrawn';
// look-ups row by row, so that the scan stays in the order of the index and ends with the page
const FILTERS = `
             and (:year::int is null or :year = (select f.fiscal_year from variables v
                    join frameworks f on f.id = v.framework_id where v.id = c.variable_id))
             and (:kind::text is null or (select case :kind when 'deadline' then i.deadline is not null
                                                 else i.kind = :kind end
                    from thread_items i where i.id = c.item_id))`;
const ITEM = `
         i.id as "itemId", i.kind, left(i.text, ${TEXT_SHOWN}) as text, s.original_name as "fileName",
         s.size as "fileSize", v.id as "variableId", v.code as "variableCode", v.name as "variableName",
         n.code as "nodeCode", n.name as "nodeName", i.round_id as "roundId", r.label as round,
         i.sent_at as "sentAt", i.deadline, i.until, u.name as sender, so.short_name as "senderOffice",
         ob.short_name as "onBehalfOf", b.short_name as bureau`;
const ITEM_JOINS = `
    join variables v on v.id = i.variable_id
    join framework_nodes n on n.id = v.node_id
    join offices b on b.id = v.bureau_id
    join rounds r on r.id = i.round_id
    join users u on u.id = i.sender_id
    join offices so on so.id = i.sender_office_id
    left join offices ob on ob.id = i.on_behalf_of
    left join stored_files s on s.id = i.file_id`;

const newItems = (limit: number) => `
  select ${ITEM}, c.office_id as "officeId", o.short_name as office, i.office_id is null as "isBroadcast",
         :mayRegisterAll or exists (select from assignments a where a.user_id = :userId and a.node_id = v.node_id)
           as "canRegister"
    from (select c.item_id, c.office_id
            from unnest(:sideIds::bigint[]) as side (id)
           cross join lateral (
             select c.item_id, c.office_id from receipts c
              where c.receiver_id = side.id and c.system_id = :systemId and ${IS_NEW} and c.item_id < :from
                and (:office::bigint is null or c.sending_office_id = :office)${FILTERS}
              order by c.item_id desc limit ${limit}) c
           order by c.item_id desc limit ${limit}) c
    join thread_items i on i.id = c.item_id
    join offices o on o.id = c.office_id${ITEM_JOINS}
   order by c.item_id desc`;
const NEW_ITEMS = newItems(NEWS_PAGE_SIZE + 1);

/** What is new for these sides, the newest first: one page. */
export async function listNew(db: Queryable, scope: NewsScope, query: NewsQuery): Promise<NewsPage<NewItem>> {
  const { rows } = await db.raw<{ rows: NewItem[] }>(NEW_ITEMS, bindingsOf(scope, query, END));
  return pageOf(rows);
}

/** What a home page has room for. */
const LATEST_SHOWN = 3;
const LATEST = newItems(LATEST_SHOWN);

/** The newest few. */
export async function listLatest(db: Queryable, scope: NewsScope): Promise<NewItem[]> {
  const { rows } = await db.raw<{ rows: NewItem[] }>(LATEST, bindingsOf(scope, {}, END));
  return rows;
}

const SENT_ITEMS = `
  select ${ITEM}, i.office_id as "officeId", o.short_name as office,
         (select count(*) from receipts c where c.item_id = i.id and ${IS_NEW})::int as waiting,
         (select count(*) from receipts c where c.item_id = i.id)::int as receivers
    from (select c.item_id
            from unnest(:sideIds::bigint[]) as side (id)
           cross join lateral (
             select distinct c.item_id from receipts c
              where c.sending_office_id = side.id and c.system_id = :systemId and ${IS_NEW} and c.item_id > :from
                and (:office::bigint is null or c.receiver_id = :office)${FILTERS}
              order by c.item_id limit ${NEWS_PAGE_SIZE + 1}) c
           order by c.item_id limit ${NEWS_PAGE_SIZE + 1}) c
    join thread_items i on i.id = c.item_id
    left join offices o on o.id = i.office_id${ITEM_JOINS}
   order by c.item_id`;

/** What these sides have sent and not everybody has registered, the oldest first: one page. */
export async function listSent(
  db: Queryable,
  scope: NewsScope,
  query: NewsQuery,
): Promise<NewsPage<SentItem>> {
  const { rows } = await db.raw<{ rows: SentItem[] }>(SENT_ITEMS, bindingsOf(scope, query, '0'));
  return pageOf(rows);
}

function bindingsOf(scope: NewsScope, { kind, office, year, from }: NewsQuery, start: string) {
  const { sideIds, systemId, userId, mayRegisterAll } = scope;
  return {
    ...{ sideIds: [...sideIds], systemId, userId, mayRegisterAll },
    ...{ kind: kind ?? null, office: office ?? null, year: year ?? null, from: from ?? start },
  };
}

/** One row more than a page holds was asked for. */
function pageOf<Row extends { itemId: string }>(rows: Row[]): NewsPage<Row> {
  const shown = rows.slice(0, NEWS_PAGE_SIZE);
  const next = rows.length > NEWS_PAGE_SIZE ? (shown.at(-1)?.itemId ?? null) : null;
  return { rows: shown, next };
}
