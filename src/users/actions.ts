import type { Db } from '../db/database.ts';
import { updateLocale } from './queries.ts';

/** From now on this person's pages are in this language, on every machine. */
export async function chooseLanguage(db: Db, userId: string, locale: 'th' | 'en'): Promise<void> {
  await updateLocale(db, userId, locale);
}
