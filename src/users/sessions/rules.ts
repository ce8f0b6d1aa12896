import type { SystemSettings } from '../../http/current-user.ts';
import type { StoredSession } from './types.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Those that would still open something: not idle for too long, and not too old. */
export function livingSessions(
  sessions: readonly StoredSession[],
  { idleMinutes, absoluteHours }: Pick<SystemSettings, 'idleMinutes' | 'absoluteHours'>,
  now: Date,
): StoredSession[] {
  return sessions.filter(
    ({ seenAt, startedAt }) =>
      now.getTime() - seenAt.getTime() <= idleMinutes * MINUTE_MS &&
      now.getTime() - startedAt.getTime() <= absoluteHours * HOUR_MS,
  );
}
