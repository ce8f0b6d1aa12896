import type { Queryable } from '../../db/database.ts';
import type { HistoryOffice, HistorySearch, LoginLine, People, Place } from './types.ts';

// With more people than this it is quicker to walk through the history than through each person's part of it.
const FEW_PEOPLE = 200;
const FEW_LINES = 1000;

/** Names that nobody has are found by their beginning: there may be any number of them. */
const STRANGERS = `
  e.user_id is null
  and lower(e.username) collate "C" >= lower(:text) and lower(e.username) collate "C" < lower(:text) || :last`;
/** The same, kept from the index of such names: for a walk through the history in the order of time. */
const STRANGERS_MET = 'coalesce(e.user_id, 0) = 0 and starts_with(lower(e.username), lower(:text))';
const STRANGERS_COUNT = `(select count(*)::int from (
  select 1 from login_events e where e.system_id = :systemId and ${STRANGERS} limit :lines) e)`;
const LAST_LETTER = '\u{10ffff}';

/** A search whose people have been looked up. */
type FoundSearch = HistorySearch & { people: People };

/**
 * So many lines below a place (at the top without one), newest first; above it, oldest first. Quick however long
 * the history is: every order is that of an index, nothing is skipped over.
 */
export async function listLogins(
  db: Queryable,
  search: FoundSearch,
  place: Place,
  limit: number,
): Promise<LoginLine[]> {
  const order = place.side === 'above' ? 'e.at, e.id' : 'e.at desc, e.id desc';
  const sql = `
    select e.id, (extract(epoch from e.at) * 1000000)::bigint as micros, e.at, e.username, u.name,
           o.short_name as "officeName", host(e.address) as address, e.host_name as "hostName", e.os, e.browser,
           e.outcome
      from (${linesOf(search, limitsOf(search, place), `order by ${order}`)}) e
      left join users u on u.id = e.user_id
      left join offices o on o.id = u.office_id
     order by ${order}
     limit :limit`;
  const { rows } = await db.raw<{ rows: LoginLine[] }>(sql, { ...valuesOf(search), ...place, limit });
  return rows;
}

/** How many lines the search finds, counted up to `most`. */
export async function countLogins(db: Queryable, search: FoundSearch, most: number): Promise<number> {
  const lines = linesOf(search, limitsOf(search), '');
  const { rows } = await db.raw<{ rows: [{ count: number }] }>(
    `select count(*)::int as count from (select 1 from (${lines}) e limit :limit) e`,
    { ...valuesOf(search), limit: most },
  );
  return rows[0].count;
}

const DELETE_OLD = `
  delete from login_events
   where id in (select id from login_events where system_id = :systemId and at < :before order by at limit :limit)`;

/** Deletes the oldest lines from before a moment, at most so many; returns how many they were. */
export async function deleteOldLogins(
  db: Queryable,
  old: { systemId: string; before: Date; limit: number },
): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(DELETE_OLD, old);
  return rowCount;
}

const OFFICES = `
  select o.id, o.kind, o.type, o.list_label as label
    from system_offices so join offices o on o.id = so.office_id
   where so.system_id = ?
   order by o.kind = 'district', o.list_order, o.list_label, o.id`;

/** The offices to choose from: bureaus, then districts in the order of their list. */
export async function listOffices(db: Queryable, systemId: string): Promise<HistoryOffice[]> {
  const { rows } = await db.raw<{ rows: HistoryOffice[] }>(OFFICES, [systemId]);
  return rows;
}

/** Looks up whom the search means. */
export async function withPeople(db: Queryable, search: HistorySearch): Promise<FoundSearch> {
  return { ...search, people: await findPeople(db, search) };
}

async function findPeople(db: Queryable, search: HistorySearch): Promise<People> {
  const { userId, officeId, text } = search;
  if (userId !== null && text === null) return { kind: 'few', ids: [userId], strangers: 'none' };
  const isWhole = userId === null && officeId === null;
  if (isWhole && text === null) return { kind: 'everybody' };
  // nobody gets in with a username that nobody has
  const strangers = isWhole && search.succeeded !== true ? STRANGERS_COUNT : '0';
  const { rows } = await db.raw<{ rows: [{ ids: string[]; strangers: number }] }>(
    `select array(select u.id from users u where ${peopleOf(search)} limit :people) as ids,
            ${strangers} as strangers`,
    { ...search, last: LAST_LETTER, people: FEW_PEOPLE + 1, lines: FEW_LINES + 1 },
  );
  const [{ ids, strangers: count }] = rows;
  if (ids.length > FEW_PEOPLE) return { kind: 'many' };
  return { kind: 'few', ids, strangers: count === 0 ? 'none' : count > FEW_LINES ? 'many' : 'few' };
}

/** The lines of these people, and of the usernames that nobody has where those are in sight. */
function linesOf(search: FoundSearch, limits: string, order: string): string {
  const { people } = search;
  const lines = (condition: string) =>
    `select e.* from login_events e where e.system_id = :systemId ${condition} ${limits} ${order} limit :limit`;
  const isWhole = search.userId === null && search.officeId === null;
  if (people.kind === 'everybody') return lines('');
  if (people.kind === 'many') {
    const known = `e.user_id in (select u.id from users u where ${peopleOf(search)})`;
    return lines(isWhole ? `and (${known} or ${STRANGERS_MET})` : `and ${known}`);
  }
  const known = `
    select e.* from unnest(:ids::bigint[]) as p (id)
     cross join lateral (${lines('and e.user_id = p.id')}) e`;
  if (people.strangers === 'none') return known;
  // few lines are found by their names and sorted, many met soon on the way through the history
  const strangers =
    people.strangers === 'many'
      ? lines(`and ${STRANGERS_MET}`)
      : `select * from (select * from login_events e
                         where e.system_id = :systemId and ${STRANGERS} offset 0) e
          where true ${limits} ${order} limit :limit`;
  return `${known} union all (${strangers})`;
}

function peopleOf({ userId, officeId, text }: HistorySearch): string {
  return [
    'u.system_id = :systemId',
    ...(userId === null ? [] : ['u.id = :userId']),
    ...(officeId === null ? [] : ['u.office_id = :officeId']),
    ...(text === null ? [] : [`position(lower(:text) in lower(u.username || ' ' || u.name)) > 0`]),
  ].join(' and ');
}

/** A condition stands in the text only where it limits something, so that each text has one good plan. */
function limitsOf({ from, until, succeeded }: HistorySearch, place: Place = { side: 'top' }): string {
  const compared = place.side === 'below' ? '<' : '>';
  return [
    ...(from === null ? [] : ['and e.at >= :from']),
    ...(until === null ? [] : ['and e.at < :until']),
    ...(succeeded === null ? [] : [`and e.outcome ${succeeded ? '=' : '<>'} 'success'`]),
    ...(place.side === 'top'
      ? []
      : [
          `and (e.at, e.id) ${compared} (timestamptz 'epoch' + :micros::float8 * interval '1 microsecond', :id::bigint)`,
        ]),
  ].join(' ');
}

function valuesOf({ people, ...search }: FoundSearch): Record<string, unknown> {
  return { ...search, last: LAST_LETTER, ids: people.kind === 'few' ? people.ids : [] };
}
