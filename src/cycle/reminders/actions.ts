import type { Transaction } from '../../db/database.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { translator } from '../../i18n/index.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { workshopNotice } from '../../notifications/workshop-letters.ts';
import { insertRoundEvents } from '../rounds/queries.ts';
import { listDeadlines, listOwingPeople, noteReminders } from './queries.ts';
import { countPeople, owedLines, reminderDue } from './rules.ts';
import type { ChosenSides, OwingPerson } from './types.ts';

/**
 * Reminds everybody who still owes values or decisions 14, 7, 3 and 1 days before the time at which it closes for
 * them – for an office with a permit, the end of that –, each person once of each deadline and in one mail, however
 * often it is done; how many people. Four statements, however many
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
    const events = [...new Set(people.map(({ roundId }) => roundId))].map((roundId) => {
      const after = { reminded: countPeople(people.filter((person) => person.roundId === roundId)) };
      return { roundId, at: now, userId: null, kind: 'remind' as const, after };
    });
    if (events.length > 0) await insertRoundEvents(trx, events);
    return countPeople(people);
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
    const reminded = countPeople(people);
    const { roundId, sideIds } = chosen;
    const event = { roundId, at: now, userId: user.id, kind: 'remind' as const };
    const offices = sideIds === null ? {} : { officeIds: sideIds };
    await insertRoundEvents(trx, [{ ...event, ...offices, after: { reminded } }]);
    return reminded;
  });
}

async function tell(trx: Transaction, people: readonly OwingPerson[], by: string): Promise<void> {
  const notices = people.map((person) => {
    const { roundId, kind, closesAt, permit, userId, systemId, round, locale } = person;
    const to = { systemId, userIds: [userId], groupKey: 'remind' };
    return workshopNotice(to, {
      ...(permit
        ? { event: 'permitReminder', until: closesAt }
        : { event: `${kind}Reminder`, closes: closesAt }),
      by,
      round,
      about: owedLines(person, translator(locale)),
      path: `${placeOf(person)}?round=${roundId}`,
    });
  });
  await notifyAll(trx, notices);
}

function placeOf({ kind, pending }: OwingPerson): string {
  if (kind === 'entry') return '/entry';
  return pending > 0 ? '/certify/variables' : '/audit';
}
