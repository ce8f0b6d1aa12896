import type { PairResult, SideResult } from './measure.ts';

const LABEL = 40;

/** One figure beside what is wanted of it. */
export interface Check {
  name: string;
  label: string;
  value: number | null;
  unit: string;
  /** At most; null where the figure is only told. */
  limit: number | null;
  reached: boolean | null;
  details?: unknown;
}

export function checkLine({ label, value, unit, limit, reached }: Check): string {
  const figure = value === null ? '–' : `${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`;
  const wanted = limit === null ? '' : `≤ ${limit} ${unit}`;
  return [
    label.padEnd(56),
    figure.padStart(16),
    wanted.padStart(16),
    reached === null ? '' : mark(reached),
  ].join('  ');
}

/** A figure that has a limit, or none. */
export function checkOf(
  name: string,
  label: string,
  value: number | null,
  unit: string,
  limit: number | null,
  details?: unknown,
): Check {
  const reached = value === null || limit === null ? null : value <= limit;
  return { name, label, value, unit, limit, reached, ...(details === undefined ? {} : { details }) };
}

export function pairHead(): string {
  return [
    'path'.padEnd(LABEL),
    'ours/s min median max'.padEnd(24),
    'bare/s min median max'.padEnd(24),
    'ratio',
    'wanted',
    'CPU ms',
  ].join('  ');
}

export function pairLine({ label, ours, bare, ratio, wanted, reached }: PairResult): string {
  return [
    label.padEnd(LABEL),
    perSecond(ours).padEnd(24),
    perSecond(bare).padEnd(24),
    ratio.toFixed(2).padStart(5),
    wanted.toFixed(2).padStart(6),
    `${milliseconds(ours.cpuMs)} : ${milliseconds(bare.cpuMs)}`,
    mark(reached),
  ].join('  ');
}

function mark(reached: boolean): string {
  return reached ? 'ok' : 'NOT REACHED';
}

function perSecond({ min, median, max }: SideResult): string {
  return [min, median, max].map((number) => number.toFixed(0).padStart(6)).join(' ');
}

function milliseconds(time: number | null): string {
  return time === null ? '–' : time.toFixed(2);
}
