import type { AppContext } from '../../http/context.ts';
import type { StoredUpload } from '../../http/upload-files.ts';
import { notFound } from '../../lib/errors.ts';
import { discardFiles, keepFiles } from '../../threads/files/actions.ts';
import {
  deleteFileRow,
  insertManual,
  insertManualEvent,
  lockManual,
  removeManual,
  updateManual,
} from './queries.ts';
import type { ManualState } from './types.ts';

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
    const now = clock();
    const id = await insertManual(trx, { ...words, systemId, userId, now, fileId });
    const after = stateOf(words, file.name);
    await insertManualEvent(trx, { systemId, id, now, userId, kind: 'add', before: null, after });
  });
}

/**
 * Other words for a manual, and another file where one was sent: its address stays, the old file is not kept. Nothing
 * is stored where nothing is different. Throws notFound.
 */
export async function changeManual(
  { db, clock, config, storage }: Context & Pick<AppContext, 'storage'>,
  { id: userId, systemId }: Editor,
  id: string,
  change: ManualWords & { file: StoredUpload | undefined },
): Promise<void> {
  const { title, fiscalYear, file } = change;
  const key = await db.transaction(async (trx) => {
    const was = await lockManual(trx, systemId, id);
    if (was === undefined) throw notFound();
    const { fileId: oldFileId, ...before } = was;
    const after = stateOf(change, file?.name ?? before.file);
    if (file === undefined && before.title === after.title && before.year === after.year) return undefined;
    const [fileId = null] = file === undefined ? [] : await keepFiles(trx, [file], config);
    const now = clock();
    await updateManual(trx, { id, systemId, userId, title, fiscalYear, fileId, now });
    await insertManualEvent(trx, { systemId, id, now, userId, kind: 'change', before, after });
    return fileId === null ? undefined : deleteFileRow(trx, oldFileId);
  });
  await removeBytes({ db, storage }, key);
}

/** Takes a manual away from the public, and its file from the storage. Throws notFound. */
export async function takeManualAway(
  { db, clock, storage }: Pick<AppContext, 'db' | 'clock' | 'storage'>,
  { id: userId, systemId }: Editor,
  id: string,
): Promise<void> {
  const key = await db.transaction(async (trx) => {
    const was = await lockManual(trx, systemId, id);
    if (was === undefined) throw notFound();
    const { fileId, ...before } = was;
    const now = clock();
    await removeManual(trx, { id, systemId, userId, now });
    await insertManualEvent(trx, { systemId, id, now, userId, kind: 'remove', before, after: null });
    return deleteFileRow(trx, fileId);
  });
  await removeBytes({ db, storage }, key);
}

function stateOf({ title, fiscalYear }: ManualWords, file: string): ManualState {
  return { title, year: fiscalYear === null ? null : String(fiscalYear), file };
}

/** After the commit; what stays because the storage is away goes with the nightly clean-up. */
async function removeBytes(
  context: Pick<AppContext, 'db' | 'storage'>,
  key: string | undefined,
): Promise<void> {
  if (key !== undefined) await discardFiles(context, [{ key }]).catch(() => {});
}
