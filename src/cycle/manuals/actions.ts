import type { AppContext } from '../../http/context.ts';
import type { StoredUpload } from '../../http/upload-files.ts';
import { notFound } from '../../lib/errors.ts';
import { keepFiles } from '../../threads/files/actions.ts';
import { insertManual, removeManual, updateManual } from './queries.ts';

type Context = Pick<AppContext, 'db' | 'clock' | 'config'>;
interface Editor {
  id: string;
  systemId: string;
}

export interface ManualWords {
  title: string;
  fiscalYear: number | null;
}

/** Offers a manual to everybody; with a scanner once it has looked at the file. */
export async function addManual(
  { db, clock, config }: Context,
  { id: userId, systemId }: Editor,
  words: ManualWords,
  file: StoredUpload,
): Promise<void> {
  await db.transaction(async (trx) => {
    const [fileId = ''] = await keepFiles(trx, [file], config);
    await insertManual(trx, { ...words, systemId, userId, now: clock(), fileId });
  });
}

/** Other words for a manual, and another file where one was sent: its address stays. Throws notFound. */
export async function changeManual(
  { db, clock, config }: Context,
  { id: userId, systemId }: Editor,
  id: string,
  change: ManualWords & { file: StoredUpload | undefined },
): Promise<void> {
  const { title, fiscalYear, file } = change;
  await db.transaction(async (trx) => {
    const [fileId = null] = file === undefined ? [] : await keepFiles(trx, [file], config);
    const now = clock();
    if (!(await updateManual(trx, { id, systemId, userId, title, fiscalYear, fileId, now })))
      throw notFound();
  });
}

/** Takes a manual away from the public. Throws notFound. */
export async function takeManualAway(
  { db, clock }: Context,
  { id: userId, systemId }: Editor,
  id: string,
): Promise<void> {
  if (!(await removeManual(db, { id, systemId, userId, now: clock() }))) throw notFound();
}
