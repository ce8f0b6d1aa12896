import type { Queryable } from '../../db/database.ts';
import type { AppContext } from '../../http/context.ts';
import { AppError } from '../../lib/errors.ts';
import { readFrameworkRows } from '../queries.ts';
import { differencesOf } from './differences.ts';
import { emptyDraft } from './document.ts';
import { draftOf } from './from-rows.ts';
import { DraftGone } from './gone.ts';
import {
  deleteDraft,
  type EventOf,
  findPublished,
  insertDraft,
  insertFrameworkEvents,
  knownThings,
  listYearRounds,
  lockDraft,
  type PublishedYear,
  updateDraft,
} from './queries.ts';
import type { DraftDocument } from './types.ts';

type Context = Pick<AppContext, 'db' | 'clock'>;
/** Who changes drafts of which system. */
interface Editor {
  id: string;
  systemId: string;
}

export type DraftSource =
  /** Nothing; of a published year, what is published. */
  | { kind: 'new' }
  /**
   * A document for this year, copied from another or read from a file; keys that are ids are those of the published
   * year.
   */
  | { kind: 'copy' | 'import'; document: DraftDocument; reason?: string };

/**
 * Makes the draft of a year. True where it is new, false where the year had one: then it stays as it is. Everything
 * that changes a published year is made of its present version.
 */
export async function createDraft(
  { db, clock }: Context,
  by: Editor,
  year: { system: string; fiscalYear: number },
  source: DraftSource = { kind: 'new' },
): Promise<boolean> {
  const { fiscalYear } = year;
  const kind = source.kind === 'new' ? 'create' : source.kind;
  const reason = source.kind === 'new' ? null : (source.reason ?? null);
  const event = { systemId: by.systemId, fiscalYear, userId: by.id, at: clock(), kind, reason };
  return db.transaction(async (trx) => {
    const published = await findPublished(trx, by.systemId, fiscalYear);
    const document = source.kind === 'new' ? await newDocument(trx, by, year, published) : source.document;
    const { frameworkId, version } = published ?? { frameworkId: null, version: null };
    const isNew = await insertDraft(trx, event, { frameworkId, baseVersion: version, document });
    if (isNew) await insertFrameworkEvents(trx, event, []);
    return isNew;
  });
}

async function newDocument(
  trx: Queryable,
  { systemId }: Editor,
  { system, fiscalYear }: { system: string; fiscalYear: number },
  published: PublishedYear | undefined,
): Promise<DraftDocument> {
  if (published === undefined) return emptyDraft(system, fiscalYear);
  const rows = await readFrameworkRows(trx, published.frameworkId);
  const known = await knownThings(trx, systemId, fiscalYear);
  return draftOf(rows, { system, known, rounds: await listYearRounds(trx, systemId, fiscalYear) });
}

export type DraftEvent = 'edit' | 'add' | 'move' | 'duplicate' | 'retire' | 'import' | 'copy';

/**
 * Changes a draft by a pure function, under the lock of its row, with a history row for each part that became
 * different. Answers the document as it is now; nothing is stored where the function changed nothing. What the
 * function throws reaches the caller, and nothing is changed. Throws DraftGone where the year has no draft.
 */
export async function changeDraft(
  { db, clock }: Context,
  by: Editor,
  about: { fiscalYear: number; event: DraftEvent; reason?: string },
  change: (document: DraftDocument) => DraftDocument,
): Promise<DraftDocument> {
  const { fiscalYear, event: kind, reason = null } = about;
  return db.transaction(async (trx) => {
    const draft = await lockDraft(trx, by.systemId, fiscalYear);
    if (draft === undefined) throw new DraftGone(fiscalYear);
    const changed = change(draft.document);
    const differences = differencesOf(draft.document, changed);
    if (differences.length > 0) {
      const event: EventOf = { systemId: by.systemId, fiscalYear, userId: by.id, at: clock(), kind, reason };
      await updateDraft(trx, event, changed, differences);
    }
    return changed;
  });
}

/**
 * Throws a draft away; what is published stays. Throws DraftGone where there is none, and a conflict where it is not
 * the version that the person saw.
 */
export async function discardDraft(
  { db, clock }: Context,
  by: Editor,
  about: { fiscalYear: number; version: number; reason?: string },
): Promise<void> {
  const { fiscalYear, version, reason = null } = about;
  await db.transaction(async (trx) => {
    const draft = await lockDraft(trx, by.systemId, fiscalYear);
    if (draft === undefined) throw new DraftGone(fiscalYear);
    if (draft.version !== version) throw new AppError('conflict');
    const event = { systemId: by.systemId, fiscalYear, userId: by.id, at: clock(), kind: 'discard', reason };
    await insertFrameworkEvents(trx, event, []);
    await deleteDraft(trx, draft.id);
  });
}
