import { createHash } from 'node:crypto';
import type { PictureProblem } from '../forms.ts';
import type { PictureChange } from '../types.ts';
import { makeAvatar } from './picture.ts';

const HASH_LENGTH = 32;

/** What a form says about the picture. */
export interface SentPicture {
  file: Buffer | undefined;
  fileProblem: 'tooLarge' | undefined;
  remove: boolean;
}

/** Makes a portrait of what was sent, or says why not. */
export async function pictureChange(
  sent: SentPicture,
): Promise<{ change: PictureChange; problem?: PictureProblem }> {
  if (sent.fileProblem !== undefined) return { change: null, problem: sent.fileProblem };
  if (sent.file === undefined) return { change: sent.remove ? 'removed' : null };
  const picture = await makeAvatar(sent.file);
  if (picture === undefined) return { change: null, problem: 'unreadable' };
  const hash = createHash('sha256').update(picture).digest('hex').slice(0, HASH_LENGTH);
  return { change: { picture, hash } };
}
