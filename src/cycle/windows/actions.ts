import type { Transaction } from '../../db/database.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { notifyAll } from '../../notifications/actions.ts';
import type { Notice } from '../../notifications/types.ts';
import { type WorkshopNotice, workshopNotice } from '../../notifications/workshop-letters.ts';
import { insertRoundEvents, lockManagedRound } from '../rounds/queries.ts';
import type { ManagedRound } from '../rounds/types.ts';
import {
  cutPermits,
  listBureauPeople,
  listOfficePeople,
  listWindowOffices,
  updateOwnTimes,
  updateWindows,
} from './queries.ts';
import { planChange } from './rules.ts';
import type { PlannedChange, Receiver, WindowOrder, WindowResult } from './types.ts';

/**
 * Opens, extends, closes or reopens entry, for all offices or named ones, or changes the close of certification
 * (manual KRS 2559, R170): windows, history and mail in one transaction, in a constant number of statements. `seen` is
 * the version of the windows that the form showed: over a later change of somebody else nothing is done. Throws
 * notFound for a round of another system.
 */
export async function changeWindows(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  user: CurrentUser,
  { roundId, seen, order }: { roundId: string; seen: string; order: WindowOrder },
): Promise<WindowResult> {
  const { systemId } = user;
  return db.transaction(async (trx) => {
    const now = clock();
    const round = await lockManagedRound(trx, { systemId, roundId });
    if (round === undefined) throw notFound();
    if (round.sealedAt !== null) return { outcome: 'sealed' };
    if (round.version !== seen) return { outcome: 'changed' };
    if (order.change === 'offices') {
      const known = new Set((await listWindowOffices(trx, roundId)).map(({ id }) => id));
      const isUnknown = order.officeIds.some((id) => !known.has(id));
      if (isUnknown) return { outcome: 'refused', problems: { offices: 'officesUnknown' } };
    }
    const plan = planChange(round, order, now);
    if ('problems' in plan) return { outcome: 'refused', problems: plan.problems };
    await updateWindows(trx, roundId, plan.windows);
    await updateOwnTimes(trx, roundId, plan.ownTimes);
    if (plan.windows.certificationClosesAt < round.certificationClosesAt) {
      await cutPermits(trx, roundId, plan.windows.certificationClosesAt);
    }
    const events = plan.events.map((event) => ({ ...event, roundId, at: now, userId: user.id }));
    await insertRoundEvents(trx, events);
    return {
      outcome: 'done',
      round,
      told: await tell(trx, user, round, { reason: order.reason, now }, plan),
    };
  });
}

/** Mails everybody whom the change concerns; how many people. */
async function tell(
  trx: Transaction,
  user: CurrentUser,
  round: ManagedRound,
  { reason, now }: { reason: string; now: Date },
  { tells, windows }: PlannedChange,
): Promise<number> {
  const scope = { systemId: round.systemId, roundId: round.id };
  const notices: Notice[] = [];
  const add = (
    people: readonly string[],
    letter: Pick<WorkshopNotice, 'event' | 'closes' | 'before' | 'opens' | 'about' | 'path'>,
  ) => {
    const userIds = people.filter((id) => id !== user.id);
    const to = { systemId: round.systemId, userIds, groupKey: `round ${round.id}` };
    const path = `${letter.path}?round=${round.id}`;
    const of = { by: user.name, at: now, round: round.label, reason, path };
    notices.push(workshopNotice(to, { ...letter, ...of }));
  };
  if (tells.entry !== null) {
    const { event, officeIds, closes } = tells.entry;
    const people = await listOfficePeople(trx, { ...scope, officeIds });
    const opens = event === 'entryChanged' ? changed(round.entryOpensAt, windows.entryOpensAt) : null;
    // where offices had times of their own, one time before is not true for all
    const isCommon = officeIds === null && round.ownTimes === 0;
    const letter = {
      ...{ event, closes, path: '/entry' },
      opens: opens && windows.entryOpensAt,
      before: { opens, closes: isCommon ? changed(round.entryClosesAt, closes) : null },
    };
    if (officeIds === null) add(idsOf(people), letter);
    for (const [name, ofOffice] of officeIds === null ? [] : byOffice(people)) {
      add(idsOf(ofOffice), { ...letter, about: [name] });
    }
  }
  if (tells.certification !== null) {
    const people = await listBureauPeople(trx, scope);
    const letter = { event: 'certificationChanged', path: '/certify/variables' } as const;
    const before = { opens: null, closes: round.certificationClosesAt };
    add(people, { ...letter, closes: tells.certification, before });
  }
  await notifyAll(trx, notices);
  return notices.reduce((sum, { userIds }) => sum + userIds.length, 0);
}

/** What a time was, if it is another one now. */
function changed(before: Date, after: Date): Date | null {
  return before.getTime() === after.getTime() ? null : before;
}

function idsOf(people: readonly Receiver[]): string[] {
  return people.map(({ userId }) => userId);
}

function byOffice(people: readonly Receiver[]): Map<string, Receiver[]> {
  const offices = new Map<string, Receiver[]>();
  for (const person of people) {
    const known = offices.get(person.officeName);
    if (known === undefined) offices.set(person.officeName, [person]);
    else known.push(person);
  }
  return offices;
}
