import type { Readable } from 'node:stream';

/** What is known of bytes that were just stored. */
export interface PutFile {
  /** The random name under which they lie. */
  key: string;
  /** In bytes. */
  size: number;
  sha256: Buffer;
  /** The first bytes, enough to tell the type by. */
  head: Buffer;
}

export interface PutOptions {
  /** More than so many bytes are refused. */
  maxBytes: number;
  /** Ends the writing, e.g. because the sender is gone. */
  signal?: AbortSignal | undefined;
}

/** Where uploaded bytes live: a folder, or a bucket. Keys are random; who a file belongs to is not known here. */
export interface FileStorage {
  /**
   * Stores everything that the source gives, however much: nothing is kept in memory. When it returns, the bytes
   * outlive a loss of power; when it throws, nothing of them is left. Throws a StorageError ('tooLarge', 'full'),
   * or what the source broke off with. The source is left as it is: whoever made it drains or destroys it.
   */
  put(source: Readable, options: PutOptions): Promise<PutFile>;
  /** Throws a StorageError ('missing'). */
  open(key: string): Promise<Readable>;
  /** Whatever lies under the key; nothing there is no error. */
  remove(key: string): Promise<void>;
  stat(key: string): Promise<{ size: number; changedAt: Date } | undefined>;
  /** Every key last written before this moment, unfinished ones too; in no order. */
  listOlderThan(moment: Date): AsyncIterable<string>;
}

/** The storage cannot do what it was asked. */
export class StorageError extends Error {
  readonly code: 'tooLarge' | 'full' | 'missing';

  constructor(code: StorageError['code'], cause?: unknown) {
    super(`storage: ${code}`, { cause });
    this.name = 'StorageError';
    this.code = code;
  }
}
