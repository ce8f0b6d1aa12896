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

/** What a manual was at a time: its title, fiscal year (null: every year), and the name of its file. */
export interface ManualState {
  title: string;
  year: string | null;
  file: string;
}

/** Something that was done to a manual. */
export interface ManualEvent {
  kind: 'add' | 'change' | 'remove';
  at: Date;
  byName: string;
  before: ManualState | null;
  after: ManualState | null;
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
