import type { PairResult, SideResult } from './measure.ts';

const LABEL = 40;

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

export function mark(reached: boolean): string {
  return reached ? 'ok' : 'NOT REACHED';
}

function perSecond({ min, median, max }: SideResult): string {
  return [min, median, max].map((number) => number.toFixed(0).padStart(6)).join(' ');
}

function milliseconds(time: number | null): string {
  return time === null ? '–' : time.toFixed(2);
}
