import type { Transaction } from '../../db/database.ts';
import type { PictureChange } from '../types.ts';
import { removeAvatar, storeAvatar } from './queries.ts';

/** Stores or removes a person's portrait, in the caller's transaction. */
export async function changePicture(trx: Transaction, userId: string, change: PictureChange): Promise<void> {
  if (change === 'removed') await removeAvatar(trx, userId);
  else if (change !== null) await storeAvatar(trx, userId, change);
}
