import { afterAll, beforeAll } from 'vitest';
import { dataOfTheDemo } from './data.ts';
import { emptyDatabase, type LoadedDemo, load } from './demo-database.ts';
import { historyOfTheDemo } from './history.ts';
import { passwordOfTheDemo } from './password.ts';
import { threadsOfTheDemo } from './threads.ts';

let demo: LoadedDemo;
let stop: () => Promise<void>;

// loading takes longer than everything that is looked at
beforeAll(async () => {
  const { stop: end, ...empty } = await emptyDatabase();
  stop = end;
  demo = { ...empty, summary: await load(empty) };
  console.log(`${demo.summary.statements} statements, ${demo.summary.milliseconds} ms`);
}, 180_000);
afterAll(() => stop());

dataOfTheDemo(() => demo);
threadsOfTheDemo(() => demo);
passwordOfTheDemo(() => demo);
// loads it again
historyOfTheDemo(() => demo);
