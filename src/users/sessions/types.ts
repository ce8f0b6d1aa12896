/** One place where somebody is signed in. */
export interface StoredSession {
  /** Names the session on the page: a hash of its id. */
  handle: string;
  /** '' where it is not known. */
  address: string;
  userAgent: string;
  startedAt: Date;
  seenAt: Date;
}
