import type { AppContext } from '../http/context.ts';

const TASK_STATES = ['waiting', 'running', 'done', 'failed'] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** A piece of work that takes longer than a page may. */
export interface NewTask {
  systemId: string;
  /** One of the program's kinds (src/task-kinds.ts). */
  kind: string;
  /** What is to be done, as JSON. */
  payload: object;
  /** The person who watches it, beside the KPI office. */
  requestedBy: string;
}

/** A task as it is stored. */
export interface StoredTask {
  id: string;
  systemId: string;
  kind: string;
  payload: unknown;
  state: TaskState;
  /** How far it is: `done` of `total`; a total of 0 says nothing yet. */
  done: number;
  total: number;
  /** What the kind returned; of a failed task `{ code }`, an error of the catalogue; null until it is over. */
  result: unknown;
  requestedBy: string;
  requestedByName: string;
  requestedAt: Date;
  finishedAt: Date | null;
}

/** A task that is being done. */
export interface RunningTask<Payload> {
  id: string;
  systemId: string;
  payload: Payload;
  requestedBy: string;
}

/** Tells how far the work is. May be called any number of times, also within a transaction: it waits for nothing. */
export type Progress = (done: number, total: number) => void;

/** A text of the catalogue. */
export interface Sentence {
  key: string;
  values?: Record<string, string | number>;
}

/** What there is to read when a task is over. */
export interface TaskStory {
  level: 'success' | 'warning' | 'danger';
  /** A sentence each; `href` lies below the system's path, e.g. `/rounds`. */
  lines: readonly (Sentence & { href?: string })[];
  /** Where to go on. */
  next?: Sentence & { href: string };
}

/** A kind of work as the domains hand it in, and as the queue and the pages take it: see `taskKind`. */
export interface TaskKind {
  title(payload: unknown): Sentence;
  run(context: AppContext, task: RunningTask<unknown>, progress: Progress): Promise<object>;
  tell(result: unknown, payload: unknown): TaskStory;
}

/** Every kind of work by its name. */
export type TaskKinds = Readonly<Record<string, TaskKind>>;
