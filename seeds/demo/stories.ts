import type { EntryStatus } from '../../src/scoring/index.ts';
import { atHour, DAY, officeTime } from './calendar.ts';
import type { Actor } from './cast.ts';
import { FATES, type Fate, type Verb } from './fates.ts';
import { pick, type Random } from './random.ts';
import { CANCELLATIONS, OVERDUE, PERMISSIONS, REJECTIONS } from './reasons.ts';

const MINUTE = 60_000;

/** When the parts of a round lie, in milliseconds; nothing happens from today on. */
export interface RoundTimes {
  opens: number;
  closes: number;
  certificationCloses: number;
  today: number;
}

/** Something that happens to all entries of a sub-indicator of an office at once. */
export interface Beat {
  verb: Verb;
  at: number;
  reason: string | null;
  /** The end of the permit that comes with it. */
  until: number | null;
}

/** A row of the history to be: what happened, how it left the entry, who did it. */
export interface Step extends Actor {
  kind: 'save' | 'clear' | 'resubmit' | 'certify' | 'reject' | 'cancel' | 'permit' | 'central';
  at: number;
  value: string | null;
  status: EntryStatus;
  reason: string | null;
  until: number | null;
}

const DAYS_ALLOWED = [10, 14, 30, 45] as const;

/**
 * The beats of a fate with their times: first values come at one of the office's sessions at the page, decisions
 * before certification closes; what the office does after the entry window rests on a permit.
 */
export function beatsOf(
  fate: Fate,
  times: RoundTimes,
  sessions: readonly [number, ...number[]],
  random: Random,
): Beat[] {
  const verbs: readonly Verb[] = FATES[fate];
  const latest = Math.min(times.certificationCloses, times.today);
  const beats: Beat[] = [];
  for (const [index, verb] of verbs.entries()) {
    const before = beats.at(-1);
    const from = earliest(verb, before, times);
    // The time that is left is shared with the beats to come, and ends with the permit that this one rests on.
    const end = Math.min(from + (latest - from) / (verbs.length - index), limitOf(verb, before, times));
    const atThePage = before === undefined && (verb === 'save' || verb === 'draft');
    const at = atThePage ? pick(random, sessions) : officeTime(random, from, end);
    const until = needsPermit(verb, verbs[index + 1], random) ? permitEnd(verb, at, times, random) : null;
    beats.push({ verb, at, reason: reasonOf(verb, random), until });
  }
  return beats;
}

function earliest(verb: Verb, before: Beat | undefined, times: RoundTimes): number {
  if (before !== undefined) return before.at + MINUTE;
  // Only after the entry window is something overdue, or needs a permit.
  const waits = verb === 'rejectMissing' || verb === 'permit';
  return waits && times.closes < times.today ? times.closes : times.opens;
}

/** The office acts while the entry window is open, or as long as it is permitted. */
function limitOf(verb: Verb, before: Beat | undefined, times: RoundTimes): number {
  const byOffice = verb === 'save' || verb === 'clear' || verb === 'resubmit';
  return byOffice ? (before?.until ?? times.closes) : times.certificationCloses;
}

function needsPermit(verb: Verb, next: Verb | undefined, random: Random): boolean {
  if (verb === 'permit') return true;
  return verb === 'reject' && (next !== undefined || random() < 0.4);
}

/** Half past four some days later (for a permit alone: after the entry window), at most the close of certification. */
function permitEnd(verb: Verb, at: number, times: RoundTimes, random: Random): number {
  const from = verb === 'permit' ? Math.max(at, times.closes) : at;
  return Math.min(times.certificationCloses, atHour(from + pick(random, DAYS_ALLOWED) * DAY, 16.5));
}

function reasonOf(verb: Verb, random: Random): string | null {
  if (verb === 'reject') return pick(random, REJECTIONS);
  if (verb === 'rejectMissing') return OVERDUE;
  if (verb === 'permit') return pick(random, PERMISSIONS);
  return verb === 'cancel' ? pick(random, CANCELLATIONS) : null;
}

/** The history of one entry: what the beats do to it, given its first and its last value. */
export function stepsOf(
  beats: readonly Beat[],
  draft: string,
  last: string,
  actorOf: (kind: Step['kind'], at: number) => Actor,
): Step[] {
  const steps: Step[] = [];
  let value: string | null = null;
  let status: EntryStatus = 'unreported';
  for (const { verb, at, reason, until } of beats) {
    const next = verb === 'draft' || verb === 'loadDraft' ? draft : last;
    const kind = kindOf(verb, { value, status, next });
    if (kind === null) continue;
    if (kind === 'save' || kind === 'central') value = next;
    if (kind === 'clear') value = null;
    status = statusAfter(kind, status);
    const { userId, onBehalfOf } = actorOf(kind, at);
    steps.push({ kind, at, value, status, reason, until, userId, onBehalfOf });
  }
  return steps;
}

/** Saving a value that is there already is no event, but asks again after a rejection. */
function kindOf(
  verb: Verb,
  entry: { value: string | null; status: EntryStatus; next: string },
): Step['kind'] | null {
  const same = entry.value !== null && Number(entry.value) === Number(entry.next);
  if (verb === 'load' || verb === 'loadDraft') return same ? null : 'central';
  if (verb === 'rejectMissing') return 'reject';
  if (verb !== 'save' && verb !== 'draft') return verb;
  if (!same) return 'save';
  return entry.status === 'rejected' ? 'resubmit' : null;
}

function statusAfter(kind: Step['kind'], before: EntryStatus): EntryStatus {
  if (kind === 'permit') return before;
  if (kind === 'clear') return 'unreported';
  if (kind === 'reject') return 'rejected';
  return kind === 'certify' || kind === 'central' ? 'certified' : 'pending';
}
