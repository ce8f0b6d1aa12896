import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type FileStorage, type PutFile, StorageError } from './types.ts';

/** What a type is told by; beyond it no type of ours is looked for. */
const HEAD_BYTES = 4100;

/** Where bytes are added, each time all of them. */
interface Sink {
  appendFile(bytes: Buffer): Promise<void>;
}

/** Copies piece by piece and measures on the way. Throws a StorageError ('tooLarge') beyond so many bytes. */
export async function copyMeasured(
  source: Readable,
  sink: Sink,
  maxBytes: number,
): Promise<Omit<PutFile, 'key'>> {
  const hash = createHash('sha256');
  let head: Buffer = Buffer.alloc(0);
  let size = 0;
  for await (const piece of source.iterator({ destroyOnReturn: false })) {
    const bytes: Buffer = piece;
    size += bytes.length;
    if (size > maxBytes) throw new StorageError('tooLarge');
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, bytes]).subarray(0, HEAD_BYTES);
    hash.update(bytes);
    await sink.appendFile(bytes);
  }
  // what is kept of a file must not hold on to the piece that it was cut from
  return { size, sha256: hash.digest(), head: Buffer.from(head) };
}

/** The SHA-256 of what lies under a key now; undefined where nothing does. */
export async function sha256Of(
  storage: FileStorage,
  key: string,
  signal?: AbortSignal,
): Promise<Buffer | undefined> {
  const hash = createHash('sha256');
  try {
    for await (const piece of await storage.open(key)) {
      signal?.throwIfAborted();
      hash.update(piece);
    }
    return hash.digest();
  } catch (error) {
    if (error instanceof StorageError && error.code === 'missing') return undefined;
    throw error;
  }
}
