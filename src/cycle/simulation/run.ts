import { startThread } from '../../lib/thread.ts';
import type { Simulated, SimulationInput } from './types.ts';

const TIME_LIMIT_MS = 120_000;
const MEMORY_MB = 512;

/** One at a time in a process: the others wait. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Computes a simulation in a thread of its own, so that pages are answered meanwhile. `progress` is told how many
 * offices are done. Undefined where it took longer than the limit; rejects where the thread failed.
 */
export function simulateInThread(
  input: SimulationInput,
  progress: (done: number) => void = () => {},
  limitMs: number = TIME_LIMIT_MS,
): Promise<Simulated | undefined> {
  const result = last.then(() => runThread(input, progress, limitMs));
  last = result.catch(() => {});
  return result;
}

function runThread(
  workerData: SimulationInput,
  progress: (done: number) => void,
  limitMs: number,
): Promise<Simulated | undefined> {
  const resourceLimits = { maxOldGenerationSizeMb: MEMORY_MB };
  const worker = startThread(import.meta.url, 'worker', { workerData, resourceLimits });
  return new Promise<Simulated | undefined>((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), limitMs);
    worker.on('message', (told: { done: number } | { result: Simulated }) => {
      if ('done' in told) progress(told.done);
      else resolve(told.result);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the simulation ended without a result')));
    worker.once('exit', () => clearTimeout(timer));
  }).finally(() => worker.terminate());
}
