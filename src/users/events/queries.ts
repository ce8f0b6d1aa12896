import type { Queryable } from '../../db/database.ts';
import type { NewUserEvent, UserEvent } from './types.ts';

const INSERT_EVENTS = `
  insert into user_events (user_id, by_user_id, kind, details, at)
  select e.*, :at
    from unnest(:userIds::bigint[], :byUserIds::bigint[], :kinds::text[], :details::jsonb[]) as e`;

/** Adds lines to the histories of accounts, any number in one statement. */
export async function insertUserEvents(
  db: Queryable,
  events: readonly NewUserEvent[],
  at: Date,
): Promise<void> {
  if (events.length === 0) return;
  await db.raw(INSERT_EVENTS, {
    at,
    userIds: events.map(({ userId }) => userId),
    byUserIds: events.map(({ byUserId }) => byUserId),
    kinds: events.map(({ kind }) => kind),
    details: events.map(({ details }) => JSON.stringify(details ?? {})),
  });
}

const LATEST = `
  select e.id, e.user_id as "userId", e.by_user_id as "byUserId", b.name as "byName", e.kind, e.at, e.details
    from user_events e left join users b on b.id = e.by_user_id
   where e.user_id = :userId
   order by e.id desc
   limit :limit`;

/** The last lines of an account's history, the latest first. */
export async function listUserEvents(db: Queryable, userId: string, limit: number): Promise<UserEvent[]> {
  const { rows } = await db.raw<{ rows: UserEvent[] }>(LATEST, { userId, limit });
  return rows;
}
