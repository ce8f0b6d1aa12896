import { type Connection, type LoadResult, runLoad } from './load.ts';
import type { RunningServer } from './servers.ts';

/** One side of a pair: puts the database in order before each run, and hands out its connections. */
export interface Side {
  server: RunningServer;
  prepare(): Promise<Connection[]>;
}

/** A path of the application beside its bare limit. */
export interface Pair {
  name: string;
  label: string;
  /** The ratio ours ÷ bare that is wanted at least. */
  wanted: number;
  ours: Side;
  bare: Side;
}

export interface SideResult {
  /** Requests a second of each run. */
  runs: number[];
  min: number;
  median: number;
  max: number;
  /** Median of the runs' median latencies, and of their 99th percentiles, in milliseconds. */
  latency: number;
  p99: number;
  /** CPU time of the Node process for one request, in milliseconds: hardly depends on what else the machine does. */
  cpuMs: number | null;
}

export interface PairResult {
  name: string;
  label: string;
  ours: SideResult;
  bare: SideResult;
  ratios: number[];
  ratio: number;
  wanted: number;
  reached: boolean;
}

// A server runs for weeks: the first seconds, in which V8 still compiles, are not what its users meet.
const WARM_UP_SECONDS = 6;

/**
 * Runs both sides in turn, A B A B, and compares each run with its neighbour: whatever else the machine does
 * meets both. The median of these ratios counts.
 */
export async function measurePair(
  pair: Pair,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<PairResult> {
  const ours: RunResult[] = [];
  const bare: RunResult[] = [];
  for (const side of [pair.ours, pair.bare]) await run(side, Math.min(WARM_UP_SECONDS, 2 * seconds));
  for (let round = 0; round < rounds; round += 1) {
    ours.push(await run(pair.ours, seconds));
    bare.push(await run(pair.bare, seconds));
  }
  const ratios = ours.map((result, at) => result.perSecond / (bare[at]?.perSecond ?? Number.NaN));
  const ratio = medianOf(ratios);
  const { name, label, wanted } = pair;
  return {
    name,
    label,
    ours: summary(ours),
    bare: summary(bare),
    ratios,
    ratio,
    wanted,
    reached: ratio >= wanted,
  };
}

export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

interface RunResult extends LoadResult {
  cpuMs: number | null;
}

async function run({ server, prepare }: Side, seconds: number): Promise<RunResult> {
  const connections = await prepare();
  const before = server.cpuMs();
  const result = await runLoad(server.origin, connections, seconds);
  const after = server.cpuMs();
  return { ...result, cpuMs: before === null || after === null ? null : (after - before) / result.requests };
}

function summary(results: readonly RunResult[]): SideResult {
  const runs = results.map(({ perSecond }) => perSecond);
  return {
    runs,
    min: Math.min(...runs),
    median: medianOf(runs),
    max: Math.max(...runs),
    latency: medianOf(results.map(({ median }) => median)),
    p99: medianOf(results.map(({ p99 }) => p99)),
    cpuMs: results.some(({ cpuMs }) => cpuMs === null)
      ? null
      : medianOf(results.map(({ cpuMs }) => cpuMs ?? 0)),
  };
}
