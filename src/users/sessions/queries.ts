import type { SessionData } from 'express-session';
import type { Queryable } from '../../db/database.ts';

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
