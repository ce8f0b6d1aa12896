import type { Queryable } from '../../db/database.ts';
import { loadFramework } from '../../framework/queries.ts';
import type { Framework, SubIndicator, Variable } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { findCarryRound, previewCarrying } from './queries.ts';
import { carriedParts } from './rules.ts';
import type { CarryCount, CarryRound } from './types.ts';

export interface CarryLine {
  variable: Variable;
  count: CarryCount;
  total: number;
}

export interface CarryBlock {
  sub: SubIndicator;
  lines: CarryLine[];
  audits: number;
}

export interface CarryPage {
  round: CarryRound;
  /** How many variables of the framework are flagged and due. */
  flagged: number;
  blocks: CarryBlock[];
  entries: number;
  audits: number;
  /** Values that the new round does not admit: they stay behind. */
  misfits: number;
}

/** What "carry over now" would carry into a round, by variable. Throws notFound for a round of another system. */
export async function loadCarryPage(
  { db }: AppContext,
  { systemId }: CurrentUser,
  roundId: string,
): Promise<CarryPage> {
  const round = await findCarryRound(db, { systemId, roundId });
  if (round === undefined) throw notFound();
  const framework = await loadFramework(db, round.frameworkId, round.frameworkVersion);
  const parts = carriedParts(framework, round.kind);
  const flagged = parts.variables.length;
  if (flagged === 0 || round.from === null || round.sealed) {
    return { round, flagged, blocks: [], entries: 0, audits: 0, misfits: 0 };
  }
  const { counts, audits } = await previewCarrying(db, { ...parts, roundId });
  const byVariable = new Map(counts.map((count) => [count.variableId, count]));
  const blocks = framework.subIndicators.map((sub) => ({
    sub,
    lines: sub.variables.flatMap((variable) => lineOf(variable, byVariable.get(variable.id))),
    audits: audits.get(sub.id) ?? 0,
  }));
  const shown = blocks.filter((block) => block.lines.length > 0 || block.audits > 0);
  return {
    round,
    flagged,
    blocks: shown,
    entries: counts.reduce((sum, count) => sum + totalOf(count), 0),
    audits: shown.reduce((sum, block) => sum + block.audits, 0),
    misfits: counts.reduce((sum, count) => sum + count.misfits, 0),
  };
}

/** How many entries and AUDIT scores "carry over now" would carry; 0 where the round has no lists, or is sealed. */
export async function countCarriable(
  context: AppContext,
  user: CurrentUser,
  round: { id: string; offices: number; sealedAt: Date | null },
): Promise<number> {
  if (round.offices === 0 || round.sealedAt !== null) return 0;
  const { entries, audits } = await loadCarryPage(context, user, round.id);
  return entries + audits;
}

/** The same by a framework that was just published, in that transaction: one statement, or none. */
export async function countCarriableBy(
  trx: Queryable,
  framework: Framework,
  round: { id: string; kind: string },
): Promise<number> {
  const parts = carriedParts(framework, round.kind);
  if (parts.variables.length === 0) return 0;
  const { counts, audits } = await previewCarrying(trx, { ...parts, roundId: round.id });
  return [...counts.map(totalOf), ...audits.values()].reduce((sum, count) => sum + count, 0);
}

function lineOf(variable: Variable, count: CarryCount | undefined): CarryLine[] {
  if (count === undefined) return [];
  return [{ variable, count, total: totalOf(count) }];
}

function totalOf({ pending, certified, rejected, central }: CarryCount): number {
  return pending + certified + rejected + central;
}
