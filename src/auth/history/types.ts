import type { SignInOutcome } from '../types.ts';

/** Which part of a system's login history is asked for; null: no limit. */
export interface HistorySearch {
  systemId: string;
  /** Only the tries on this account. */
  userId: string | null;
  /** Only the tries on the accounts of this office. */
  officeId: string | null;
  /** From this moment on. */
  from: Date | null;
  /** Until before this moment. */
  until: Date | null;
  /** Part of a username or a name; of usernames that nobody has, their beginning. */
  text: string | null;
  succeeded: boolean | null;
}

/** The people in sight that a search means; `everybody`: it limits nothing. */
export type People =
  | { kind: 'everybody' }
  /** With the usernames that nobody has: not in sight or meant, or found in few or many lines. */
  | { kind: 'few'; ids: string[]; strangers: 'none' | 'few' | 'many' }
  | { kind: 'many' };

/** Below or above a line, which the address names by its time in microseconds and its id: `1571104800000000-42`. */
export type Place = { side: 'top' } | { side: 'below' | 'above'; micros: string; id: string };

/** One try to sign in, as it is shown. */
export interface LoginLine {
  id: string;
  /** Its time in microseconds since 1970. */
  micros: string;
  at: Date;
  /** As typed. */
  username: string;
  /** Null: nobody had this username. */
  name: string | null;
  officeName: string | null;
  address: string | null;
  hostName: string | null;
  os: string | null;
  browser: string | null;
  outcome: SignInOutcome;
}

/** A piece of the history, newest first; the lines to go on from where there is more on that side. */
export interface HistoryPage {
  lines: LoginLine[];
  newer: LoginLine | null;
  older: LoginLine | null;
}

/** An office in the box of filters. */
export interface HistoryOffice {
  id: string;
  kind: string;
  type: string | null;
  label: string;
}
