import type { Knex } from 'knex';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { notifyAll } from '../../notifications/actions.ts';
import type { Notice } from '../../notifications/types.ts';
import { type WorkshopEvent, workshopNotice } from '../../notifications/workshop-letters.ts';
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
    return { outcome: 'done', round, told: await tell(trx, user, round, order.reason, plan) };
  });
}

/** Mails everybody whom the change concerns; how many people. */
async function tell(
  trx: Knex.Transaction,
  user: CurrentUser,
  round: ManagedRound,
  reason: string,
  { tells }: PlannedChange,
): Promise<number> {
  const scope = { systemId: round.systemId, roundId: round.id };
  const notices: Notice[] = [];
  const add = (
    people: readonly string[],
    letter: { event: WorkshopEvent; closes: Date; path: string; about?: string[] },
  ) => {
    const userIds = people.filter((id) => id !== user.id);
    const to = { systemId: round.systemId, userIds, groupKey: `round ${round.id}` };
    const path = `${letter.path}?round=${round.id}`;
    notices.push(workshopNotice(to, { ...letter, by: user.name, round: round.label, reason, path }));
  };
  if (tells.entry !== null) {
    const { opened, officeIds, closes } = tells.entry;
    const event = opened ? 'entryOpened' : 'entryChanged';
    const people = await listOfficePeople(trx, { ...scope, officeIds });
    const letter = { event, closes, path: '/entry' } as const;
    if (officeIds === null) add(idsOf(people), letter);
    for (const [name, ofOffice] of officeIds === null ? [] : byOffice(people)) {
      add(idsOf(ofOffice), { ...letter, about: [name] });
    }
  }
  if (tells.certification !== null) {
    const people = await listBureauPeople(trx, scope);
    const letter = { event: 'certificationChanged', path: '/certify/variables' } as const;
    add(people, { ...letter, closes: tells.certification });
  }
  await notifyAll(trx, notices);
  return notices.reduce((sum, { userIds }) => sum + userIds.length, 0);
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
