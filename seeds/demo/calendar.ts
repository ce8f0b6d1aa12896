import type { YearRound } from '../../src/framework/types.ts';
import type { Random } from './random.ts';

export const DAY = 86_400_000;
const HOUR = 3_600_000;
const BANGKOK = 7 * HOUR;
const OFFICE_OPENS = 8.5 * HOUR;
const OFFICE_HOURS = 8 * HOUR;
/** The open rounds close this many days after loading. */
const DAYS_LEFT = 30;

/** Midnight in Bangkok at the beginning of the day of this moment, in milliseconds. */
export function startOfDay(moment: number): number {
  return Math.floor((moment + BANGKOK) / DAY) * DAY - BANGKOK;
}

/**
 * How far all dates of a data set move, in milliseconds, so that its open round closes 30 days after today:
 * whole days, one number per data set, so that all distances stay those of the manuals.
 */
export function shiftOf(openRound: YearRound, today: number): number {
  return today + DAYS_LEFT * DAY - startOfDay(openRound.entryClosesAt.getTime());
}

/**
 * The round with its dates shifted. The windows of the manuals last 20 days: the open one would only open after
 * today, so its beginning (and the day of its figures) is brought forward, and it has been open for those 20 days.
 */
export function shiftRound(round: YearRound, shift: number, today: number): YearRound {
  const opens = round.entryOpensAt.getTime() + shift;
  const closes = round.entryClosesAt.getTime() + shift;
  const isOpen = closes > today && closes < today + (DAYS_LEFT + 1) * DAY;
  const openSince = today - (startOfDay(closes) - startOfDay(opens));
  const early = isOpen ? startOfDay(opens) - openSince : 0;
  return {
    ...round,
    dataAsOf: round.dataAsOf && isoDay(Date.parse(round.dataAsOf) + shift - early),
    entryOpensAt: new Date(opens - early),
    entryClosesAt: new Date(closes),
    certificationClosesAt: new Date(round.certificationClosesAt.getTime() + shift),
  };
}

/** A moment in this span, in office hours where the span has any on the day that was drawn. */
export function officeTime(random: Random, from: number, to: number): number {
  const drawn = from + random() * (to - from);
  const inOffice = startOfDay(drawn) + OFFICE_OPENS + random() * OFFICE_HOURS;
  return Math.floor(inOffice > from && inOffice < to ? inOffice : drawn);
}

/** The hour of a day, in milliseconds: `atHour(day, 16.5)` is 16:30 in Bangkok. */
export function atHour(day: number, hour: number): number {
  return startOfDay(day) + hour * HOUR;
}

export function iso(moment: number): string {
  return new Date(moment).toISOString();
}

function isoDay(utcMidnight: number): string {
  return iso(utcMidnight).slice(0, 10);
}
