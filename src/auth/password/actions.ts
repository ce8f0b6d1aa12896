import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { hashPassword, passwordMatches } from '../../users/password.ts';
import { setOwnPassword } from '../../users/profile/actions.ts';
import { findForSignIn } from '../../users/queries.ts';
import { addressGroup } from '../rules.ts';
import type { SlowDown } from '../slow-down.ts';

export interface PasswordOrder {
  present: string;
  password: string;
  /** The session that goes on. */
  sessionId: string;
  address: string | null;
}

export type PasswordResult = { outcome: 'saved' } | { outcome: 'wrong' | 'slowed'; waitSeconds: number };

/**
 * Changes the own password. The present one is asked for, and wrong ones slow down together with failed sign-ins:
 * an unattended browser is no place to guess it.
 */
export async function changePassword(
  context: AppContext,
  slowDown: SlowDown,
  user: CurrentUser,
  { present, password, sessionId, address }: PasswordOrder,
): Promise<PasswordResult> {
  const { db, config } = context;
  const key = `${user.systemId}:${user.username.toLowerCase()}:${addressGroup(address)}`;
  const { admitted, waitSeconds } = await slowDown.admit(key);
  if (!admitted) return { outcome: 'slowed', waitSeconds };
  const account = await findForSignIn(db, user.systemId, user.username);
  if (!(await passwordMatches(present, account?.passwordHash, config.bcryptCost))) {
    return { outcome: 'wrong', waitSeconds };
  }
  await slowDown.clear(key);
  const passwordHash = await hashPassword(password, config.bcryptCost);
  await setOwnPassword(context, user, { passwordHash, sessionId });
  return { outcome: 'saved' };
}
