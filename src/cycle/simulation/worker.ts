import { parentPort, workerData } from 'node:worker_threads';
import { simulate } from './compute.ts';
import type { SimulationInput } from './types.ts';

const TELL_EVERY = 20;

const result = simulate(workerData as SimulationInput, (done) => {
  if (done % TELL_EVERY === 0) parentPort?.postMessage({ done });
});
parentPort?.postMessage({ result });
