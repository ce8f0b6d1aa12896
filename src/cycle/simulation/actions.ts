import type { AppContext } from '../../http/context.ts';
import { startTask } from '../../tasks/actions.ts';
import type { Progress, RunningTask } from '../../tasks/types.ts';
import { loadSimulation } from './load.ts';
import { SIMULATE, type SimulationPayload } from './rules.ts';
import { simulateInThread } from './run.ts';
import type { SimulationOutcome } from './types.ts';

/** Has a simulation computed by the job queue; the task's id. */
export async function startSimulation(
  { db }: Pick<AppContext, 'db'>,
  by: { id: string; systemId: string },
  payload: SimulationPayload,
): Promise<string> {
  return db.transaction((trx) =>
    startTask(trx, { systemId: by.systemId, kind: SIMULATE, payload, requestedBy: by.id }),
  );
}

/** Computes a simulation; nothing but its result is stored, with the task. */
export async function runSimulation(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  { id: taskId, systemId, payload }: RunningTask<SimulationPayload>,
  progress: Progress,
): Promise<SimulationOutcome> {
  const input = await loadSimulation(db, { systemId, ...payload }, clock());
  if (typeof input === 'string') return { outcome: input };
  const { length } = input.offices;
  progress(0, length);
  const simulated = await simulateInThread(input, (done) => progress(done, length));
  return simulated === undefined ? { outcome: 'tooLong' } : { outcome: 'done', taskId, ...simulated };
}
