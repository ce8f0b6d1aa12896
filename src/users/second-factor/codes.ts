import { createHash, randomBytes } from 'node:crypto';
import { Secret, TOTP } from 'otpauth';
import { RECOVERY_CODES } from './rules.ts';

const PERIOD_SECONDS = 30;
const SECRET_BYTES = 20;
const RECOVERY_BYTES = 10;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new secret for an authenticator app, in the letters that people can type. */
export function newSecret(): string {
  return new Secret({ size: SECRET_BYTES }).base32;
}

/** What the app reads from the picture: `otpauth://totp/KRS%20System:8101?secret=…`. */
export function appAddress(secret: string, issuer: string, username: string): string {
  return totpOf(secret, issuer, username).toString();
}

/**
 * The time step whose code this is, undefined where it is none of the present step's or its two neighbours':
 * clocks of phones are half a minute wrong.
 */
export function stepOfCode(secret: string, code: string, now: Date): number | undefined {
  const timestamp = now.getTime();
  const delta = totpOf(secret).validate({ token: code, timestamp, window: 1 });
  return delta === null ? undefined : Math.floor(timestamp / (PERIOD_SECONDS * 1000)) + delta;
}

/** Ten new recovery codes of 80 bits each: no dictionary leads from a hash to them. */
export function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => inLetters(randomBytes(RECOVERY_BYTES)));
}

/** What is stored of a recovery code. */
export function hashOfCode(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}

function totpOf(secret: string, issuer = '', label = ''): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), period: PERIOD_SECONDS });
}

function inLetters(bytes: Buffer): string {
  let bits = BigInt(`0x${bytes.toString('hex')}`);
  let letters = '';
  for (let left = bytes.length * 8; left > 0; left -= 5) {
    letters = ALPHABET.charAt(Number(bits & 31n)) + letters;
    bits >>= 5n;
  }
  return letters;
}
