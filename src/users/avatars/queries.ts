import type { Queryable } from '../../db/database.ts';

const STORE = `
  with stored as (
    insert into avatars (user_id, picture) values (:userId, :picture)
    on conflict (user_id) do update set picture = excluded.picture
  )
  update users set avatar_hash = :hash where id = :userId`;

/** Keeps a person's portrait, in place of an earlier one. */
export async function storeAvatar(
  db: Queryable,
  userId: string,
  portrait: { picture: Buffer; hash: string },
): Promise<void> {
  await db.raw(STORE, { userId, ...portrait });
}

const REMOVE = `
  with removed as (delete from avatars where user_id = :userId)
  update users set avatar_hash = null where id = :userId`;

/** A letter stands in place of the portrait again. */
export async function removeAvatar(db: Queryable, userId: string): Promise<void> {
  await db.raw(REMOVE, { userId });
}

const FIND = `
  select a.picture
    from users u join avatars a on a.user_id = u.id
   where u.id = :userId and u.avatar_hash = :hash and u.system_id = :systemId
     and (:officeId::bigint is null or u.office_id = :officeId)`;

/** The portrait with this hash of a person of the system; `officeId` null: of any office. */
export async function findAvatar(
  db: Queryable,
  wanted: { userId: string; hash: string; systemId: string; officeId: string | null },
): Promise<Buffer | undefined> {
  const { rows } = await db.raw<{ rows: { picture: Buffer }[] }>(FIND, wanted);
  return rows[0]?.picture;
}
