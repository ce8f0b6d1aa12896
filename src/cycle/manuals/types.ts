import type { FileState } from '../../threads/files/types.ts';

export const LONGEST_TITLE = 200;

/** A manual as the KPI office manages it. */
export interface Manual {
  id: string;
  title: string;
  fiscalYear: number | null;
  fileName: string;
  /** In bytes. */
  size: number;
  state: FileState;
  byName: string;
  at: Date;
}

export type ManualProblem = 'title' | 'tooLong' | 'year' | 'file' | 'oneFile';
export type ManualProblems = Partial<Record<'title' | 'year' | 'file', ManualProblem>>;

/** The file of a manual, to be sent. */
export interface ManualFile {
  key: string;
  name: string;
  size: number;
  mediaType: string | null;
}
