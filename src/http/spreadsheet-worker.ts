import { parentPort, workerData } from 'node:worker_threads';
import { fileOf, type Table } from './spreadsheet-file.ts';

// a copy of its own, which is handed over and not copied again
const file = Uint8Array.from(await fileOf(workerData as readonly Table[]));
parentPort?.postMessage(file, [file.buffer]);
