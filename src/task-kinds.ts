import type { TaskKinds } from './tasks/types.ts';

/** All work that the job queue does for somebody who watches it: one line for each kind, under the name it is stored by. */
export const TASK_KINDS: TaskKinds = {};
