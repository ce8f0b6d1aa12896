import type { Queryable } from '../db/database.ts';
import type { SignInOutcome } from './types.ts';

export interface NewLoginEvent {
  systemId: string;
  userId: string | null;
  username: string;
  outcome: SignInOutcome;
  at: Date;
  address: string | null;
  os: string | null;
  browser: string | null;
}

// who got in has been seen: the list of users shows when
const INSERT_LOGIN_EVENT = `
  with seen as (
    update users set last_login_at = :at where id = :userId and :outcome = 'success'
  )
  insert into login_events (system_id, user_id, username, outcome, at, address, os, browser)
  values (:systemId,
          coalesce(:userId, (select id from users where system_id = :systemId and lower(username) = lower(:username))),
          :username, :outcome, :at, :address, :os, :browser)
  returning id`;

/**
 * Adds a line to the login history, and after a success notes the time with the account; returns the line's id.
 * A try on an account counts as that account's also where it was not looked at.
 */
export async function insertLoginEvent(db: Queryable, event: NewLoginEvent): Promise<string> {
  const { rows } = await db.raw<{ rows: [{ id: string }] }>(INSERT_LOGIN_EVENT, { ...event });
  return rows[0].id;
}

/** Adds the host name, which is found out after the answer was sent. */
export async function setLoginHostName(db: Queryable, eventId: string, hostName: string): Promise<void> {
  await db('login_events').where({ id: eventId }).update({ host_name: hostName });
}

/** Forgets what was counted under these keys. */
export async function deleteRateLimits(db: Queryable, keys: readonly string[]): Promise<void> {
  await db.raw('delete from rate_limits where key = any(:keys::text[])', { keys: [...keys] });
}
