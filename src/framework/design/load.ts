import type { Queryable } from '../../db/database.ts';
import { notFound } from '../../lib/errors.ts';
import { draftOf } from '../drafts/from-rows.ts';
import { DraftGone } from '../drafts/gone.ts';
import {
  findDraft,
  findPublished,
  knownThings,
  listYearRounds,
  type PublishedYear,
} from '../drafts/queries.ts';
import type { DraftDocument, StoredDraft } from '../drafts/types.ts';
import type { KnownThings } from '../known.ts';
import { readFrameworkRows } from '../queries.ts';
import { listArchived, listRevisions } from '../revisions/queries.ts';
import { chosenRevision } from '../revisions/rules.ts';
import type { Revision } from '../revisions/types.ts';
import type { FormScope } from './forms.ts';

/** A year as the designer's pages show it. */
export interface LoadedYear {
  fiscalYear: number;
  /** Undefined: the year is only looked at. */
  draft: StoredDraft | undefined;
  published: (PublishedYear & { document: DraftDocument }) | undefined;
  /** The draft's, or the published one's where there is no draft. */
  document: DraftDocument;
  known: KnownThings;
}

/** The draft of a year and what is published of it. Throws DraftGone, which is a notFound, where there is neither. */
export async function loadYear(
  db: Queryable,
  system: { id: string; code: string },
  fiscalYear: number,
): Promise<LoadedYear> {
  const draft = await findDraft(db, system.id, fiscalYear);
  const published = await findPublished(db, system.id, fiscalYear);
  const known = await knownThings(db, system.id, fiscalYear);
  if (published === undefined) {
    if (draft === undefined) throw new DraftGone(fiscalYear);
    return { fiscalYear, draft, published, document: draft.document, known };
  }
  const rows = await readFrameworkRows(db, published.frameworkId);
  const rounds = await listYearRounds(db, system.id, fiscalYear);
  const document = draftOf(rows, { system: system.code, known, rounds });
  return {
    fiscalYear,
    draft,
    published: { ...published, document },
    document: draft?.document ?? document,
    known,
  };
}

/** A published revision of a year, to be looked at. */
export interface LoadedRevision {
  fiscalYear: number;
  document: DraftDocument;
  published: PublishedYear;
  known: KnownThings;
  shown: Revision;
  revisions: Revision[];
}

/** A revision of a year, the newest one or one that was replaced. Throws notFound where there is none. */
export async function loadRevision(
  db: Queryable,
  system: { id: string; code: string },
  fiscalYear: number,
  wanted: string,
): Promise<LoadedRevision> {
  const published = await findPublished(db, system.id, fiscalYear);
  if (published === undefined) throw notFound();
  const { frameworkId } = published;
  const revisions = await listRevisions(db, frameworkId);
  const shown = chosenRevision(revisions, wanted);
  const [archived] = shown.replacedAt === null ? [] : await listArchived(db, frameworkId, [shown.revision]);
  const rows = archived ?? (await readFrameworkRows(db, frameworkId));
  const known = await knownThings(db, system.id, fiscalYear);
  const rounds = await listYearRounds(db, system.id, fiscalYear);
  const document = draftOf(rows, { system: system.code, known, rounds });
  return { fiscalYear, document, published, known, shown, revisions };
}

export interface LoadedDraft {
  fiscalYear: number;
  draft: StoredDraft;
  document: DraftDocument;
  known: KnownThings;
  scope: FormScope;
}

/** The draft of a year, to be changed. Throws DraftGone where there is none. */
export async function loadDraft(db: Queryable, systemId: string, fiscalYear: number): Promise<LoadedDraft> {
  const draft = await findDraft(db, systemId, fiscalYear);
  if (draft === undefined) throw new DraftGone(fiscalYear);
  const known = await knownThings(db, systemId, fiscalYear);
  const kinds = draft.document.rounds.map(({ kind }) => kind);
  return { fiscalYear, draft, document: draft.document, known, scope: { kinds, known } };
}
