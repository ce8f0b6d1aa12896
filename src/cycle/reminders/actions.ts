import type { Knex } from 'knex';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { translator } from '../../i18n/index.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { workshopData } from '../../notifications/workshop-letters.ts';
import { insertRoundEvents } from '../rounds/queries.ts';
import { listDeadlines, listOwingPeople, noteReminders } from './queries.ts';
import { owedLines, reminderDue } from './rules.ts';
import type { ChosenSides, OwingPerson } from './types.ts';

/**
 * Reminds everybody who still owes values or decisions 14, 7, 3 and 1 days before the time at which it closes for
 * them, each person once of each deadline, however often it is done; how many mails. Four statements, however many
 * offices.
 */
export async function sendReminders({ db, clock }: Pick<AppContext, 'db' | 'clock'>): Promise<number> {
  return db.transaction(async (trx) => {
    const now = clock();
    const due = (await listDeadlines(trx, now)).flatMap(({ roundId, kind, ...times }) => {
      const reminder = reminderDue(times, now);
      return reminder === null ? [] : [{ roundId, kind, closesAt: times.closesAt, ...reminder }];
    });
    if (due.length === 0) return 0;
    const people = await noteReminders(trx, due, now);
    await tell(trx, people, '');
    const reminded = new Map<string, number>();
    for (const { roundId } of people) reminded.set(roundId, (reminded.get(roundId) ?? 0) + 1);
    const events = [...reminded].map(([roundId, count]) => ({
      ...{ roundId, at: now, userId: null, kind: 'remind' as const, after: { reminded: count } },
    }));
    if (events.length > 0) await insertRoundEvents(trx, events);
    return people.length;
  });
}

/** Reminds those who owe something in a round at once, of these offices or bureaus; how many people. */
export async function remindNow(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  user: CurrentUser,
  chosen: ChosenSides,
): Promise<number> {
  return db.transaction(async (trx) => {
    const now = clock();
    const people = await listOwingPeople(trx, chosen, now);
    if (people.length === 0) return 0;
    await tell(trx, people, user.name);
    const { roundId, sideIds } = chosen;
    const event = { roundId, at: now, userId: user.id, kind: 'remind' as const };
    const offices = sideIds === null ? {} : { officeIds: sideIds };
    await insertRoundEvents(trx, [{ ...event, ...offices, after: { reminded: people.length } }]);
    return people.length;
  });
}

async function tell(trx: Knex.Transaction, people: readonly OwingPerson[], by: string): Promise<void> {
  const notices = people.map((person) => {
    const { roundId, kind, closesAt, userId, systemId, round, locale } = person;
    const isEntry = kind === 'entry';
    const data = workshopData({
      event: isEntry ? 'entryReminder' : 'certificationReminder',
      ...{ by, round, reason: '', closes: closesAt.toISOString(), until: null },
      about: owedLines(person, translator(locale)),
      path: `${isEntry ? '/entry' : '/certify/variables'}?round=${roundId}`,
    });
    const groupKey = `remind ${roundId} ${kind}`;
    return { systemId, userIds: [userId], kind: 'workshop' as const, groupKey, data };
  });
  await notifyAll(trx, notices);
}
