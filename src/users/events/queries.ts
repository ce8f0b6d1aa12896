import type { Queryable } from '../../db/database.ts';
import type { NewUserEvent } from './types.ts';

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
