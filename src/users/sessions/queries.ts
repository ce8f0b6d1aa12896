import type { SessionData } from 'express-session';
import type { Queryable } from '../../db/database.ts';
import type { StoredSession } from './types.ts';

const END_SESSIONS = `
  delete from sessions
   where coalesce(sess -> 'passport' ->> 'user', sess -> 'halfway' ->> 'userId') = any(:userIds::text[])
     and sid is distinct from :except`;

/**
 * Signs these people out everywhere, half-way sign-ins included; `except` is the session id (`req.sessionID`)
 * of the one that goes on. Returns how many sessions ended.
 */
export async function deleteSessionsOf(
  db: Queryable,
  userIds: readonly string[],
  except: string | null,
): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(END_SESSIONS, { userIds: [...userIds], except });
  return rowCount;
}

/** Changes a session that is still there; one that ended meanwhile stays ended. */
export async function updateSession(
  db: Queryable,
  sid: string,
  session: SessionData,
  expires: Date,
): Promise<void> {
  await db('sessions')
    .where({ sid })
    .update({ sess: JSON.stringify(session), expire: expires });
}

const LIST = `
  select encode(sha256(convert_to(sid, 'UTF8')), 'hex') as handle,
         coalesce(sess ->> 'address', '') as address, coalesce(sess ->> 'userAgent', '') as "userAgent",
         to_timestamp((sess ->> 'startedAt')::float8 / 1000) as "startedAt",
         to_timestamp((sess ->> 'seenAt')::float8 / 1000) as "seenAt"
    from sessions
   where coalesce(sess -> 'passport' ->> 'user', sess -> 'halfway' ->> 'userId') = :userId
     and sess -> 'passport' ->> 'user' is not null and sess ->> 'seenAt' is not null and expire >= now()
   order by "seenAt" desc`;

/** The sessions of a person that were opened fully, the last used first. */
export async function listSessions(db: Queryable, userId: string): Promise<StoredSession[]> {
  const { rows } = await db.raw<{ rows: StoredSession[] }>(LIST, { userId });
  return rows;
}

const END_ONE = `
  delete from sessions
   where coalesce(sess -> 'passport' ->> 'user', sess -> 'halfway' ->> 'userId') = :userId
     and encode(sha256(convert_to(sid, 'UTF8')), 'hex') = :handle`;

/** Ends the session of this person with this handle; false where there is none. */
export async function deleteSession(db: Queryable, userId: string, handle: string): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(END_ONE, { userId, handle });
  return rowCount === 1;
}
