import type { Db, Transaction } from '../../db/database.ts';
import { isDatabaseAway } from '../../db/errors.ts';
import type { Logger } from '../../lib/logger.ts';
import { sha256Of } from '../../storage/copy.ts';
import { scan } from '../../storage/scanner.ts';
import type { FileStorage } from '../../storage/types.ts';
import {
  filesToCheck,
  findFile,
  insertFiles,
  knownKeys,
  noteChecks,
  queueScans,
  settleScan,
} from './queries.ts';
import type { DamagedFile, FileDamage, FileWork, NewFile, StoredFile } from './types.ts';

const MS_PER_DAY = 86_400_000;
/** A request that is still writing is younger than this by far. */
const ORPHAN_AGE_MS = MS_PER_DAY;
const BATCH = 200;
/** Files read in one night; and when the last one is begun: no job may last longer than a few minutes. */
const CHECKS_A_NIGHT = 5000;
const CHECK_MS = 240_000;

/**
 * Stores the rows of received files in the caller's transaction; answers their ids in the same order. With a
 * scanner they wait for it, and its jobs are added with them.
 */
export async function keepFiles(
  trx: Transaction,
  uploads: readonly NewFile[],
  { clamdUrl }: { clamdUrl: string | undefined },
): Promise<string[]> {
  const ids = await insertFiles(trx, uploads, clamdUrl === undefined ? 'clean' : 'waiting');
  if (clamdUrl !== undefined) await queueScans(trx, ids);
  return ids;
}

/** Removes received files that are not to be kept: a form with mistakes, a change that was refused. */
export async function discardFiles(
  { db, storage }: { db: Db; storage: FileStorage },
  uploads: readonly Pick<NewFile, 'key'>[],
): Promise<void> {
  if (uploads.length === 0) return;
  const keys = uploads.map(({ key }) => key);
  const known = await knownKeys(db, keys);
  for (const key of keys) if (!known.has(key)) await storage.remove(key);
}

/**
 * Does the work that stores rows of these files; where it throws, the files are removed. Only when the database
 * went away nobody knows what became of the transaction: then the nightly clean-up finds out.
 */
export async function orDiscard<Result>(
  context: { db: Db; storage: FileStorage },
  uploads: readonly Pick<NewFile, 'key'>[],
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isDatabaseAway(error)) await discardFiles(context, uploads).catch(() => {});
    throw error;
  }
}

/** What is wrong with a file as it lies in the storage now; null: it is what was sent. */
export async function damageOf(
  storage: FileStorage,
  { key, sha256 }: Pick<StoredFile, 'key' | 'sha256'>,
  signal?: AbortSignal,
): Promise<FileDamage | null> {
  const found = await sha256Of(storage, key, signal);
  if (found === undefined) return 'missing';
  return found.equals(sha256) ? null : 'altered';
}

/** The same, for somebody who wants it now; a change of its state is noted and told. */
export async function checkFile(
  { db, storage, logger, clock }: { db: Db; storage: FileStorage; logger: Logger; clock: () => Date },
  file: StoredFile,
): Promise<FileDamage | null> {
  const damage = await damageOf(storage, file);
  if (damage !== null) tell(logger, { file, damage });
  if ((damage !== null) !== (file.damagedAt !== null)) {
    await noteChecks(db, [{ id: file.id, damaged: damage !== null }], clock());
  }
  return damage;
}

/** Hands a waiting file to the scanner. Throws where it gives no verdict: the file goes on waiting. */
export async function scanFile(
  {
    db,
    storage,
    logger,
    config,
  }: {
    db: Db;
    storage: FileStorage;
    logger: Logger;
    config: { clamdUrl: string | undefined };
  },
  fileId: string,
): Promise<void> {
  const file = await findFile(db, fileId);
  if (file?.state !== 'waiting') return;
  // whoever turned the scanner off wants the files that wait for it
  if (config.clamdUrl === undefined) return settleScan(db, file.id, 'clean');
  const verdict = await scan(config.clamdUrl, await storage.open(file.key));
  if (verdict.infected) {
    logger.warn(
      { fileId: file.id, virus: verdict.name },
      'an uploaded file is infected, and is kept from everybody',
    );
  }
  await settleScan(db, file.id, verdict.infected ? 'infected' : 'clean');
}

/** Removes what no row knows and nobody is about to make a row of; answers how many files. */
export async function removeOrphans(
  { db, storage, logger, clock }: { db: Db; storage: FileStorage; logger: Logger; clock: () => Date },
  signal?: AbortSignal,
): Promise<number> {
  const before = new Date(clock().getTime() - ORPHAN_AGE_MS);
  let removed = 0;
  for await (const keys of inBatches(storage.listOlderThan(before))) {
    if (signal?.aborted) break;
    const known = await knownKeys(db, keys);
    for (const key of keys.filter((one) => !known.has(one))) {
      await storage.remove(key);
      removed += 1;
    }
  }
  if (removed > 0) logger.info({ removed }, 'files that no row knows were removed');
  return removed;
}

/** Reads files that were not read for the longest time, and notes and tells which are missing or altered. */
export async function checkOldest(
  { db, storage, logger, clock }: { db: Db; storage: FileStorage; logger: Logger; clock: () => Date },
  signal?: AbortSignal,
): Promise<DamagedFile[]> {
  const now = clock();
  const isOver = () => signal?.aborted === true || clock().getTime() - now.getTime() > CHECK_MS;
  const damaged: DamagedFile[] = [];
  for (let left = CHECKS_A_NIGHT; left > 0; left -= BATCH) {
    const files = await filesToCheck(db, { before: now, limit: Math.min(BATCH, left) });
    const { checks, found } = await checkBatch(files, { storage, signal, isOver });
    await noteChecks(db, checks, now);
    damaged.push(...found);
    if (files.length < BATCH || isOver()) break;
  }
  for (const one of damaged) tell(logger, one);
  return damaged;
}

async function checkBatch(files: readonly StoredFile[], { storage, signal, isOver }: FileWork) {
  const checks: { id: string; damaged: boolean }[] = [];
  const found: DamagedFile[] = [];
  for (const file of files) {
    if (isOver()) break;
    const damage = await damageOf(storage, file, signal).catch((error: unknown) => {
      if (signal?.aborted) return undefined;
      throw error;
    });
    if (damage === undefined) break;
    checks.push({ id: file.id, damaged: damage !== null });
    if (damage !== null) found.push({ file, damage });
  }
  return { checks, found };
}

/** Not its name: what people call their files is nobody's business. */
function tell(logger: Logger, { file, damage }: DamagedFile): void {
  const { id: fileId, key } = file;
  logger.error({ fileId, key, damage }, 'a stored file is not what was sent');
}

async function* inBatches(keys: AsyncIterable<string>): AsyncIterable<string[]> {
  let batch: string[] = [];
  for await (const key of keys) {
    batch.push(key);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
