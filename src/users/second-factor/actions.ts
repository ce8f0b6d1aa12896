import type { Db, Transaction } from '../../db/database.ts';
import { AppError } from '../../lib/errors.ts';
import { queueMail } from '../../notifications/actions.ts';
import { insertUserEvents } from '../events/queries.ts';
import { hashOfCode, newRecoveryCodes, stepOfCode } from './codes.ts';
import {
  deleteFactor,
  type FactorOwner,
  findAccount,
  findFactor,
  lockFactor,
  replaceRecoveryCodes,
  storeFactor,
  useRecoveryCode,
  useStep,
} from './queries.ts';
import { readCode } from './rules.ts';
import { decryptSecret, encryptSecret } from './secret.ts';
import type { CodeKind } from './types.ts';

export interface CodeAttempt {
  userId: string;
  /** As typed: may be anything. */
  typed: string;
  sessionSecret: string;
  now: Date;
}

/**
 * Whether this is a code of the person's second factor, and of which kind; undefined where it is not. A code
 * that was right is used up: of the app none older than it counts any more, a recovery code works once.
 */
export async function useCode(
  db: Db,
  { userId, typed, sessionSecret, now }: CodeAttempt,
): Promise<CodeKind | undefined> {
  const read = readCode(typed);
  if (read === undefined) return undefined;
  const { kind, code } = read;
  if (kind === 'recovery')
    return (await useRecoveryCode(db, userId, hashOfCode(code), now)) ? kind : undefined;
  const factor = await findFactor(db, userId);
  const secret = factor === undefined ? undefined : decryptSecret(factor.secret, userId, sessionSecret);
  const step = secret === undefined ? undefined : stepOfCode(secret, code, now);
  if (factor === undefined || step === undefined) return undefined;
  return (await useStep(db, userId, factor.secret, step)) ? kind : undefined;
}

export interface NewFactor {
  userId: string;
  secret: string;
  /** The code that shows that the app has the secret. */
  typed: string;
  sessionSecret: string;
  now: Date;
}

/**
 * Sets up a second factor and returns its recovery codes, which nobody ever sees again; undefined where the
 * code is not one of the secret. Throws `conflict` where the account has a second factor already.
 */
export async function setUpFactor(
  db: Db,
  { userId, secret, typed, sessionSecret, now }: NewFactor,
): Promise<string[] | undefined> {
  const read = readCode(typed);
  const step = read?.kind === 'app' ? stepOfCode(secret, read.code, now) : undefined;
  if (step === undefined) return undefined;
  const codes = newRecoveryCodes();
  await db.transaction(async (trx) => {
    const hidden = encryptSecret(secret, userId, sessionSecret);
    const owner = await storeFactor(trx, userId, hidden, step);
    if (owner === undefined) throw new AppError('conflict');
    await replaceRecoveryCodes(trx, userId, codes.map(hashOfCode));
    await insertUserEvents(trx, [{ userId, byUserId: userId, kind: 'secondFactorOn' }], now);
    await tell(trx, userId, owner, 'secondFactorOn');
  });
  return codes;
}

/** New recovery codes in place of the old ones; they are shown once. Throws `conflict` without a second factor. */
export async function makeRecoveryCodes(db: Db, userId: string, now: Date): Promise<string[]> {
  const codes = newRecoveryCodes();
  await db.transaction(async (trx) => {
    if (!(await lockFactor(trx, userId))) throw new AppError('conflict');
    await replaceRecoveryCodes(trx, userId, codes.map(hashOfCode));
    await insertUserEvents(trx, [{ userId, byUserId: userId, kind: 'recoveryCodesMade' }], now);
  });
  return codes;
}

export interface FactorRemoval {
  userId: string;
  /** Null: the operator, from the command line. */
  byUserId: string | null;
  now: Date;
}

/**
 * Takes the second factor from an account, in the caller's transaction, and mails the person that it is gone;
 * the password alone signs in again. False: there was none. Whether one may do it is the caller's to know.
 */
export async function removeSecondFactor(
  trx: Transaction,
  { userId, byUserId, now }: FactorRemoval,
): Promise<boolean> {
  const owner = await deleteFactor(trx, userId);
  if (owner === undefined) return false;
  await insertUserEvents(trx, [{ userId, byUserId, kind: 'secondFactorOff' }], now);
  await tell(trx, userId, owner, 'secondFactorOff');
  return true;
}

/** The same as an action of its own: by the person who has proved to be it. */
export async function removeOwnFactor(db: Db, userId: string, now: Date): Promise<void> {
  await db.transaction((trx) => removeSecondFactor(trx, { userId, byUserId: userId, now }));
}

/** For the operator: false where the account has no second factor. Throws `notFound` where there is no account. */
export async function resetSecondFactor(
  db: Db,
  account: { systemCode: string; username: string },
  now: Date,
): Promise<boolean> {
  const found = await findAccount(db, account.systemCode, account.username);
  if (found === undefined) throw new AppError('notFound');
  return db.transaction((trx) => removeSecondFactor(trx, { userId: found.id, byUserId: null, now }));
}

async function tell(
  trx: Transaction,
  userId: string,
  { systemId, email }: FactorOwner,
  what: 'secondFactorOn' | 'secondFactorOff',
): Promise<void> {
  if (email === '') return;
  await queueMail(trx, { systemId, userId, address: email, kind: 'accountChanged', data: { what } });
}
