import { createHash } from 'node:crypto';
import bcrypt from 'bcrypt';

// bcrypt reads no further than this; a longer password would be cut off silently
const LONGEST_BYTES = 72;
const STAMP_LETTERS = 22;
// any salt and checksum: no password is known to lead to it
const NOBODY = 'C6UzMDM.H6dfI/f/IKcEeO7ZTgJ8sd6xdQ3RAkOvkZcFHrgFwHXbq';

/** Hashes a password for storing; `cost` doubles the work with each step. */
export async function hashPassword(password: string, cost: number): Promise<string> {
  if (Buffer.byteLength(password) > LONGEST_BYTES) throw new Error('The password is longer than 72 bytes');
  return bcrypt.hash(password, cost);
}

/**
 * Whether the password belongs to the hash. Without a hash (no such account, or none set yet) it takes the same time
 * and says no, so that nobody can find out by the clock which accounts exist.
 */
export async function passwordMatches(
  password: string,
  hash: string | null | undefined,
  cost: number,
): Promise<boolean> {
  const usable = typeof hash === 'string' && Buffer.byteLength(password) <= LONGEST_BYTES;
  const matches = await bcrypt.compare(
    password,
    usable ? hash : `$2b$${String(cost).padStart(2, '0')}$${NOBODY}`,
  );
  return usable && matches;
}

/**
 * Changes with every new password, and tells nothing about it: a session that is being opened with a password
 * that has just been replaced is recognised by it.
 */
export function stampOf(hash: string | null | undefined): string | undefined {
  if (hash === null || hash === undefined) return undefined;
  return createHash('sha256').update(hash).digest('base64url').slice(0, STAMP_LETTERS);
}
