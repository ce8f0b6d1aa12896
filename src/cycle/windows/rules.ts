import { windowProblems } from '../../framework/year-rounds.ts';
import type { ManagedRound, Windows } from '../rounds/types.ts';
import type { PlannedChange, Until, WindowChange, WindowOrder, WindowProblems } from './types.ts';

/**
 * What a change does to a round at this moment, or what is wrong with it (manual KRS 2559, R170). Entry never closes
 * after certification, for no office; a time in the past is no new time: "now" says what is meant.
 */
export function planChange(
  round: ManagedRound,
  order: WindowOrder,
  now: Date,
): PlannedChange | { problems: WindowProblems } {
  switch (order.change) {
    case 'open':
      return planOpening(round, order, now);
    case 'entry':
      return planEntry(round, order, now);
    case 'close':
      return planClosing(round, order, now);
    case 'offices':
      return planOffices(round, order, now);
    case 'certification':
      return planCertification(round, order, now);
  }
}

/** The changes that make sense now; a sealed round has none. */
export function possibleChanges(round: ManagedRound, now: Date): WindowChange[] {
  if (round.sealedAt !== null) return [];
  const changes: [WindowChange, boolean][] = [
    ['open', now < round.entryOpensAt],
    ['entry', true],
    ['close', isOpenForAnybody(round, now)],
    ['offices', round.offices > 0],
    ['certification', true],
  ];
  return changes.flatMap(([change, isPossible]) => (isPossible ? [change] : []));
}

function planOpening(round: ManagedRound, { reason }: { reason: string }, now: Date) {
  if (now >= round.entryOpensAt) return problem({ change: 'alreadyOpened' });
  const windows = { ...windowsOf(round), entryOpensAt: now };
  return planned(windows, {
    events: [{ kind: 'openEntry', ...difference(round, windows), reason }],
    tells: {
      entry: { event: 'entryOpened', officeIds: null, closes: windows.entryClosesAt },
      certification: null,
    },
  });
}

function planEntry(
  round: ManagedRound,
  { windows, dropsOwnTimes, reason }: Extract<WindowOrder, { change: 'entry' }>,
  now: Date,
) {
  const opens = !same(windows.entryOpensAt, round.entryOpensAt);
  const closes = !same(windows.entryClosesAt, round.entryClosesAt);
  const certification = !same(windows.certificationClosesAt, round.certificationClosesAt);
  const drops = dropsOwnTimes && round.ownTimes > 0;
  if (!opens && !closes && !certification && !drops) return problem({ change: 'nothingChanged' });
  const problems: WindowProblems = {
    ...(certification && windows.certificationClosesAt <= now ? { certification: 'past' as const } : {}),
    ...(!dropsOwnTimes && isBeforeOwn(round, windows.certificationClosesAt)
      ? { certification: 'certificationBeforeOwn' as const }
      : {}),
    ...windowProblems(windows),
    ...(closes && windows.entryClosesAt <= now ? { closes: 'past' as const } : {}),
    ...(opens && windows.entryOpensAt <= now ? { opens: 'past' as const } : {}),
    // who has reported under an open window is not told that it never was
    ...(opens && now >= round.entryOpensAt ? { opens: 'alreadyOpened' as const } : {}),
  };
  if (Object.keys(problems).length > 0) return problem(problems);
  const reopens = now >= round.entryOpensAt && now >= round.entryClosesAt && now < windows.entryClosesAt;
  const entry = {
    kind: reopens ? ('reopenEntry' as const) : ('changeEntry' as const),
    ...difference(round, windows, ['entryOpensAt', 'entryClosesAt']),
    reason,
  };
  const ownTimes = ownTimesAfter(drops, closes, windows);
  const event = reopens ? ('entryOpened' as const) : ('entryChanged' as const);
  const tells = { event, officeIds: null, closes: windows.entryClosesAt };
  return planned(windows, {
    ownTimes,
    events: [
      ...(opens || closes || drops ? [withOwnTimes(entry, round, drops)] : []),
      ...(certification ? [certificationEvent(round, windows, reason)] : []),
    ],
    tells: {
      entry: opens || closes || drops ? tells : null,
      certification: certification ? windows.certificationClosesAt : null,
    },
  });
}

/** A new time for all offices takes the place of those that it reaches: nobody closes earlier than all the others. */
function ownTimesAfter(drops: boolean, closes: boolean, windows: Windows): PlannedChange['ownTimes'] {
  if (drops) return { kind: 'drop' };
  return closes ? { kind: 'dropUpTo', moment: windows.entryClosesAt } : { kind: 'stay' };
}

/** All offices at once, also those with a time of their own. */
function planClosing(round: ManagedRound, { reason }: { reason: string }, now: Date) {
  if (!isOpenForAnybody(round, now)) return problem({ change: 'notOpen' });
  // a round that opens at this very moment has been open
  const earliest = new Date(Math.max(now.getTime(), round.entryOpensAt.getTime() + 1));
  const entryClosesAt = earliest < round.entryClosesAt ? earliest : round.entryClosesAt;
  const windows = { ...windowsOf(round), entryClosesAt };
  const event = { kind: 'closeEntry' as const, ...difference(round, windows), reason };
  return planned(windows, {
    ownTimes: { kind: 'drop' },
    events: [withOwnTimes(event, round, true)],
    tells: { entry: { event: 'entryClosed', officeIds: null, closes: entryClosesAt }, certification: null },
  });
}

