import type { Db, Transaction } from '../../db/database.ts';
import { violatedConstraint } from '../../db/errors.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { forbidden, notFound } from '../../lib/errors.ts';
import { changePicture } from '../avatars/actions.ts';
import { insertUserEvents } from '../events/queries.ts';
import type { NewUserEvent } from '../events/types.ts';
import { tellOwner } from '../letters.ts';
import { endLinksOf, requestLink } from '../links/actions.ts';
import { insertUser, replaceHash } from '../queries.ts';
import { managedOffice, rolesOf } from '../rules.ts';
import { removeSecondFactor } from '../second-factor/actions.ts';
import { endSessionsOf } from '../sessions/actions.ts';
import type { Account } from '../types.ts';
import { findOfficeOf, lockWithAdmins, updateAccount } from './queries.ts';
import { changeProblems, differences } from './rules.ts';
import type { AccountChange, AccountOrder, ChangeResult, CreateResult } from './types.ts';

type Context = Pick<AppContext, 'db' | 'clock'>;

/**
 * Creates an account in an office that the manager looks after; without a password a link to set one is mailed
 * (R46–R53).
 */
export async function createAccount(
  { db, clock }: Context,
  manager: CurrentUser,
  order: AccountOrder,
): Promise<CreateResult> {
  try {
    return await db.transaction((trx) => create(trx, manager, order, clock()));
  } catch (error) {
    if (violatedConstraint(error) !== 'users_username_unique') throw error;
    return { outcome: 'refused', problems: { username: 'taken' } };
  }
}

async function create(
  trx: Transaction,
  manager: CurrentUser,
  order: AccountOrder,
  now: Date,
): Promise<CreateResult> {
  const own = managedOffice(manager);
  const office =
    own === null || own === order.officeId
      ? await findOfficeOf(trx, manager.systemId, order.officeId)
      : undefined;
  if (office === undefined) return { outcome: 'refused', problems: { office: 'officeUnknown' } };
  if (!rolesOf(office.kind).includes(order.role)) {
    return { outcome: 'refused', problems: { role: 'roleNotFitting' } };
  }
  const id = await insertUser(trx, { ...order, systemId: manager.systemId });
  await changePicture(trx, id, order.picture);
  const empty = { name: '', position: '', phone: '', email: '' };
  const details = {
    username: [null, order.username],
    ...differences(empty, { ...order, officeName: office.name }),
  };
  await insertUserEvents(trx, [{ userId: id, byUserId: manager.id, kind: 'created', details }], now);
  if (order.notify || order.passwordHash === null) await sendLink(trx, manager, id, 'activation', now);
  return { outcome: 'saved', id };
}

/**
 * Changes an account. Who is disabled is out at once, everywhere, and so is who gets a new password; links that
 * were mailed before end. Throws `notFound` for an account that the manager does not look after.
 */
export async function changeAccount(
  { db, clock }: Context,
  manager: CurrentUser,
  id: string,
  change: AccountChange,
): Promise<ChangeResult> {
  const own = managedOffice(manager);
  const place = { id, systemId: manager.systemId, officeId: own };
  return db.transaction(async (trx) => {
    const locked = await lockWithAdmins(trx, place);
    if (locked === undefined) throw notFound();
    const { account, otherAdmins } = locked;
    if (account.version !== change.version) return { outcome: 'changed', account };
    const office =
      own === null || own === change.officeId
        ? await findOfficeOf(trx, manager.systemId, change.officeId)
        : undefined;
    if (office === undefined) return { outcome: 'refused', problems: { office: 'officeUnknown' } };
    const after = { ...change, officeKind: office.kind, officeName: office.name };
    const problems = changeProblems(manager, account, after, otherAdmins);
    if (Object.keys(problems).length > 0) return { outcome: 'refused', problems };
    await store(trx, manager, account, { ...change, officeName: office.name }, clock());
    return { outcome: 'saved' };
  });
}

async function store(
  trx: Transaction,
  manager: CurrentUser,
  before: Account,
  change: AccountChange & { officeName: string },
  now: Date,
): Promise<void> {
  const event = { userId: before.id, byUserId: manager.id };
  const details = differences(before, change);
  const events: NewUserEvent[] = [];
  if (Object.keys(details).length > 0) events.push({ ...event, kind: kindOf(before, change), details });
  if (change.passwordHash !== null)
    events.push({ ...event, kind: 'passwordSet', details: { kind: 'manager' } });
  if (change.picture !== null) events.push({ ...event, kind: 'avatar' });
  if (events.length > 0) {
    await updateAccount(trx, before.id, change);
    await changePicture(trx, before.id, change.picture);
    await insertUserEvents(trx, events, now);
  }
  if (kindOf(before, change) === 'disabled' || change.passwordHash !== null) {
    await endSessionsOf(trx, before.id);
    await endLinksOf(trx, [before.id]);
  }
  const newPassword = change.passwordHash !== null;
  const { email, role, status } = change;
  await tellOwner(trx, before, { email, newPassword, role, status, by: manager.name });
  // the letter is a newcomer's: who has a password gets a link to reset it, or none
  if (change.notify && !before.hasPassword) await sendLink(trx, manager, before.id, 'activation', now);
}

function kindOf(
  before: Account,
  { status }: Pick<AccountChange, 'status'>,
): 'changed' | 'disabled' | 'enabled' {
  if (status === before.status) return 'changed';
  return status === 'disabled' ? 'disabled' : 'enabled';
}

/** Mails a link to set a new password, or the first one. `unreachable`: the account is disabled or has no address. */
export async function sendResetLink(
  { db, clock }: Context,
  manager: CurrentUser,
  id: string,
): Promise<{ outcome: 'sent' | 'unreachable'; account: Account }> {
  const place = { id, systemId: manager.systemId, officeId: managedOffice(manager) };
  return db.transaction(async (trx) => {
    const account = (await lockWithAdmins(trx, place))?.account;
    if (account === undefined) throw notFound();
    const kind = account.hasPassword ? 'reset' : 'activation';
    const sent = await sendLink(trx, manager, id, kind, clock());
    return { outcome: sent ? 'sent' : 'unreachable', account };
  });
}

/**
 * Takes the second factor from somebody who has lost it. False: there was none. The own one is given up on the page
 * that asks for a proof: `forbidden` here.
 */
export async function turnSecondFactorOff(
  { db, clock }: Context,
  manager: CurrentUser,
  id: string,
): Promise<boolean> {
  if (id === manager.id) throw forbidden();
  const place = { id, systemId: manager.systemId, officeId: managedOffice(manager) };
  return db.transaction(async (trx) => {
    if ((await lockWithAdmins(trx, place)) === undefined) throw notFound();
    return removeSecondFactor(trx, { userId: id, byUserId: manager.id, now: clock() });
  });
}

async function sendLink(
  trx: Transaction,
  manager: CurrentUser,
  userId: string,
  kind: 'activation' | 'reset',
  now: Date,
): Promise<boolean> {
  const sent = await requestLink(trx, { user: { id: userId }, kind, createdBy: manager.id });
  if (sent) {
    await insertUserEvents(
      trx,
      [{ userId, byUserId: manager.id, kind: 'linkRequested', details: { kind } }],
      now,
    );
  }
  return sent;
}

/** Gives all accounts with this password, by its hash, another one, and signs their people out. */
export async function replaceSharedPassword(db: Db, before: string, after: string): Promise<void> {
  await db.transaction(async (trx) => {
    await endSessionsOf(trx, await replaceHash(trx, before, after));
  });
}
