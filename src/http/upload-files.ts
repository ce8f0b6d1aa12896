import { setMaxListeners } from 'node:events';
import type { Request, Response } from 'express';
import multer, { MulterError, type StorageEngine } from 'multer';
import { AppError } from '../lib/errors.ts';
import type { Logger } from '../lib/logger.ts';
import { mediaTypeOf } from '../storage/media-type.ts';
import { type FileStorage, type PutFile, StorageError } from '../storage/types.ts';
import { systemOf } from './current-user.ts';
import { safeFileName } from './file-name.ts';

/** Files of one form. */
export const MAX_FILES = 20;
const BYTES_PER_MEGABYTE = 1024 * 1024;
const MAX_FIELDS = 40;
// every part is read to its end, so that all fields arrive and every refused file can be named
const MAX_PARTS = 500;
const MAX_FIELD_BYTES = 200_000;

/** A file that lies in the storage, of which no row knows yet. */
export interface StoredUpload extends Omit<PutFile, 'head'> {
  /** The form's field. */
  field: string;
  /** As the sender called it, fit to be shown and to be saved under. */
  name: string;
  /** By its bytes; null: unknown. */
  mediaType: string | null;
}

/** Why files were not taken; `limit` in megabytes, for 'tooMany' in files. */
export interface FileProblem {
  code: 'tooLarge' | 'empty' | 'tooMany' | 'storageFull';
  /** The file's name; empty for 'tooMany'. */
  file: string;
  limit: number;
}

export interface ReceivedForm {
  /** As typed; with zod to read like `req.body` of a form without files. */
  fields: Record<string, unknown>;
  /** None where there is a problem: what had been stored is removed again. */
  files: StoredUpload[];
  problems: FileProblem[];
}

/** One request's files on their way. */
interface Receiving {
  storage: FileStorage;
  maxMegabytes: number;
  gone: AbortSignal;
  puts: Promise<StoredUpload | undefined>[];
  problems: FileProblem[];
}

/**
 * Reads a form with files straight into the storage; a form without any is read as always. Files of a form with a
 * problem, of a bad request or of a cut connection are removed before this returns or throws. Of the others the
 * caller either keeps the rows in its transaction or discards them. Call it behind sign-in and right: whoever may
 * not send must not fill the disk.
 */
export async function receiveFiles(
  req: Request,
  res: Response,
  { storage, logger }: { storage: FileStorage; logger: Logger },
): Promise<ReceivedForm> {
  const leaving = new AbortController();
  setMaxListeners(MAX_FILES, leaving.signal);
  const { maxFileMegabytes: maxMegabytes } = systemOf(req).settings;
  const receiving = { storage, maxMegabytes, gone: leaving.signal, puts: [], problems: [] } as Receiving;
  const leave = () => leaving.abort();
  req.once('aborted', leave);
  try {
    await readForm(req, res, receiving);
  } catch (error) {
    leave();
    await discardAll(receiving);
    throw asAppError(error, req);
  }
  req.off('aborted', leave);
  const { problems } = receiving;
  if (problems.some(({ code }) => code === 'storageFull'))
    logger.error('no space is left for uploaded files');
  if (problems.length > 0) await discardAll(receiving);
  const files = problems.length > 0 ? [] : await Promise.all(receiving.puts);
  return { fields: req.body ?? {}, files: files.filter((file) => file !== undefined), problems };
}

function readForm(req: Request, res: Response, receiving: Receiving): Promise<void> {
  const read = multer({
    storage: engineOf(receiving),
    defParamCharset: 'utf8',
    // otherwise a file called `..` would have no name, and be passed over in silence
    preservePath: true,
    fileFilter: (_req, _file, take) => take(null, mayTakeMore(receiving)),
    limits: {
      fields: MAX_FIELDS,
      parts: MAX_PARTS,
      fieldSize: MAX_FIELD_BYTES,
      fieldNameSize: 100,
      headerPairs: 20,
    },
  }).any();
  return new Promise((resolve, reject) => {
    read(req, res, (error: unknown) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

function mayTakeMore({ puts, problems }: Receiving): boolean {
  if (problems.some(({ code }) => code === 'storageFull' || code === 'tooMany')) return false;
  if (puts.length < MAX_FILES) return true;
  problems.push({ code: 'tooMany', file: '', limit: MAX_FILES });
  return false;
}

/** Removing is not left to multer: it does not wait for files that are still being written. */
function engineOf(receiving: Receiving): StorageEngine {
  return {
    _handleFile(_req, file, done) {
      const put = putOne(receiving, file);
      receiving.puts.push(put);
      put.then(
        () => done(null, {}),
        (error) => done(error),
      );
    },
    _removeFile: (_req, _file, done) => done(null),
  };
}

/** Undefined where the file is refused; the rest of it is read past, and the form goes on. */
async function putOne(
  { storage, maxMegabytes, gone, problems }: Receiving,
  { stream, originalname, fieldname: field }: Express.Multer.File,
): Promise<StoredUpload | undefined> {
  const name = safeFileName(originalname);
  const refuse = (code: FileProblem['code']) => {
    problems.push({ code, file: name, limit: maxMegabytes });
    stream.resume();
    return undefined;
  };
  try {
    const { head, ...put } = await storage.put(stream, {
      maxBytes: maxMegabytes * BYTES_PER_MEGABYTE,
      signal: gone,
    });
    if (put.size > 0) return { ...put, field, name, mediaType: await mediaTypeOf(head) };
    await storage.remove(put.key);
    return refuse('empty');
  } catch (error) {
    if (!(error instanceof StorageError) || error.code === 'missing') throw error;
    return refuse(error.code === 'full' ? 'storageFull' : 'tooLarge');
  }
}

async function discardAll({ storage, puts }: Receiving): Promise<void> {
  for (const put of await Promise.allSettled(puts)) {
    if (put.status === 'fulfilled' && put.value !== undefined) await storage.remove(put.value.key);
  }
}

/** Whoever hung up reads no answer; a form that cannot be read is a bad request; the rest is our trouble. */
function asAppError(error: unknown, req: Request): unknown {
  if (error instanceof MulterError && /^LIMIT_(FIELD|PART)/.test(error.code)) return new AppError('tooLarge');
  if (!req.complete || error instanceof MulterError || isFormError(error)) return new AppError('badRequest');
  return error;
}

/** What the reader of forms throws has no code: operating system, database and storage give one. */
function isFormError(error: unknown): boolean {
  return error instanceof Error && !('code' in error);
}
