import { z } from 'zod';
import { box, id, LONGEST_REASON, line } from '../../http/input.ts';
import { fromLocalInput, toLocalInput } from '../../i18n/dates.ts';
import { officeChoice } from '../../offices/choice.ts';
import type { ManagedRound, Windows } from '../rounds/types.ts';
import {
  type Until,
  WINDOW_CHANGES,
  type WindowChange,
  type WindowOrder,
  type WindowProblems,
} from './types.ts';

/** `/rounds/<id>/windows/<change>` */
export const windowPath = z.object({ id, change: z.enum(WINDOW_CHANGES) });

/** A change as it was typed. */
export const windowForm = z.object({
  seen: id,
  opens: line,
  closes: line,
  certification: line,
  drop: box,
  until: z.enum(['at', 'now', 'common']).default('at'),
  moment: line,
  reason: line,
  ...officeChoice,
});
export type WindowForm = z.infer<typeof windowForm>;

/** What the form of a round begins with. */
export function fieldsOf(round: ManagedRound): Pick<WindowForm, 'opens' | 'closes' | 'certification'> {
  return {
    opens: toLocalInput(round.entryOpensAt),
    closes: toLocalInput(round.entryClosesAt),
    certification: toLocalInput(round.certificationClosesAt),
  };
}

/** The change that was typed, or what is missing or cannot be read. Minutes that were not touched are the stored time. */
export function readChange(
  change: WindowChange,
  form: WindowForm,
  round: ManagedRound,
): { order: WindowOrder; problems?: undefined } | { problems: WindowProblems } {
  const problems: WindowProblems = {};
  if (form.reason === '') problems.reason = 'reasonMissing';
  if (form.reason.length > LONGEST_REASON) problems.reason = 'reasonLong';
  const order = orderOf(change, form, round, problems);
  return Object.keys(problems).length > 0 || order === undefined ? { problems } : { order };
}

function orderOf(
  change: WindowChange,
  form: WindowForm,
  round: ManagedRound,
  problems: WindowProblems,
): WindowOrder | undefined {
  const { reason } = form;
  if (change === 'open' || change === 'close') return { change, reason };
  if (change === 'entry') {
    const windows = windowsOf(form, round, problems);
    return windows && { change, reason, windows, dropsOwnTimes: form.drop };
  }
  const until = untilOf(change, form, round);
  if (until === undefined) problems.until = 'dateUnreadable';
  if (change === 'offices' && form.office.length === 0) problems.offices = 'officesMissing';
  if (until === undefined) return undefined;
  return change === 'offices' ? { change, reason, officeIds: form.office, until } : { change, reason, until };
}

function untilOf(change: WindowChange, form: WindowForm, round: ManagedRound): Until | undefined {
  if (form.until === 'now') return { kind: 'now' };
  // certification has no other time to go back to
  if (form.until === 'common' && change === 'offices') return { kind: 'common' };
  const moment = read(form.moment, change === 'certification' ? round.certificationClosesAt : undefined);
  return moment && { kind: 'at', moment };
}

function windowsOf(form: WindowForm, round: ManagedRound, problems: WindowProblems): Windows | undefined {
  const entryOpensAt = read(form.opens, round.entryOpensAt);
  const entryClosesAt = read(form.closes, round.entryClosesAt);
  const certificationClosesAt = read(form.certification, round.certificationClosesAt);
  if (entryOpensAt === undefined) problems.opens = 'dateUnreadable';
  if (entryClosesAt === undefined) problems.closes = 'dateUnreadable';
  if (certificationClosesAt === undefined) problems.certification = 'dateUnreadable';
  if (entryOpensAt === undefined || entryClosesAt === undefined || certificationClosesAt === undefined) {
    return undefined;
  }
  return { entryOpensAt, entryClosesAt, certificationClosesAt };
}

function read(typed: string, stored: Date | undefined): Date | undefined {
  return stored !== undefined && typed === toLocalInput(stored) ? stored : fromLocalInput(typed);
}
