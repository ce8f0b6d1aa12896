import type { Queryable } from '../../db/database.ts';
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
  tightened,
} from '../../framework/drafts/publication.ts';
import { findPublished, knownThings, listYearRounds } from '../../framework/drafts/queries.ts';
import type { DraftDocument, StoredDraft } from '../../framework/drafts/types.ts';
import type { KnownThings } from '../../framework/known.ts';
import { readFrameworkRows } from '../../framework/queries.ts';
import type { FrameworkRows } from '../../framework/rows.ts';
import { isDecimal } from '../../lib/decimal.ts';
import { countAudited, countListed, countMisfits, countReported, listPinnedRounds } from './queries.ts';

/** What publishing a draft would do, and what it would be done to. */
export interface LoadedPublication {
  publication: Publication;
  /** Undefined: a year without a framework. */
  published: (PublishedYearState & { rows: FrameworkRows }) | undefined;
  known: KnownThings;
}

/**
 * What publishing this draft would do now: changes and everything that stands in the way, with what was reported.
 * Five to eight statements; within the transaction that publishes it looks again, under the locks.
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
  if (published !== undefined && publication.rounds.length > 0) {
    publication.obstacles.push(
      ...(await reportedObstacles(db, published, draft.document, publication.rounds)),
    );
  }
  return { publication, published, known };
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

async function reportedObstacles(
  db: Queryable,
  published: PublishedYearState,
  draft: DraftDocument,
  rounds: Publication['rounds'],
): Promise<Obstacle[]> {
  const lost = losses(published, draft, rounds);
  const gone = new Set(lost.map(({ variable }) => variable.key));
  const tight = tightened(published, draft).filter(
    ({ key, part }) => !gone.has(key) && isDecimal(part.min) && isDecimal(part.max),
  );
  const dropped = droppedSubIndicators(published, draft);
  const ids = rounds.map(({ id }) => id);
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
  const label = (roundId: string) => rounds.find(({ id }) => id === roundId)?.label ?? '';
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

/** The sub-indicators with these keys as mails name them: code and name. */
export function namesOf(document: DraftDocument, keys: ReadonlySet<string>): string[] {
  return subIndicatorsOf(document)
    .filter(({ key }) => keys.has(key))
    .map(({ part }) => `${part.code} ${part.name}`);
}