/** Which offices have a list is known to the database alone. */
function planOffices(
  round: ManagedRound,
  { officeIds, until, reason }: Extract<WindowOrder, { change: 'offices' }>,
  now: Date,
) {
  if (round.offices === 0) return problem({ change: 'noLists' });
  if (until.kind === 'now' && now < round.entryOpensAt) return problem({ until: 'notOpen' });
  const closes = momentOf(until, now);
  if (closes !== null && until.kind === 'at') {
    if (closes <= now) return problem({ until: 'past' });
    if (closes <= round.entryOpensAt) return problem({ until: 'closesBeforeOpens' });
    if (closes > round.certificationClosesAt) return problem({ until: 'afterCertification' });
  }
  const effective = closes ?? round.entryClosesAt;
  const opened = until.kind === 'at' && now >= round.entryOpensAt && now >= round.entryClosesAt;
  const [kind, event] =
    until.kind === 'now'
      ? (['closeEntry', 'entryClosed'] as const)
      : opened
        ? (['reopenEntry', 'entryOpened'] as const)
        : (['changeEntry', 'entryChanged'] as const);
  const [before, after] = [{ entryClosesAt: round.entryClosesAt }, { entryClosesAt: effective }];
  return planned(windowsOf(round), {
    ownTimes: { kind: 'set', officeIds, closes },
    events: [{ kind, officeIds, before, after, reason }],
    tells: { entry: { event, officeIds, closes: effective }, certification: null },
  });
}

function planCertification(
  round: ManagedRound,
  { until, reason }: Extract<WindowOrder, { change: 'certification' }>,
  now: Date,
) {
  const certificationClosesAt = momentOf(until, now) ?? round.certificationClosesAt;
  const windows = { ...windowsOf(round), certificationClosesAt };
  if (same(certificationClosesAt, round.certificationClosesAt)) return problem({ change: 'nothingChanged' });
  if (until.kind === 'now' && now >= round.certificationClosesAt) return problem({ until: 'notOpen' });
  if (until.kind === 'at' && certificationClosesAt <= now) return problem({ until: 'past' });
  if (certificationClosesAt < round.entryClosesAt) {
    return problem({ until: until.kind === 'now' ? 'entryOpen' : 'certificationBeforeEntry' });
  }
  if (isBeforeOwn(round, certificationClosesAt)) return problem({ until: 'certificationBeforeOwn' });
  return planned(windows, {
    events: [certificationEvent(round, windows, reason)],
    tells: { entry: null, certification: certificationClosesAt },
  });
}

function certificationEvent(round: ManagedRound, windows: Windows, reason: string) {
  const changed = difference(round, windows, ['certificationClosesAt']);
  return { kind: 'changeCertification' as const, ...changed, reason };
}

function planned(
  windows: Windows,
  rest: Omit<PlannedChange, 'windows' | 'ownTimes'> & Partial<Pick<PlannedChange, 'ownTimes'>>,
): PlannedChange {
  return { windows, ownTimes: { kind: 'stay' }, ...rest };
}

function problem(problems: WindowProblems): { problems: WindowProblems } {
  return { problems };
}

function isOpenForAnybody(round: ManagedRound, now: Date): boolean {
  const { entryOpensAt, entryClosesAt, latestOwnTime } = round;
  return now >= entryOpensAt && (now < entryClosesAt || (latestOwnTime !== null && now < latestOwnTime));
}

function isBeforeOwn({ latestOwnTime }: ManagedRound, certificationClosesAt: Date): boolean {
  return latestOwnTime !== null && certificationClosesAt < latestOwnTime;
}

function momentOf(until: Until, now: Date): Date | null {
  return until.kind === 'at' ? until.moment : until.kind === 'now' ? now : null;
}

function windowsOf({ entryOpensAt, entryClosesAt, certificationClosesAt }: Windows): Windows {
  return { entryOpensAt, entryClosesAt, certificationClosesAt };
}

/** Those of the times that change, before and after. */
function difference(
  before: Windows,
  after: Windows,
  names: readonly (keyof Windows)[] = ['entryOpensAt', 'entryClosesAt', 'certificationClosesAt'],
): { before: object; after: object } {
  const changed = names.filter((name) => !same(before[name], after[name]));
  const pick = (windows: Windows) => Object.fromEntries(changed.map((name) => [name, windows[name]]));
  return { before: pick(before), after: pick(after) };
}

function withOwnTimes<Event extends { before: object }>(
  event: Event,
  round: ManagedRound,
  drops: boolean,
): Event {
  return drops && round.ownTimes > 0
    ? { ...event, before: { ...event.before, ownTimes: round.ownTimes } }
    : event;
}

function same(left: Date, right: Date): boolean {
  return left.getTime() === right.getTime();
}
