import type { Queryable } from '../../db/database.ts';
import { differencesOf } from '../../framework/drafts/differences.ts';
import { draftOf } from '../../framework/drafts/from-rows.ts';
import { placeOfPart, subIndicatorsOf } from '../../framework/drafts/parts.ts';
import {
  type Count,
  droppedSubIndicators,
  losses,
  movedVariables,
  type Obstacle,
  type Publication,
  type PublishedYearState,
  planPublication,
  type Step,
  tightened,
} from '../../framework/drafts/publication.ts';
import { findPublished, knownThings, listYearRounds } from '../../framework/drafts/queries.ts';
import type { DraftDocument, StoredDraft } from '../../framework/drafts/types.ts';
import type { KnownThings } from '../../framework/known.ts';
import { readFrameworkRows } from '../../framework/queries.ts';
import { listArchived } from '../../framework/revisions/queries.ts';
import type { FrameworkRows } from '../../framework/rows.ts';
import { isDecimal } from '../../lib/decimal.ts';
import { listPinnedRounds } from './queries.ts';
import { countAudited, countListed, countMisfits, countReported } from './reported/queries.ts';
import type { PlannedStep } from './types.ts';

/** What publishing a draft would do, and what it would be done to. */
export interface LoadedPublication {
  publication: Publication;
  /** Undefined: a year without a framework. */
  published: (PublishedYearState & { rows: FrameworkRows }) | undefined;
  known: KnownThings;
  /** The rounds that are taken along, by the revision that they leave; the newest last. */
  steps: PlannedStep[];
}

/**
 * What publishing this draft would do now: changes and everything that stands in the way, with what was reported.
 * A round is compared with the revision that it is pinned to: one that was closed and opened again missed those
 * between. Five to eight statements, and four for each older revision; within the transaction that publishes it looks
 * again, under the locks.
 */
export async function loadPublication(
  db: Queryable,
  draft: StoredDraft,
  now: Date,
): Promise<LoadedPublication> {
  const { systemId, fiscalYear } = draft;
  const known = await knownThings(db, systemId, fiscalYear);
  const published = await loadPublished(db, draft, known, now);
  const publication = planPublication(draft, published, known);
  if (published !== undefined && publication.kind === 'revision') {
    publication.obstacles.push(...(await movedObstacles(db, published, draft.document)));
  }
  const steps: PlannedStep[] = [];
  if (published !== undefined) {
    for (const step of await loadSteps(db, draft.document, published, publication, known)) {
      const obstacles = await reportedObstacles(db, step, draft.document);
      publication.obstacles.push(...obstacles);
      steps.push({ ...step, isBlocked: obstacles.length > 0 });
    }
  }
  return { publication, published, known, steps };
}

async function loadSteps(
  db: Queryable,
  draft: DraftDocument,
  published: PublishedYearState,
  { rounds, changes }: Publication,
  known: KnownThings,
): Promise<Step[]> {
  const { frameworkId, revision, document } = published;
  const leaving = (from: number) => rounds.filter((round) => round.revision === from);
  const older = [...new Set(rounds.map((round) => round.revision))].filter((from) => from !== revision);
  const archived = await listArchived(db, frameworkId, older);
  const steps: Step[] = archived.map((rows) => {
    const from = rows.framework.revision;
    const was = draftOf(rows, { system: document.system, known, rounds: document.rounds });
    // rounds are of the year, not of a revision
    const differences = differencesOf(was, draft).filter(({ kind }) => kind !== 'round');
    return { from, document: was, rounds: leaving(from), changes: differences };
  });
  const newest = leaving(revision);
  return newest.length === 0 ? steps : [...steps, { from: revision, document, rounds: newest, changes }];
}

async function loadPublished(
  db: Queryable,
  { systemId, fiscalYear, document }: StoredDraft,
  known: KnownThings,
  now: Date,
): Promise<LoadedPublication['published']> {
  const year = await findPublished(db, systemId, fiscalYear);
  if (year === undefined) return undefined;
  const rows = await readFrameworkRows(db, year.frameworkId);
  const rounds = await listYearRounds(db, systemId, fiscalYear);
  const { revision, version } = rows.framework;
  return {
    frameworkId: year.frameworkId,
    revision,
    version,
    document: draftOf(rows, { system: document.system, known, rounds }),
    rounds: await listPinnedRounds(db, { systemId, fiscalYear }, now),
    rows,
  };
}

/** Lists of rounds that stay with their revision are read by the sub-indicators of today: their variables stay there. */
async function movedObstacles(
  db: Queryable,
  published: PublishedYearState,
  draft: DraftDocument,
): Promise<Obstacle[]> {
  const moved = movedVariables(published, draft);
  const closed = published.rounds.filter(({ follows }) => !follows);
  const ids = (of: readonly { id: string }[]) => of.map(({ id }) => id);
  const keys = moved.map(({ key }) => key);
  const counts = await countListed(db, ids(closed), keys);
  return counts.flatMap(({ key, roundId, count }): Obstacle[] => {
    const variable = moved.find((one) => one.key === key);
    const round = closed.find(({ id }) => id === roundId);
    if (variable === undefined || round === undefined) return [];
    return [{ kind: 'moved', place: placeOfPart(variable), round: round.label, count }];
  });
}

async function reportedObstacles(db: Queryable, step: Step, draft: DraftDocument): Promise<Obstacle[]> {
  const lost = losses(step, draft);
  const gone = new Set(lost.map(({ variable }) => variable.key));
  const tight = tightened(step, draft).filter(
    ({ key, part }) => !gone.has(key) && isDecimal(part.min) && isDecimal(part.max),
  );
  const dropped = droppedSubIndicators(step, draft);
  const ids = step.rounds.map(({ id }) => id);
  const [reported, misfits, audited] = await Promise.all([
    countReported(
      db,
      lost.map(({ roundId, variable }) => ({ roundId, variableId: variable.key })),
    ),
    countMisfits(
      db,
      ids,
      tight.map(({ part }) => part),
    ),
    countAudited(
      db,
      ids,
      dropped.map(({ key }) => key),
    ),
  ]);
  const label = (roundId: string) => step.rounds.find(({ id }) => id === roundId)?.label ?? '';
  const told = (counts: readonly Count[], kind: 'misfit' | 'audited', parts: typeof tight | typeof dropped) =>
    counts.flatMap(({ key, roundId, count }): Obstacle[] => {
      const part = parts.find((one) => one.key === key);
      return part === undefined ? [] : [{ kind, place: placeOfPart(part), round: label(roundId), count }];
    });
  return [
    ...lost.flatMap(({ roundId, variable, what }): Obstacle[] => {
      const found = reported.find((one) => one.roundId === roundId && one.key === variable.key);
      const place = placeOfPart(variable);
      return found === undefined
        ? []
        : [{ kind: 'reported', what, place, round: label(roundId), count: found.count }];
    }),
    ...told(misfits, 'misfit', tight),
    ...told(audited, 'audited', dropped),
  ];
}

/** The sub-indicators with these keys as mails name them: code and name; those that are gone as they were. */
export function namesOf(before: DraftDocument, after: DraftDocument, keys: ReadonlySet<string>): string[] {
  const now = subIndicatorsOf(after);
  const kept = new Set(now.map(({ key }) => key));
  return [...now, ...subIndicatorsOf(before).filter(({ key }) => !kept.has(key))]
    .filter(({ key }) => keys.has(key))
    .map(({ part }) => `${part.code} ${part.name}`);
}
