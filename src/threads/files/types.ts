import type { FileStorage } from '../../storage/types.ts';

/** 'waiting': the virus scanner has not answered yet. */
export type FileState = 'waiting' | 'clean' | 'infected';

/** A file as its row knows it. */
export interface StoredFile {
  id: string;
  key: string;
  name: string;
  /** In bytes. */
  size: number;
  sha256: Buffer;
  mediaType: string | null;
  state: FileState;
  damagedAt: Date | null;
}

/** What makes a row of an upload. */
export interface NewFile {
  key: string;
  name: string;
  size: number;
  sha256: Buffer;
  mediaType: string | null;
}

/** How a file can be shown in the page. */
export type PreviewKind = 'picture' | 'pdf';

/** What a row says of a file, against what lies in the storage. */
export type FileDamage = 'missing' | 'altered';

/** A file that could not be given as it was sent. */
export interface DamagedFile {
  file: StoredFile;
  damage: FileDamage;
}

/** What the nightly reading of files works with. */
export interface FileWork {
  storage: FileStorage;
  /** Ends the work at once, in the middle of a file; what is left is done another time. */
  signal?: AbortSignal | undefined;
  /** Asked before each file: whether it is left for another time. */
  isOver: () => boolean;
}
