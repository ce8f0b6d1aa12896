import type { Knex } from 'knex';
import { loadFramework } from '../../framework/queries.ts';
import { subIndicatorsOf } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { refreshScores } from '../../scores/actions.ts';
import { findCarryRound, insertCarryEvent, lockForCarrying, writeCarried } from './queries.ts';
import { carriedParts } from './rules.ts';
import type { Carried } from './types.ts';

export interface CarryOptions {
  /** In whose name the history says it. */
  userId: string;
  now: Date;
  /** Only the lists of these offices; absent = of all. */
  officeIds?: readonly string[];
}

const NOTHING: Carried = { entries: 0, auditScores: 0, offices: [] };

/**
 * Carries what is flagged from the round before in the same fiscal year into the entries that are still unreported
 * and were never carried (รับรองต่อเนื่อง, manual KRS 2559, R147–R152): value, status, reason, who reported and
 * decided, with history; AUDIT scores where all variables of a sub-indicator are flagged. In the caller's
 * transaction, two statements, however many offices; the caller computes the scores of the offices afterwards
 * (`Carried.offices`), with the criteria of the new round. Throws `conflict` when the round is sealed.
 */
export async function carryOver(
  trx: Knex.Transaction,
  framework: Framework,
  round: { id: string; kind: string },
  { userId, now, officeIds }: CarryOptions,
): Promise<Carried> {
  const parts = carriedParts(framework, round.kind);
  if (parts.variableIds.length === 0) return NOTHING;
  const scope = { roundId: round.id, officeIds: officeIds ?? null };
  if ((await lockForCarrying(trx, scope)).sealed) throw new AppError('conflict');
  return writeCarried(trx, { ...scope, ...parts, userId, now });
}

/**
 * "Carry over now": the same for all offices of a round that has its lists, with the scores and the round's
 * history, in one transaction and a constant number of statements. Throws notFound for a round of another system.
 */
export async function carryOverNow(
  { db, clock }: AppContext,
  user: CurrentUser,
  roundId: string,
): Promise<Carried> {
  const now = clock();
  return db.transaction(async (trx) => {
    const round = await findCarryRound(trx, { systemId: user.systemId, roundId });
    if (round === undefined) throw notFound();
    const framework = await loadFramework(trx, round.frameworkId, round.frameworkVersion);
    const carried = await carryOver(trx, framework, round, { userId: user.id, now });
    const { entries, auditScores, offices } = carried;
    if (offices.length === 0) return carried;
    const changed = subIndicatorsOf(framework, carriedParts(framework, round.kind).variableIds);
    await refreshScores(trx, framework, round, offices, changed);
    const after = { entries, auditScores, offices: offices.length, from: round.from?.label ?? null };
    await insertCarryEvent(trx, { roundId, userId: user.id, now, after });
    return carried;
  });
}
