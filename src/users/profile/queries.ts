import type { Queryable } from '../../db/database.ts';
import type { MailPreference, PersonFields } from '../types.ts';

export interface ProfileUpdate extends PersonFields {
  locale: 'th' | 'en';
  mailPreference: MailPreference;
}

/** Stores what a person says about the own account: it is of a new version, and looked through at `now`. */
export async function updateProfile(
  db: Queryable,
  userId: string,
  update: ProfileUpdate,
  now: Date,
): Promise<void> {
  const { name, position, phone, email, locale, mailPreference } = update;
  await db('users')
    .where({ id: userId })
    .update({
      ...{ name, position, phone, email, locale },
      mail_preference: mailPreference,
      profile_saved_at: now,
      version: db.raw('version + 1'),
    });
}

/** Sets a password in place of the present one. */
export async function updatePassword(db: Queryable, userId: string, passwordHash: string): Promise<void> {
  await db('users').where({ id: userId }).update({ password_hash: passwordHash });
}
