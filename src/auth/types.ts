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

/** Where a try to sign in comes from. */
export type SignInOrigin = Omit<SignInAttempt, 'password'>;

/**
 * `slowed`: not even looked at, because too many tries failed; `waitSeconds` until the next one counts. `stamp`
 * belongs to the password that was right. Where the person has a second factor, that is only half of signing in.
 */
export type SignInResult =
  | { outcome: 'success'; user: CurrentUser; stamp: string }
  | { outcome: 'wrong' | 'disabled'; waitSeconds: number }
  | { outcome: 'slowed'; waitSeconds: number };

/** What the login history says of a try; `wrong_code`: the password was right, the second factor was not. */
export type SignInOutcome = SignInResult['outcome'] | 'wrong_code';
