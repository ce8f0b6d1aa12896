import type { AppContext } from '../../http/context.ts';
import { passwordMatches } from '../../users/password.ts';
import { useCode } from '../../users/second-factor/actions.ts';
import { findPasswordHash } from '../../users/second-factor/queries.ts';
import type { CodeKind } from '../../users/second-factor/types.ts';
import type { SlowDown } from '../slow-down.ts';

/** What came of a code; `waitSeconds` until the next try is looked at. */
export type CodeResult =
  | { outcome: 'right'; kind: CodeKind }
  | { outcome: 'wrong' | 'slowed'; waitSeconds: number };

export interface Proof {
  userId: string;
  /** As typed. */
  code: string;
  /** Asked for, too, where somebody is signed in already. */
  password?: string;
}

/**
 * Looks at a code, and where it is asked for at the password. Failures slow down per account, whatever their
 * address: six digits are guessed from many addresses, and nobody gets here without knowing the password.
 */
export async function checkProof(
  { db, config, clock }: AppContext,
  slowDown: SlowDown,
  { userId, code, password }: Proof,
): Promise<CodeResult> {
  const { admitted, waitSeconds } = await slowDown.admit(userId);
  if (!admitted) return { outcome: 'slowed', waitSeconds };
  if (password !== undefined) {
    const hash = await findPasswordHash(db, userId);
    if (!(await passwordMatches(password, hash, config.bcryptCost))) return { outcome: 'wrong', waitSeconds };
  }
  const { sessionSecret } = config;
  const kind = await useCode(db, { userId, typed: code, sessionSecret, now: clock() });
  if (kind === undefined) return { outcome: 'wrong', waitSeconds };
  await slowDown.clear(userId);
  return { outcome: 'right', kind };
}
