import type { AppContext } from '../http/context.ts';
import { passwordMatches, stampOf } from '../users/password.ts';
import { findCurrentUser, findForSignIn } from '../users/queries.ts';
import { isUsername } from '../users/rules.ts';
import { describeBrowser } from './browser.ts';
import { hostNameOf } from './host-name.ts';
import { insertLoginEvent, setLoginHostName } from './queries.ts';
import { addressGroup, forHistory } from './rules.ts';
import type { SlowDown } from './slow-down.ts';
import type { SignInAttempt, SignInOrigin, SignInOutcome, SignInResult } from './types.ts';

/**
 * Tries a password, and writes a failure into the login history. Unknown, disabled and wrong look and last the
 * same (R28, R31). Repeated failures slow down per account and address together. The success is written down
 * when the session is open (`recordSignIn`), after the second factor where there is one.
 */
export async function signIn(
  context: AppContext,
  slowDown: SlowDown,
  attempt: SignInAttempt,
): Promise<SignInResult> {
  const key = `${attempt.systemId}:${forHistory(attempt.username).toLowerCase()}:${addressGroup(attempt.address)}`;
  const { admitted, waitSeconds } = await slowDown.admit(key);
  if (!admitted) {
    await recordSignIn(context, attempt, 'slowed', null);
    return { outcome: 'slowed', waitSeconds };
  }
  const account = isUsername(attempt.username)
    ? await findForSignIn(context.db, attempt.systemId, attempt.username)
    : undefined;
  const matches = await passwordMatches(attempt.password, account?.passwordHash, context.config.bcryptCost);
  const stamp = matches ? stampOf(account?.passwordHash) : undefined;
  const user =
    stamp !== undefined && account !== undefined
      ? await findCurrentUser(context.db, account.id, attempt.systemId)
      : undefined;
  if (user === undefined || stamp === undefined) {
    const outcome = matches ? 'disabled' : 'wrong';
    await recordSignIn(context, attempt, outcome, account?.id ?? null);
    return { outcome, waitSeconds };
  }
  await slowDown.clear(key);
  return { outcome: 'success', user, stamp };
}

/** Writes a line of the login history; the name of the machine is found out afterwards. */
export async function recordSignIn(
  { db, clock, logger }: AppContext,
  attempt: SignInOrigin,
  outcome: SignInOutcome,
  userId: string | null,
): Promise<void> {
  const { systemId, address } = attempt;
  const id = await insertLoginEvent(db, {
    systemId,
    userId,
    username: forHistory(attempt.username),
    outcome,
    at: clock(),
    address,
    ...describeBrowser(attempt.userAgent),
  });
  if (address === null || outcome === 'slowed') return;
  // not awaited: a slow name server must not delay the answer
  hostNameOf(address)
    .then((name) => (name === undefined ? undefined : setLoginHostName(db, id, name)))
    .catch((error) => logger.warn({ err: error }, 'the host name of a sign-in could not be noted'));
}
