/** How somebody proved to be more than a password: with the app, or with one of the ten codes on paper. */
export type CodeKind = 'app' | 'recovery';

/** The second factor of an account as it is stored. */
export interface StoredFactor {
  /** Encrypted; see secret.ts. */
  secret: string;
  /** Recovery codes that were not used yet. */
  codesLeft: number;
}
