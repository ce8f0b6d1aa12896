import type { Transaction } from '../../db/database.ts';
import { plainDocument } from '../../framework/drafts/document.ts';
import { roundsToCreate } from '../../framework/drafts/publication.ts';
import { countNewParts, draftRows, publishedKeys } from '../../framework/drafts/to-rows.ts';
import type { StoredDraft } from '../../framework/drafts/types.ts';
import { lintFramework } from '../../framework/lint.ts';
import { insertFramework, reserveIds } from '../../framework/queries.ts';
import type { FrameworkRows } from '../../framework/rows.ts';
import { storeRound } from '../../rounds/queries.ts';
import { insertRoundEvents, shiftRounds } from '../rounds/queries.ts';
import type { NewRoundEvent } from '../rounds/types.ts';
import type { LoadedPublication } from './load.ts';
import { archiveRevision, listListedKinds, rewriteFramework, storeHeader } from './queries.ts';

/** Writes the framework of a checked draft, and the rounds that are planned and not there yet. */
export async function storeDraft(
  trx: Transaction,
  draft: StoredDraft,
  { publication, published, known }: LoadedPublication,
  userId: string,
  now: Date,
): Promise<FrameworkRows> {
  const linted = lintFramework(plainDocument(draft.document), known);
  if ('problems' in linted) throw new Error('The draft is unchecked');
  const keys = publishedKeys(published?.rows ?? { nodes: [], variables: [] });
  const reserved = await reserveIds(trx, countNewParts(draft.document, keys));
  const framework = {
    id: published?.frameworkId ?? reserved.framework,
    system_id: draft.systemId,
    revision: (published?.revision ?? 0) + (publication.kind === 'texts' ? 0 : 1),
    version: (published?.version ?? 0) + 1,
  };
  const ids = { published: keys, nodes: reserved.nodes, variables: reserved.variables, known };
  const rows = draftRows(draft.document, linted.document, framework, ids);
  if (published === undefined) {
    await insertFramework(trx, rows);
    await storeHeader(trx, rows.framework, draft.document.rounds, now);
  } else {
    if (publication.kind === 'revision') await archiveRevision(trx, published.rows, now);
    await keepListed(trx, rows);
    await rewriteFramework(trx, rows, draft.document.rounds, now);
  }
  await createPlannedRounds(trx, draft, published, { frameworkId: framework.id, userId, now });
  return rows;
}

/** Closed sub-indicators stay due in the rounds that have one of their variables in their lists. */
async function keepListed(trx: Transaction, { framework, variables, variableRounds }: FrameworkRows) {
  const closed = new Map(variables.flatMap(({ id, node_id, open }) => (open ? [] : [[id, node_id]])));
  const listed = await listListedKinds(trx, framework.id, [...closed.keys()]);
  const kept = new Set(listed.map(({ variableId, kind }) => `${closed.get(variableId)} ${kind}`));
  for (const round of variableRounds) {
    if (kept.has(`${closed.get(round.variable_id)} ${round.round_kind}`)) round.kept = true;
  }
}

async function createPlannedRounds(
  trx: Transaction,
  { document }: StoredDraft,
  published: LoadedPublication['published'],
  { frameworkId, userId, now }: { frameworkId: string; userId: string; now: Date },
): Promise<void> {
  const events: NewRoundEvent[] = [];
  for (const { round, sequence, moved, shift } of roundsToCreate(document.rounds, published?.rounds ?? [])) {
    const ids = moved.map(({ id }) => id);
    if (ids.length > 0) await shiftRounds(trx, ids, shift);
    const { kind, label, data_as_of: dataAsOf } = round;
    const windows = {
      entryOpensAt: new Date(round.entry_opens_at),
      entryClosesAt: new Date(round.entry_closes_at),
      certificationClosesAt: new Date(round.certification_closes_at),
    };
    const created = await storeRound(trx, { frameworkId, kind, sequence, label, dataAsOf, ...windows });
    if (created !== undefined)
      events.push({ roundId: created.id, at: now, userId, kind: 'create', after: windows });
  }
  if (events.length > 0) await insertRoundEvents(trx, events);
}
