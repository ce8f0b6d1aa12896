import type { Queryable } from '../../db/database.ts';
import type { StoredFactor } from './types.ts';

const FACTOR = `
  select u.totp_secret as secret,
         (select count(*)::int from recovery_codes c where c.user_id = u.id and c.used_at is null) as "codesLeft"
    from users u where u.id = ? and u.status = 'active' and u.totp_secret is not null`;

/** The second factor of an active account, undefined where there is none. */
export async function findFactor(db: Queryable, userId: string): Promise<StoredFactor | undefined> {
  const { rows } = await db.raw<{ rows: StoredFactor[] }>(FACTOR, [userId]);
  return rows[0];
}

const USE_STEP = `
  update users set totp_last_step = :step
   where id = :userId and totp_secret = :secret and (totp_last_step is null or totp_last_step < :step)`;

/** Takes the code of this time step: false where it, or a later one, was used before. */
export async function useStep(db: Queryable, userId: string, secret: string, step: number): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(USE_STEP, { userId, secret, step });
  return rowCount === 1;
}

const USE_CODE = `
  with used as (
    update recovery_codes set used_at = :now
     where user_id = :userId and code_hash = :codeHash and used_at is null returning user_id
  )
  insert into user_events (user_id, by_user_id, kind, at)
  select user_id, user_id, 'recoveryCodeUsed', :now from used`;

/** Takes a recovery code and notes it in the account's history: false where it is none, or was used before. */
export async function useRecoveryCode(
  db: Queryable,
  userId: string,
  codeHash: Buffer,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(USE_CODE, { userId, codeHash, now });
  return rowCount === 1;
}

/** Whose second factor changes, for the mail that tells of it. */
export interface FactorOwner {
  systemId: string;
  email: string;
}

const STORE = `
  update users set totp_secret = :secret, totp_last_step = :step
   where id = :userId and status = 'active' and totp_secret is null
  returning system_id as "systemId", email`;

/** Gives an account without second factor one; undefined where it has one. */
export async function storeFactor(
  db: Queryable,
  userId: string,
  secret: string,
  step: number,
): Promise<FactorOwner | undefined> {
  const { rows } = await db.raw<{ rows: FactorOwner[] }>(STORE, { userId, secret, step });
  return rows[0];
}

const DELETE = `
  update users set totp_secret = null, totp_last_step = null
   where id = ? and totp_secret is not null
  returning system_id as "systemId", email`;

/** Takes the second factor from an account; undefined where it has none. */
export async function deleteFactor(db: Queryable, userId: string): Promise<FactorOwner | undefined> {
  const { rows } = await db.raw<{ rows: FactorOwner[] }>(DELETE, [userId]);
  if (rows[0] !== undefined) await db('recovery_codes').where({ user_id: userId }).delete();
  return rows[0];
}

/** Locks an account that has a second factor; false where it has none. */
export async function lockFactor(db: Queryable, userId: string): Promise<boolean> {
  const row = await db('users')
    .where({ id: userId })
    .whereNotNull('totp_secret')
    .forNoKeyUpdate()
    .first('id');
  return row !== undefined;
}

/** Puts these recovery codes in place of all earlier ones. */
export async function replaceRecoveryCodes(
  db: Queryable,
  userId: string,
  codeHashes: readonly Buffer[],
): Promise<void> {
  await db('recovery_codes').where({ user_id: userId }).delete();
  await db('recovery_codes').insert(codeHashes.map((codeHash) => ({ user_id: userId, code_hash: codeHash })));
}

/** The account of a username in the system of this code; undefined where there is none. */
export async function findAccount(
  db: Queryable,
  systemCode: string,
  username: string,
): Promise<{ id: string } | undefined> {
  return db('users as u')
    .join('systems as s', 's.id', 'u.system_id')
    .where('s.code', systemCode)
    .whereRaw('lower(u.username) = lower(?)', [username])
    .first('u.id');
}

/** The password of an account, to ask for it again. */
export async function findPasswordHash(db: Queryable, userId: string): Promise<string | null | undefined> {
  const row = await db('users').where({ id: userId, status: 'active' }).first('password_hash');
  return row?.password_hash;
}
