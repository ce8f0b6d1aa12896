import type { SessionData } from 'express-session';
import type { Queryable } from '../db/database.ts';
import { type Reader, rowsOf } from '../db/statement.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { countNewOf } from './new-items.ts';
import type { NewUser } from './types.ts';

const COLUMNS = `
  u.id, u.system_id as "systemId", u.office_id as "officeId", o.kind as "officeKind", o.type as "officeType",
  o.name as "officeName", o.short_name as "officeShortName", u.username, u.name, u.role, u.locale,
  u.certify_keys as "certifyKeys", u.totp_secret is not null as "hasSecondFactor", u.avatar_hash as "avatarHash",
  u.profile_saved_at as "profileSavedAt", ${countNewOf('u.office_id', 'u.system_id')} as "newItems"`;

const CURRENT_USER = `
  select ${COLUMNS} from users u join offices o on o.id = u.office_id
   where u.id = ? and u.system_id = ? and u.status = 'active'`;

const SESSION_WITH_USER = `
  select s.sess, ${COLUMNS}
    from sessions s
    left join users u on u.id = (s.sess -> 'passport' ->> 'user')::bigint
                     and u.system_id = :systemId and u.status = 'active'
    left join offices o on o.id = u.office_id
   where s.sid = :sid and s.expire >= now()`;

/**
 * A stored session together with the active user of this system whose it is: every request asks for both.
 * Undefined where there is no such session, `user` undefined where nobody of this system is signed in.
 */
export async function findSessionWithUser(
  db: Reader,
  sid: string,
  systemId: string,
): Promise<{ session: SessionData; user: CurrentUser | undefined } | undefined> {
  const rows = await rowsOf<CurrentUser & { sess: SessionData }>(db, SESSION_WITH_USER, {
    sid,
    systemId,
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  const { sess: session, ...user } = row;
  return { session, user: user.id === null ? undefined : user };
}

/** The active user of this system with this id; a disabled one, or one of another system, is not found. */
export async function findCurrentUser(
  db: Queryable,
  userId: string,
  systemId: string,
): Promise<CurrentUser | undefined> {
  const { rows } = await db.raw<{ rows: CurrentUser[] }>(CURRENT_USER, [userId, systemId]);
  return rows[0];
}

/** The account behind a typed username, active or not; capital letters make no difference. */
export async function findForSignIn(
  db: Queryable,
  systemId: string,
  username: string,
): Promise<{ id: string; passwordHash: string | null } | undefined> {
  return db('users')
    .where({ system_id: systemId })
    .whereRaw('lower(username) = lower(?)', [username])
    .first('id', { passwordHash: 'password_hash' });
}

const SHARED_HASHES = `
  select password_hash as hash from users where password_hash is not null
   group by password_hash having count(*) > 1`;

/** Password hashes that several accounts have in common: salted as they are, that happens to the demo's alone. */
export async function listSharedHashes(db: Queryable): Promise<string[]> {
  const { rows } = await db.raw<{ rows: { hash: string }[] }>(SHARED_HASHES);
  return rows.map(({ hash }) => hash);
}

/** Gives all accounts with this password another one; returns whose they are. */
export async function replaceHash(db: Queryable, before: string, after: string): Promise<string[]> {
  const changed = await db('users')
    .where({ password_hash: before })
    .update({ password_hash: after })
    .returning('id');
  return changed.map(({ id }) => id);
}

/** Keeps the language that somebody chose. */
export async function updateLocale(db: Queryable, userId: string, locale: 'th' | 'en'): Promise<void> {
  await db('users').where({ id: userId }).update({ locale });
}

/** Creates an account; returns its id. A username that the system has already violates `users_username_unique`. */
export async function insertUser(db: Queryable, user: NewUser): Promise<string> {
  const [row] = await db('users').insert(
    {
      system_id: user.systemId,
      office_id: user.officeId,
      username: user.username,
      password_hash: user.passwordHash,
      name: user.name,
      position: user.position ?? '',
      phone: user.phone ?? '',
      email: user.email ?? '',
      role: user.role,
      status: user.status ?? 'active',
    },
    ['id'],
  );
  return row.id;
}

/** Keeps whether the certifier's keys are on. */
export async function updateCertifyKeys(db: Queryable, userId: string, on: boolean): Promise<void> {
  await db('users').where({ id: userId }).update({ certify_keys: on });
}
