import type { Queryable } from '../../db/database.ts';
import type { HistoryOffice, HistorySearch, LoginLine, People, Place } from './types.ts';

// With more people than this it is quicker to walk through the history than through each person's part of it.
const FEW_PEOPLE = 200;
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
  if (search.userId !== null && search.text === null) return { kind: 'few', ids: [search.userId] };
  if (search.userId === null && search.officeId === null && search.text === null) {
    return { kind: 'everybody' };
  }
  const { rows } = await db.raw<{ rows: { id: string }[] }>(
    `select u.id from users u where ${peopleOf(search)} limit :limit`,
    { ...search, limit: FEW_PEOPLE + 1 },
  );
  return rows.length > FEW_PEOPLE ? { kind: 'many' } : { kind: 'few', ids: rows.map(({ id }) => id) };
}

/** The lines of these people, and of the usernames that nobody has where those are in sight. */
function linesOf(search: FoundSearch, limits: string, order: string): string {
  const { people } = search;
  const piece = `${limits} ${order} limit :limit`;
  if (people.kind === 'everybody') {
    return `select * from login_events e where e.system_id = :systemId ${piece}`;
  }
  const strangers = search.userId === null && search.officeId === null;
  if (people.kind === 'many') {
    return `
      select * from login_events e
       where e.system_id = :systemId
         and (e.user_id in (select u.id from users u where ${peopleOf(search)})
              ${strangers ? `or (${STRANGERS})` : ''}) ${piece}`;
  }
  const known = `
    select e.* from unnest(:ids::bigint[]) as p (id)
     cross join lateral (select * from login_events e where e.user_id = p.id ${piece}) e`;
  if (!strangers) return known;
  return `${known} union all
    (select * from login_events e where e.system_id = :systemId and ${STRANGERS} ${piece})`;
}

/** Names that nobody has are found by their beginning: there may be any number of them. */
const STRANGERS = `
  e.user_id is null
  and lower(e.username) collate "C" >= lower(:text) and lower(e.username) collate "C" < lower(:text) || :last`;

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
