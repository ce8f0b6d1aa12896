import type { CurrentUser } from '../http/current-user.ts';

/** One try to sign in, as it came over the line. */
export interface SignInAttempt {
  systemId: string;
  /** As typed: may be anything. */
  username: string;
  password: string;
  /** IP address, null when the proxy told nonsense. */
  address: string | null;
  userAgent: string;
}

/** `slowed`: not even looked at, because too many tries failed; `waitSeconds` until the next one counts. */
export type SignInResult =
  | { outcome: 'success'; user: CurrentUser }
  | { outcome: 'wrong' | 'disabled'; waitSeconds: number }
  | { outcome: 'slowed'; waitSeconds: number };

export type SignInOutcome = SignInResult['outcome'];
