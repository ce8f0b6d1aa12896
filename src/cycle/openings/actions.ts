import type { AppContext } from '../../http/context.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { workshopNotice } from '../../notifications/workshop-letters.ts';
import { insertRoundEvents } from '../rounds/queries.ts';
import { listOpeningReceivers, lockOpenedRounds } from './queries.ts';

/**
 * Tells the people of the offices that entry has opened by its time, as opening by hand does: history and mail in one
 * transaction, once, however often it is done; how many people. An opening is made up for within two days – after a
 * standstill, or when the lists came later –, not one of longer ago. Five statements, two where nothing has opened.
 */
export async function tellOpenings({ db, clock }: Pick<AppContext, 'db' | 'clock'>): Promise<number> {
  return db.transaction(async (trx) => {
    const now = clock();
    const rounds = await lockOpenedRounds(trx, now);
    if (rounds.length === 0) return 0;
    const ids = rounds.map(({ id }) => id);
    const people = await listOpeningReceivers(trx, ids, now);
    const told = (id: string) => people.filter(({ roundId }) => roundId === id);
    const events = rounds.map(({ id: roundId }) => {
      const after = { reminded: told(roundId).length };
      return { roundId, at: now, userId: null, kind: 'entryOpened' as const, after };
    });
    await insertRoundEvents(trx, events);
    const notices = rounds.flatMap(({ id, systemId, label }) =>
      told(id).map(({ userId, closesAt }) => {
        const to = { systemId, userIds: [userId], groupKey: `round ${id}` };
        const path = `/entry?round=${id}`;
        return workshopNotice(to, { event: 'entryOpened', round: label, closes: closesAt, path });
      }),
    );
    await notifyAll(trx, notices);
    return people.length;
  });
}
