import { isLater, placeOf } from '../../framework/year-rounds.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import {
  insertRound,
  insertRoundEvents,
  listRoundYears,
  listYearRounds,
  lockFrameworkRow,
  lockManagedRound,
  shiftRounds,
  updateName,
} from './queries.ts';
import { kindProblem } from './rules.ts';
import type { RoundName, RoundOrder, RoundProblems } from './types.ts';

/**
 * Creates a round on the newest revision of its year's published framework, without entry lists (manual KRS 2559,
 * R162): once for each kind, in the order of the year. Throws notFound for a framework of another system.
 */
export async function createRound(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  user: CurrentUser,
  order: RoundOrder,
): Promise<{ outcome: 'created'; id: string } | { outcome: 'refused'; problems: RoundProblems }> {
  const { systemId } = user;
  return db.transaction(async (trx) => {
    await lockFrameworkRow(trx, order.frameworkId);
    const years = await listRoundYears(trx, systemId);
    const year = years.find(({ frameworkId }) => frameworkId === order.frameworkId);
    if (year === undefined) throw notFound();
    const others = await listYearRounds(trx, { systemId, fiscalYear: year.fiscalYear });
    const refused = (kind: RoundProblems['kind']) => ({ outcome: 'refused' as const, problems: { kind } });
    const problem = kindProblem(order.kind, year, others);
    if (problem !== undefined) return refused(problem);
    const { sequence, shift } = placeOf(order.kind, others);
    if (shift > 0) {
      const later = others.filter(({ kind }) => isLater(kind, order.kind));
      // a sealed round never changes, its place in the year included
      if (later.some(({ sealedAt }) => sealedAt !== null)) return refused('laterSealed');
      await shiftRounds(
        trx,
        later.map(({ id }) => id),
        shift,
      );
    }
    const id = await insertRound(trx, { ...order, sequence });
    if (id === undefined) return refused('taken');
    const { entryOpensAt, entryClosesAt, certificationClosesAt } = order;
    const after = { entryOpensAt, entryClosesAt, certificationClosesAt };
    await insertRoundEvents(trx, [{ roundId: id, at: clock(), userId: user.id, kind: 'create', after }]);
    return { outcome: 'created', id };
  });
}

/**
 * Gives a round another name, with its history. `changed`: somebody else did so since the form was filled; `sealed`: a
 * sealed round keeps its name. Throws notFound for a round of another system.
 */
export async function renameRound(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  user: CurrentUser,
  roundId: string,
  name: RoundName,
): Promise<'done' | 'changed' | 'sealed'> {
  return db.transaction(async (trx) => {
    const round = await lockManagedRound(trx, { systemId: user.systemId, roundId });
    if (round === undefined) throw notFound();
    if (round.sealedAt !== null) return 'sealed';
    if (round.label !== name.shown) return 'changed';
    const { label, dataAsOf } = name;
    const before = { label: round.label, dataAsOf: round.dataAsOf };
    await updateName(trx, roundId, name);
    const event = { roundId, at: clock(), userId: user.id, kind: 'rename' as const };
    await insertRoundEvents(trx, [{ ...event, before, after: { label, dataAsOf } }]);
    return 'done';
  });
}
