import type { Db, Queryable, Transaction } from '../../db/database.ts';
import { queueMail, queueMails } from '../../notifications/actions.ts';
import { insertUserEvents } from '../events/queries.ts';
import { endSessionsOf } from '../sessions/actions.ts';
import {
  endLinks,
  findByToken,
  findForgotten,
  findLivingKind,
  insertLinks,
  lockReceivers,
  lockUser,
  storeToken,
  useUpLink,
} from './queries.ts';
import { expiryOf, stateOf } from './rules.ts';
import { hashOfToken, newToken } from './token.ts';
import type { FoundLink, LinkKind, LinkState } from './types.ts';

export interface LinkRequest {
  kind: LinkKind;
  /** Who had it sent; null: the person, from the sign-in page. */
  createdBy: string | null;
}

/**
 * Has a link to set a password mailed, in the caller's transaction; links sent earlier end. False: the account
 * is disabled or has no address, so nothing was done.
 *
 * A request on paper, with its reason and the channel of the answer as KPI-ONLINE knows it, would be an
 * account_links row without a mail: both would be columns of that table, filled here.
 */
export async function requestLink(
  trx: Transaction,
  { user, ...request }: LinkRequest & { user: { id: string } },
): Promise<boolean> {
  return (await requestLinks(trx, { ...request, users: [user] })).length === 1;
}

/**
 * The same for any number of people in four statements; who has no password yet gets an activation. Returns the ids of
 * those to whom mail goes: active, with an address.
 */
export async function requestLinks(
  trx: Transaction,
  { users, kind, createdBy }: LinkRequest & { users: readonly { id: string }[] },
): Promise<string[]> {
  const receivers = await lockReceivers(
    trx,
    users.map(({ id }) => id),
  );
  if (receivers.length === 0) return [];
  const ids = receivers.map(({ id }) => id);
  // nobody can have forgotten a password that was never set: that account is still to be activated
  const kindOf = ({ hasPassword }: { hasPassword: boolean }) => (hasPassword ? kind : 'activation');
  const wanted = receivers.map((receiver) => ({ userId: receiver.id, kind: kindOf(receiver) }));
  const links = await insertLinks(trx, wanted, createdBy);
  const linkOf = new Map(links.map(({ id, userId }) => [userId, id]));
  await queueMails(
    trx,
    receivers.map((receiver) => ({
      systemId: receiver.systemId,
      userId: receiver.id,
      address: receiver.email,
      kind: kindOf(receiver),
      data: { linkId: linkOf.get(receiver.id) ?? null },
    })),
  );
  return ids;
}

/** Ends all links of these people, in the caller's transaction: their accounts are disabled or changed hands. */
export async function endLinksOf(trx: Transaction, userIds: readonly string[]): Promise<void> {
  await endLinks(trx, userIds);
}

/**
 * Makes the token of a link while its mail is being sent: it lies nowhere but in the mail. Sent again, it is a
 * new one, and its time begins anew. Undefined: there is nothing to send any more (used, ended, disabled).
 */
export async function issueToken(db: Queryable, linkId: string, now: Date): Promise<string | undefined> {
  const kind = await findLivingKind(db, linkId);
  if (kind === undefined) return undefined;
  const token = newToken();
  return (await storeToken(db, linkId, hashOfToken(token), expiryOf(kind, now))) ? token : undefined;
}

/** What a token opens in this system, now. */
export async function findLink(
  db: Queryable,
  token: string,
  systemId: string,
  now: Date,
): Promise<FoundLink> {
  const link = await findByToken(db, hashOfToken(token));
  const state = stateOf(link, systemId, now);
  if (link === undefined || state !== 'valid') return { state: state === 'valid' ? 'unknown' : state };
  const { id: linkId, userId, username, email, kind } = link;
  return { state, linkId, userId, username, email, kind };
}

export interface LinkUse {
  token: string;
  systemId: string;
  passwordHash: string;
  now: Date;
}

/**
 * Sets the password that the link is for, once: all links of the person end, and every session. A reset is told
 * of by mail. Of two
 * uses at the same moment one finds it `used`. Anything but `valid` has changed nothing.
 */
export async function useLink(
  db: Db,
  { token, systemId, passwordHash, now }: LinkUse,
): Promise<{ state: LinkState }> {
  return db.transaction(async (trx) => {
    const seen = await findLink(trx, token, systemId, now);
    if (seen.state !== 'valid') return seen;
    await lockUser(trx, seen.userId);
    const link = await findLink(trx, token, systemId, now);
    if (link.state !== 'valid') return link;
    const { linkId, userId, email, kind } = link;
    await useUpLink(trx, linkId, userId, passwordHash, now);
    await endLinks(trx, [userId]);
    await endSessionsOf(trx, userId);
    await insertUserEvents(trx, [{ userId, byUserId: userId, kind: 'passwordSet', details: { kind } }], now);
    // of the first password nobody needs to be warned
    if (kind === 'reset' && email !== '') {
      const data = { what: 'password' };
      await queueMail(trx, { systemId, userId, address: email, kind: 'accountChanged', data });
    }
    return { state: 'valid' as const };
  });
}

/** The job behind "forgotten password": mails a reset link to each active account of this username or e-mail. */
export async function sendForgotten(
  db: Db,
  { systemId, account }: { systemId: string; account: string },
): Promise<void> {
  await db.transaction(async (trx) => {
    const users = await findForgotten(trx, systemId, account);
    if (users.length > 0) await requestLinks(trx, { users, kind: 'reset', createdBy: null });
  });
}
