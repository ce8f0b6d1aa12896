import type { Queryable } from '../../db/database.ts';
import { draftFramework } from '../../framework/drafts/framework.ts';
import { findDraft, findPublished, knownThings } from '../../framework/drafts/queries.ts';
import { loadFramework, loadFrameworkOf } from '../../framework/queries.ts';
import { isDue } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import { listRounds } from '../../rounds/queries.ts';
import { loadRoundValues } from './queries.ts';
import type { Against, SimulationInput } from './types.ts';

/** Which round's values are to be scored with which framework. */
export interface SimulationRequest {
  systemId: string;
  roundId: string;
  fiscalYear: number;
  against: Against;
  leaveOut: boolean;
}

/** The framework that is tried out, on a round that follows `present`; undefined where the year has none such. */
export async function loadTried(
  db: Queryable,
  { systemId, fiscalYear, against }: Pick<SimulationRequest, 'systemId' | 'fiscalYear' | 'against'>,
  present?: Framework,
): Promise<Framework | undefined> {
  if (against === 'published') {
    const published = await findPublished(db, systemId, fiscalYear);
    return published && loadFramework(db, published.frameworkId, published.version);
  }
  const draft = await findDraft(db, systemId, fiscalYear);
  return draft && draftFramework(draft.document, await knownThings(db, systemId, fiscalYear), present);
}

/** Whether anything of the framework is due in rounds of the kind. */
export function hasRound(framework: Framework, roundKind: string): boolean {
  return framework.subIndicators.some((sub) => isDue(sub, roundKind));
}

/** Reads what a simulation needs, in a constant number of statements. */
export async function loadSimulation(
  db: Queryable,
  request: SimulationRequest,
  now: Date,
): Promise<SimulationInput | 'gone' | 'noKind'> {
  // as no office sees them
  const rounds = await listRounds(db, request.systemId, { officeId: '0' }, now);
  const round = rounds.find(({ id }) => id === request.roundId);
  if (round === undefined) return 'gone';
  const before = await loadFrameworkOf(db, round);
  const after = await loadTried(db, request, before);
  if (after === undefined) return 'gone';
  if (!hasRound(after, round.kind)) return 'noKind';
  const { leaveOut } = request;
  return { before, after, roundKind: round.kind, leaveOut, offices: await loadRoundValues(db, round.id) };
}
