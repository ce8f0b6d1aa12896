import type { Db } from '../src/db/database.ts';
import { type BenchSystem, createBenchSystem, PASSWORD } from './data.ts';
import { send, signIn } from './load.ts';
import { medianOf } from './measure.ts';
import { roundOf } from './world.ts';

const SMALL = 225;
const LARGE = 2250;
const SUB_INDICATORS = 20;
const REPETITIONS = 9;

export interface Growth {
  /** Milliseconds for the status matrix of so many offices, one request at a time. */
  small: number;
  large: number;
  factor: number;
  /** Ten times as many offices: linear is 10. */
  wanted: number;
  reached: boolean;
}

export type GrowthSystems = [BenchSystem, BenchSystem];

/** Two systems that differ only in their number of offices; set up before the application starts. */
export async function createGrowthSystems(db: Db): Promise<GrowthSystems> {
  const create = (code: string, offices: number) =>
    createBenchSystem(db, { code, offices, certifiers: 1, subIndicators: SUB_INDICATORS, onlyEntries: true });
  return [await create('small', SMALL), await create('large', LARGE)];
}

/** How the status matrix of the whole system grows with the number of offices, as the KPI office sees it. */
export async function measureGrowth(origin: string, systems: GrowthSystems): Promise<Growth> {
  const times: [number[], number[]] = [[], []];
  const cookies = [];
  for (const { code } of systems) cookies.push(await signIn(origin, code, 'kpi', PASSWORD));
  for (let repetition = -2; repetition < REPETITIONS; repetition += 1) {
    for (const at of [0, 1] as const) {
      const time = await timeOf(origin, systems[at], cookies[at] ?? '');
      if (repetition >= 0) times[at].push(time);
    }
  }
  const [small, large] = [medianOf(times[0]), medianOf(times[1])];
  const wanted = LARGE / SMALL;
  return { small, large, factor: large / small, wanted, reached: large / small <= wanted };
}

async function timeOf(origin: string, system: BenchSystem, cookie: string): Promise<number> {
  const path = `/${system.code}/status?round=${roundOf(system, 'ours')}`;
  const begin = performance.now();
  const { status } = await send(origin, { method: 'GET', path, cookie });
  if (status !== 200) throw new Error(`GET ${path} answered ${status}`);
  return performance.now() - begin;
}
