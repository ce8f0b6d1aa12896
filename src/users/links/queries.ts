import type { Queryable } from '../../db/database.ts';
import type { LinkKind, StoredLink } from './types.ts';

const LOCK_RECEIVERS = `
  select id, system_id as "systemId", email, password_hash is not null as "hasPassword" from users
   where id = any(:userIds::bigint[]) and status = 'active' and email <> ''
   order by id for no key update`;

/** Locks those of these people who can be sent a link: active, with an address. In the order of their ids. */
export async function lockReceivers(
  db: Queryable,
  userIds: readonly string[],
): Promise<{ id: string; systemId: string; email: string; hasPassword: boolean }[]> {
  const { rows } = await db.raw(LOCK_RECEIVERS, { userIds: [...userIds] });
  return rows;
}

const INSERT_LINKS = `
  with ended as (
    update account_links set ended_at = now()
     where user_id = any(:userIds::bigint[]) and ended_at is null and used_at is null
  )
  insert into account_links (user_id, kind, created_by)
  select user_id, kind, :createdBy from unnest(:userIds::bigint[], :kinds::text[]) as u (user_id, kind)
  returning id, user_id as "userId"`;

/** Ends the links of these people and stores a new one for each, without a token. */
export async function insertLinks(
  db: Queryable,
  links: readonly { userId: string; kind: LinkKind }[],
  createdBy: string | null,
): Promise<{ id: string; userId: string }[]> {
  const userIds = links.map(({ userId }) => userId);
  const kinds = links.map(({ kind }) => kind);
  const { rows } = await db.raw(INSERT_LINKS, { userIds, kinds, createdBy });
  return rows;
}

/** Ends what is left of a person's links. */
export async function endLinks(db: Queryable, userIds: readonly string[]): Promise<void> {
  await db('account_links')
    .whereIn('user_id', [...userIds])
    .whereNull('ended_at')
    .whereNull('used_at')
    .update({ ended_at: db.fn.now() });
}

const LIVING_KIND = `
  select l.kind from account_links l join users u on u.id = l.user_id
   where l.id = ? and l.used_at is null and l.ended_at is null and u.status = 'active'`;

/** The kind of a link that may be sent; undefined where it was used or ended, or its person is disabled. */
export async function findLivingKind(db: Queryable, linkId: string): Promise<LinkKind | undefined> {
  const { rows } = await db.raw<{ rows: { kind: LinkKind }[] }>(LIVING_KIND, [linkId]);
  return rows[0]?.kind;
}

const SENDER = `
  select u.name, o.name as office
    from account_links l join users u on u.id = l.created_by join offices o on o.id = u.office_id
   where l.id = ?`;

/** Who had a link sent, and of which office; undefined: the person, from the sign-in page. */
export async function findLinkSender(
  db: Queryable,
  linkId: string,
): Promise<{ name: string; office: string } | undefined> {
  const { rows } = await db.raw<{ rows: { name: string; office: string }[] }>(SENDER, [linkId]);
  return rows[0];
}

/**
 * Stores what is known of the token that is being sent; an earlier token of the same link ends. False: the link ended
 * meanwhile.
 */
export async function storeToken(
  db: Queryable,
  linkId: string,
  tokenHash: Buffer,
  expiresAt: Date,
): Promise<boolean> {
  const count = await db('account_links')
    .where({ id: linkId })
    .whereNull('ended_at')
    .whereNull('used_at')
    .update({ token_hash: tokenHash, expires_at: expiresAt });
  return count === 1;
}

const BY_TOKEN = `
  select l.id, l.kind, l.user_id as "userId", u.system_id as "systemId", u.username, u.email,
         u.status = 'active' as active, l.expires_at as "expiresAt", l.used_at as "usedAt", l.ended_at as "endedAt"
    from account_links l join users u on u.id = l.user_id
   where l.token_hash = ?`;

/** The link that this token was sent with. */
export async function findByToken(db: Queryable, tokenHash: Buffer): Promise<StoredLink | undefined> {
  const { rows } = await db.raw<{ rows: StoredLink[] }>(BY_TOKEN, [tokenHash]);
  return rows[0];
}

/** Locks an account against every other change of its links and password. */
export async function lockUser(db: Queryable, userId: string): Promise<void> {
  await db('users').where({ id: userId }).forNoKeyUpdate().first('id');
}

/** Sets the password that a link was used for. */
export async function useUpLink(
  db: Queryable,
  linkId: string,
  userId: string,
  passwordHash: string,
  now: Date,
): Promise<void> {
  await db('account_links').where({ id: linkId }).update({ used_at: now });
  await db('users').where({ id: userId }).update({ password_hash: passwordHash });
}

const QUEUE_FORGOTTEN = `
  select graphile_worker.add_job('forgotten-password', json_build_object('systemId', :systemId::text,
                                                                         'account', :account::text))`;

/** Leaves it to a job to look for the account that somebody has forgotten the password of. */
export async function queueForgotten(db: Queryable, systemId: string, account: string): Promise<void> {
  await db.raw(QUEUE_FORGOTTEN, { systemId, account });
}

const FORGOTTEN = `
  select id from users
   where system_id = :systemId and (lower(username) = lower(:account) or lower(email) = lower(:account))
   order by id limit 20`;

/** The accounts of this username or e-mail; one address may stand behind several of them. */
export async function findForgotten(
  db: Queryable,
  systemId: string,
  account: string,
): Promise<{ id: string }[]> {
  const { rows } = await db.raw<{ rows: { id: string }[] }>(FORGOTTEN, { systemId, account });
  return rows;
}
