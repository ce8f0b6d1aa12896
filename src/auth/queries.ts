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

/** Adds a line to the login history; returns its id. */
export async function insertLoginEvent(db: Queryable, event: NewLoginEvent): Promise<string> {
  const [row] = await db('login_events').insert(
    {
      system_id: event.systemId,
      user_id: event.userId,
      username: event.username,
      outcome: event.outcome,
      at: event.at,
      address: event.address,
      os: event.os,
      browser: event.browser,
    },
    ['id'],
  );
  return row.id;
}

/** Adds the host name, which is found out after the answer was sent. */
export async function setLoginHostName(db: Queryable, eventId: string, hostName: string): Promise<void> {
  await db('login_events').where({ id: eventId }).update({ host_name: hostName });
}
