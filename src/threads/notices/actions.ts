import { assigneesForMail } from '../../assignments/receivers/queries.ts';
import type { Db, Transaction } from '../../db/database.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { insertThreadNotice, takeThreadNotices } from './queries.ts';
import { noticesTo, sidesOf } from './rules.ts';
import type { ThreadNotice } from './types.ts';

/**
 * Tells both sides of what happened (manual KRS 2558, R104–R105), in the caller's transaction: rolled back with it,
 * told after it. One row, however many offices it concerns; who exactly is told is found by `addressNotices`.
 */
export async function notifyThread(trx: Transaction, notice: ThreadNotice): Promise<void> {
  const { by, kind, event, framework, round, text, items, deadline, until } = notice;
  const places = notice.places.map(({ officeId, office, variableId }) => ({ officeId, office, variableId }));
  if (places.length === 0) return;
  await insertThreadNotice(trx, {
    senderId: by.id,
    kind,
    data: {
      frameworkId: framework.id,
      frameworkVersion: framework.version,
      round: { id: round.id, label: round.label },
      text,
      places,
      ...(items && { items }),
      ...(event && { event }),
      ...(deadline && { deadline: deadline.toISOString() }),
      ...(until && { until: until.toISOString() }),
    },
  });
}

/** Makes notices for the receivers of whatever happened in threads since the last time; nothing gets lost between. */
export async function addressNotices(db: Db): Promise<void> {
  await db.transaction(async (trx) => {
    const concerned = [];
    for (const { data, pinned, ...waiting } of await takeThreadNotices(trx)) {
      const framework = await loadFrameworkOf(trx, pinned);
      concerned.push({ ...waiting, sides: sidesOf({ ...waiting, ...data, framework }) });
    }
    for (const systemId of new Set(concerned.map(({ by }) => by.systemId))) {
      const ofSystem = concerned.filter(({ by }) => by.systemId === systemId);
      const sides = ofSystem.flatMap((one) => one.sides.flatMap(({ office, bureau }) => [office, bureau]));
      const receivers = await assigneesForMail(trx, systemId, sides);
      await notifyAll(
        trx,
        ofSystem.flatMap((one) => noticesTo(receivers, one)),
      );
    }
  });
}
