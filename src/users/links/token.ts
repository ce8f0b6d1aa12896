import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** A new secret for a link, 43 letters that may stand in an address. */
export function newToken(): string {
  return randomBytes(BYTES).toString('base64url');
}

/** What is stored of a token: who reads the database cannot use a link. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
