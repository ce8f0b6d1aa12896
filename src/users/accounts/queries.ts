import type { Queryable } from '../../db/database.ts';
import type { OfficeKind, Role } from '../../http/current-user.ts';
import type { Account, PersonFields, UserStatus } from '../types.ts';

const COLUMNS = `
  u.id, u.system_id as "systemId", u.office_id as "officeId", o.kind as "officeKind", o.name as "officeName",
  u.username, u.name, u.position, u.phone, u.email, u.role, u.status, u.locale,
  u.mail_preference as "mailPreference", u.avatar_hash as "avatarHash", u.password_hash is not null as "hasPassword",
  u.totp_secret is not null as "hasSecondFactor", u.last_login_at as "lastLoginAt", u.version`;

/** Where an account must be to be found; `officeId` null: in any office of the system. */
export interface AccountPlace {
  id: string;
  systemId: string;
  officeId: string | null;
}

const FIND = `
  select ${COLUMNS} from users u join offices o on o.id = u.office_id
   where u.id = :id and u.system_id = :systemId and (:officeId::bigint is null or u.office_id = :officeId)`;

/** An account of this system and, where one is named, of this office. */
export async function findAccount(db: Queryable, place: AccountPlace): Promise<Account | undefined> {
  const { rows } = await db.raw<{ rows: Account[] }>(FIND, { ...place });
  return rows[0];
}

const LOCK = `
  select ${COLUMNS}, exists (select from assignments a where a.user_id = u.id) as assigned
    from users u join offices o on o.id = u.office_id
   where u.system_id = :systemId
     and (u.id = :id or (u.status = 'active' and u.role in ('kpi_office', 'bureau_admin', 'district_admin')
                         and u.office_id = (select office_id from users where id = :id)))
   order by u.id
     for no key update of u`;

export interface LockedAccount extends Account {
  /** Is responsible for sub-indicators of some year. */
  assigned: boolean;
}

/**
 * Locks an account and the active admins of its office, in the order of their ids: of two people who disable each
 * other at the same moment the second one sees what the first one did.
 */
export async function lockWithAdmins(
  db: Queryable,
  place: AccountPlace,
): Promise<{ account: LockedAccount; otherAdmins: number } | undefined> {
  const { id, systemId, officeId } = place;
  const { rows } = await db.raw<{ rows: LockedAccount[] }>(LOCK, { id, systemId });
  const account = rows.find((row) => row.id === id);
  if (account === undefined || (officeId !== null && account.officeId !== officeId)) return undefined;
  return { account, otherAdmins: rows.filter((row) => row.id !== id && row.role === account.role).length };
}

export interface AccountUpdate extends PersonFields {
  role: Role;
  status: UserStatus;
  officeId: string;
  /** null: the password stays. */
  passwordHash: string | null;
}

/** Changes a locked account: it is of a new version. */
export async function updateAccount(db: Queryable, userId: string, update: AccountUpdate): Promise<void> {
  const { officeId, passwordHash, name, position, phone, email, role, status } = update;
  await db('users')
    .where({ id: userId })
    .update({
      ...{ name, position, phone, email, role, status, office_id: officeId },
      ...(passwordHash === null ? {} : { password_hash: passwordHash }),
      version: db.raw('version + 1'),
    });
}

/** The kind of an office that takes part in the system. */
export async function findOfficeOf(
  db: Queryable,
  systemId: string,
  officeId: string,
): Promise<{ id: string; kind: OfficeKind; name: string } | undefined> {
  return db('offices as o')
    .join('system_offices as so', 'so.office_id', 'o.id')
    .where({ 'so.system_id': systemId, 'o.id': officeId })
    .first('o.id', 'o.kind', 'o.name');
}
