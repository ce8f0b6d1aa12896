import { decryptSecret, encryptSecret } from '../../../users/second-factor/secret.ts';

const KEPT_MS = 5 * 60_000;

/** New recovery codes while they can still be seen. */
export interface KeptCodes {
  codes: string[];
  /** The second factor was just set up. */
  isNew: boolean;
  /** The page has shown them. */
  shown: boolean;
}

/** What of a session matters here. */
interface CodesSession {
  newCodes?: { hidden: string; isNew: boolean; keptAt: number; shown: boolean };
}

interface Keeping {
  userId: string;
  sessionSecret: string;
  now: Date;
}

/** Keeps new recovery codes, encrypted, in the session: for the page that shows them once, and for five minutes. */
export function keepCodes(
  session: CodesSession,
  codes: readonly string[],
  { userId, sessionSecret, now, isNew }: Keeping & { isNew: boolean },
): void {
  const hidden = encryptSecret(codes.join(' '), userId, sessionSecret);
  session.newCodes = { hidden, isNew, keptAt: now.getTime(), shown: false };
}

/** The codes that were kept; undefined where there are none, or their time is over: they are gone then. */
export function keptCodes(
  session: CodesSession,
  { userId, sessionSecret, now }: Keeping,
): KeptCodes | undefined {
  const kept = session.newCodes;
  if (kept === undefined) return undefined;
  const text = decryptSecret(kept.hidden, userId, sessionSecret);
  if (text !== undefined && now.getTime() - kept.keptAt <= KEPT_MS) {
    return { codes: text.split(' '), isNew: kept.isNew, shown: kept.shown };
  }
  delete session.newCodes;
  return undefined;
}

/** From now on the page does not show them again; they can still be saved as a file. */
export function markShown(session: CodesSession): void {
  if (session.newCodes !== undefined) session.newCodes = { ...session.newCodes, shown: true };
}
