import type { ManagedRound, NewRoundEvent, Windows } from '../rounds/types.ts';

/**
 * What the KPI office does to the windows of a round: opens entry now, changes its times for all offices, closes it
 * now, gives named offices a time of their own, changes the close of certification.
 */
export const WINDOW_CHANGES = ['open', 'entry', 'close', 'offices', 'certification'] as const;
export type WindowChange = (typeof WINDOW_CHANGES)[number];

/** `at`: until the time typed; `now`: closed at once; `common`: as for all offices again. */
export type Until = { kind: 'at'; moment: Date } | { kind: 'now' } | { kind: 'common' };

/** A change as it is to be made. A time that the form shows and that was not touched is the stored one. */
export type WindowOrder = { reason: string } & (
  | { change: 'open' | 'close' }
  | { change: 'entry'; windows: Windows; dropsOwnTimes: boolean }
  | { change: 'offices'; officeIds: readonly string[]; until: Until }
  | { change: 'certification'; until: Until }
);

export type WindowField = 'opens' | 'closes' | 'certification' | 'offices' | 'until' | 'reason' | 'change';
export type WindowProblem =
  | 'dateUnreadable'
  | 'reasonMissing'
  | 'reasonLong'
  | 'officesMissing'
  | 'officesUnknown'
  | 'closesBeforeOpens'
  | 'certificationBeforeEntry'
  | 'certificationBeforeOwn'
  | 'afterCertification'
  | 'past'
  | 'alreadyOpened'
  | 'alreadyOpen'
  | 'notOpen'
  | 'nothingChanged'
  | 'noLists'
  | 'entryOpen';
export type WindowProblems = Partial<Record<WindowField, WindowProblem>>;

/** What is to be written. */
export interface PlannedChange {
  windows: Windows;
  /** What becomes of the offices' own closing times. */
  ownTimes:
    | { kind: 'stay' }
    | { kind: 'drop' }
    /** Those that the common time has reached are dropped. */
    | { kind: 'dropUpTo'; moment: Date }
    | { kind: 'set'; officeIds: readonly string[]; closes: Date | null };
  events: Omit<NewRoundEvent, 'roundId' | 'at' | 'userId'>[];
  /** Whom it concerns: the offices' people (null: of all offices), the bureaus' people. */
  tells: {
    entry: {
      event: 'entryOpened' | 'entryChanged' | 'entryClosed';
      officeIds: readonly string[] | null;
      closes: Date;
    } | null;
    certification: Date | null;
  };
}

export type WindowResult =
  | { outcome: 'done'; round: ManagedRound; told: number }
  | { outcome: 'refused'; problems: WindowProblems }
  /** Somebody else changed the windows since the form was filled. */
  | { outcome: 'changed' }
  | { outcome: 'sealed' };

/** An office with a list in the round, as it is chosen for a time of its own. */
export interface WindowOffice {
  id: string;
  name: string;
  type: string | null;
  ownTime: Date | null;
  entries: number;
  reported: number;
}

/** Somebody who is told. */
export interface Receiver {
  userId: string;
  officeId: string;
  officeName: string;
}
