import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { lockWithAdmins } from '../accounts/queries.ts';
import { differences } from '../accounts/rules.ts';
import { changePicture } from '../avatars/actions.ts';
import { insertUserEvents } from '../events/queries.ts';
import type { NewUserEvent } from '../events/types.ts';
import { tellOwner } from '../letters.ts';
import { endLinksOf } from '../links/actions.ts';
import { endSessionsOf } from '../sessions/actions.ts';
import type { Account, PictureChange } from '../types.ts';
import { type ProfileUpdate, updatePassword, updateProfile } from './queries.ts';

type Context = Pick<AppContext, 'db' | 'clock'>;

/** Saves the own data over the version that was seen; `changed`: somebody else saved it meanwhile, nothing is done. */
export async function saveProfile(
  { db, clock }: Context,
  user: CurrentUser,
  update: ProfileUpdate & { version: number; picture: PictureChange },
): Promise<{ outcome: 'saved' } | { outcome: 'changed'; account: Account }> {
  return db.transaction(async (trx) => {
    const account = (await lockWithAdmins(trx, { ...user, officeId: null }))?.account;
    if (account === undefined) throw notFound();
    if (account.version !== update.version) return { outcome: 'changed', account };
    await updateProfile(trx, user.id, update, clock());
    await changePicture(trx, user.id, update.picture);
    const event = { userId: user.id, byUserId: user.id };
    const details = differences(account, { ...account, ...update });
    const events: NewUserEvent[] = [{ ...event, kind: 'profile', details }];
    if (update.picture !== null) events.push({ ...event, kind: 'avatar' });
    await insertUserEvents(trx, events, clock());
    await tellOwner(trx, account, { email: update.email, newPassword: false });
    return { outcome: 'saved' };
  });
}

/** Sets the own password: every other session of the person ends, and every link that was mailed. */
export async function setOwnPassword(
  { db, clock }: Context,
  user: CurrentUser,
  { passwordHash, sessionId }: { passwordHash: string; sessionId: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const account = (await lockWithAdmins(trx, { ...user, officeId: null }))?.account;
    if (account === undefined) throw notFound();
    await updatePassword(trx, user.id, passwordHash);
    await endLinksOf(trx, [user.id]);
    await endSessionsOf(trx, user.id, { except: sessionId });
    await insertUserEvents(
      trx,
      [{ userId: user.id, byUserId: user.id, kind: 'passwordSet', details: { kind: 'own' } }],
      clock(),
    );
    await tellOwner(trx, account, { email: account.email, newPassword: true });
  });
}
