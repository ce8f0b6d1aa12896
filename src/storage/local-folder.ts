import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { copyMeasured } from './copy.ts';
import { type FileStorage, type PutFile, type PutOptions, StorageError } from './types.ts';

const KEY = /^[0-9a-f]{32}$/;
const KEY_BYTES = 16;
const FOLDER = /^[0-9a-f]{2}$/;
/** Files that are still being written; on the same disk, so that renaming is one step. */
const UNFINISHED = 'unfinished';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** Files in a folder of this machine, as `ab/cd/abcd…`; nothing in it can be executed, or read by other accounts. */
export function localFolder(root: string): FileStorage {
  return {
    put: (source, options) => put(root, source, options),
    async open(key) {
      const handle = await open(pathOf(root, key), 'r').catch(missing);
      return handle.createReadStream();
    },
    async remove(key) {
      for (const path of [pathOf(root, key), join(root, UNFINISHED, key)]) await rm(path, { force: true });
    },
    async stat(key) {
      const found = await statIfThere(pathOf(root, key));
      return found?.isFile() ? { size: found.size, changedAt: found.mtime } : undefined;
    },
    listOlderThan: (moment) => listOlderThan(root, moment),
  };
}

async function put(root: string, source: Readable, { maxBytes, signal }: PutOptions): Promise<PutFile> {
  const key = randomBytes(KEY_BYTES).toString('hex');
  const unfinished = join(root, UNFINISHED, key);
  const final = pathOf(root, key);
  if (signal !== undefined) addAbortSignal(signal, source);
  let handle: FileHandle | undefined;
  try {
    await mkdir(dirname(unfinished), { recursive: true, mode: FOLDER_MODE });
    handle = await open(unfinished, 'wx', FILE_MODE);
    const measured = await copyMeasured(source, handle, maxBytes);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await mkdir(dirname(final), { recursive: true, mode: FOLDER_MODE });
    signal?.throwIfAborted();
    await rename(unfinished, final);
    await syncFolders(root, key);
    return { key, ...measured };
  } catch (error) {
    await handle?.close().catch(() => {});
    for (const path of [unfinished, final]) await rm(path, { force: true });
    throw FULL.has(codeOf(error)) ? new StorageError('full', error) : error;
  }
}

/** A file is as good as lost if the folder that names it is not on the disk. Windows has no such thing. */
async function syncFolders(root: string, key: string): Promise<void> {
  if (process.platform === 'win32') return;
  const deepest = dirname(pathOf(root, key));
  for (const folder of [deepest, dirname(deepest), root]) {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  }
}

async function* listOlderThan(root: string, moment: Date): AsyncIterable<string> {
  yield* olderIn(join(root, UNFINISHED), moment);
  for await (const first of namesIn(root)) {
    if (!FOLDER.test(first)) continue;
    for await (const second of namesIn(join(root, first))) {
      if (FOLDER.test(second)) yield* olderIn(join(root, first, second), moment);
    }
  }
}

async function* olderIn(folder: string, moment: Date): AsyncIterable<string> {
  for await (const name of namesIn(folder)) {
    if (!KEY.test(name)) continue;
    const found = await statIfThere(join(folder, name));
    if (found?.isFile() && found.mtime < moment) yield name;
  }
}

async function* namesIn(folder: string): AsyncIterable<string> {
  const entries = await opendir(folder).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error))) return [];
    throw error;
  });
  for await (const { name } of entries) yield name;
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

/** Throws for everything that `put` did not make up itself: no key leads out of the folder. */
function pathOf(root: string, key: string): string {
  if (!KEY.test(key)) throw new StorageError('missing');
  return join(root, key.slice(0, 2), key.slice(2, 4), key);
}

function missing(error: unknown): never {
  throw codeOf(error) === 'ENOENT' ? new StorageError('missing', error) : error;
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}
