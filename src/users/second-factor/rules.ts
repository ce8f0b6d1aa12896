import { withArabicDigits } from '../../lib/numbers.ts';
import type { CodeKind } from './types.ts';

/** How many recovery codes there are at first. */
export const RECOVERY_CODES = 10;
/** Fewer than this, and it is time for new ones. */
export const FEW_CODES = 4;
const GROUP = /.{4}/g;

/**
 * Understands a code as it is typed: blanks, hyphens, capital letters and Thai digits make no difference.
 * Six digits are a code of the app, sixteen letters a recovery code, everything else is neither.
 */
export function readCode(typed: string): { kind: CodeKind; code: string } | undefined {
  const code = withArabicDigits(typed)
    .replace(/[\s\u200b\u2010-\u2015-]/g, '')
    .toLowerCase();
  if (/^\d{6}$/.test(code)) return { kind: 'app', code };
  return /^[a-z2-7]{16}$/.test(code) ? { kind: 'recovery', code } : undefined;
}

/** Whether a recovery code was meant, right or mistyped: those of the app have digits only. */
export function looksLikeRecoveryCode(typed: string): boolean {
  return /[a-z]/i.test(typed);
}

/** In groups of four, for reading: `abcd-efgh-ijkl-mnop`. */
export function inGroups(code: string): string {
  return code.match(GROUP)?.join('-') ?? code;
}
