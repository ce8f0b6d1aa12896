/** `activation`: the first password of a new account; `reset`: a new one in place of a forgotten one. */
export type LinkKind = 'activation' | 'reset';

/**
 * What became of a link. `ended`: by a newer link, a new password, or because the account is disabled;
 * `foreign`: of another system; `unknown`: nobody was ever sent this token.
 */
export type LinkState = 'valid' | 'used' | 'expired' | 'ended' | 'foreign' | 'unknown';

/** An issued link as it is stored. */
export interface StoredLink {
  id: string;
  kind: LinkKind;
  userId: string;
  systemId: string;
  username: string;
  email: string;
  active: boolean;
  expiresAt: Date | null;
  usedAt: Date | null;
  endedAt: Date | null;
}

/** Whose password a link sets. */
export interface ValidLink {
  state: 'valid';
  linkId: string;
  userId: string;
  username: string;
  email: string;
  kind: LinkKind;
}

export type FoundLink = ValidLink | { state: Exclude<LinkState, 'valid'> };
