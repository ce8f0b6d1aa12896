import { CARRY_TASKS } from './cycle/carry-over/tasks.ts';
import { LIST_TASKS } from './cycle/lists/tasks.ts';
import { PUBLISH_TASKS } from './cycle/revisions/tasks.ts';
import { SEAL_TASKS } from './cycle/seal/tasks.ts';
import { SIMULATION_TASKS } from './cycle/simulation/tasks.ts';
import type { TaskKinds } from './tasks/types.ts';

/** All work that the job queue does for somebody who watches it, under the names that it is stored by. */
export const TASK_KINDS: TaskKinds = {
  ...LIST_TASKS,
  ...SIMULATION_TASKS,
  ...PUBLISH_TASKS,
  ...CARRY_TASKS,
  ...SEAL_TASKS,
};
