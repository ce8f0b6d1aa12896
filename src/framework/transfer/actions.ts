import type { Db } from '../../db/database.ts';
import type { AppContext } from '../../http/context.ts';
import { AppError, notFound } from '../../lib/errors.ts';
import { fingerprintOf } from '../design/fingerprint.ts';
import { type LoadedYear, loadYear } from '../design/load.ts';
import { changeDraft, createDraft } from '../drafts/actions.ts';
import { type Difference, differencesOf, everyPart } from '../drafts/differences.ts';
import { emptyDraft } from '../drafts/document.ts';
import { findDraft, findPublished, knownThings } from '../drafts/queries.ts';
import type { DraftDocument } from '../drafts/types.ts';
import type { KnownThings } from '../known.ts';
import { checkFile, yearOf } from './check.ts';
import { copyToYear } from './next-year.ts';
import { findImport, finishImport, insertImport, type StoredFrameworkFile } from './queries.ts';
import { readFrameworkFile } from './read-file.ts';
import { takeOver } from './take-over.ts';
import type { FileIssue, FileRefusal } from './types.ts';

/** Who works on frameworks, and in which system. */
export interface Editor {
  user: { id: string; systemId: string };
  system: { id: string; code: string };
}

export type CheckResult =
  | { outcome: 'file'; problem: FileRefusal }
  | {
      outcome: 'refused';
      fiscalYear: number;
      issues: FileIssue[];
      differences: Difference[];
      known: KnownThings;
    }
  | { outcome: 'checked'; id: string };

/**
 * Checks a file and keeps it for `applyFile`. Where something in it refuses it, nothing is kept, and everything that
 * is wrong with it is answered, with what it would change all the same.
 */
export async function checkUpload(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  { user, system }: Editor,
  { name, bytes }: { name: string; bytes: Buffer },
): Promise<CheckResult> {
  const file = await readFrameworkFile(bytes);
  if ('kind' in file) return { outcome: 'file', problem: file };
  const fiscalYear = yearOf(file, system.code);
  if (typeof fiscalYear !== 'number') return { outcome: 'file', problem: fiscalYear };
  const target = await loadTarget(db, system, fiscalYear);
  const { known } = target;
  const { issues, document } = checkFile(file, { system: system.code, fiscalYear, known });
  if (issues.some(({ weight }) => weight === 'refuses')) {
    return { outcome: 'refused', fiscalYear, issues, differences: changesBy(document, target), known };
  }
  const owner = { systemId: system.id, userId: user.id };
  const id = await insertImport(db, owner, { fiscalYear, fileName: name, document, issues, now: clock() });
  return { outcome: 'checked', id };
}

/** A checked file and what it would do now; `seen` names the state of the year that it was compared with. */
export interface PendingFile {
  stored: StoredFrameworkFile;
  differences: Difference[];
  seen: string;
  target: Target;
}

/** A checked file as it would be applied now. Throws notFound. */
export async function loadFile(db: Db, { user, system }: Editor, id: string): Promise<PendingFile> {
  const stored = await findImport(db, { systemId: system.id, userId: user.id }, id);
  if (stored === undefined) throw notFound();
  const target = await loadTarget(db, system, stored.fiscalYear);
  const differences = stored.appliedAt === null ? changesBy(stored.document, target) : [];
  return { stored, differences, seen: fingerprintOf(target.document), target };
}

export type ApplyResult = { outcome: 'applied' | 'already' | 'changed'; fiscalYear: number };

/**
 * Makes the draft of the file's year what the file says, in one step with its history. `changed`: the year is not
 * any more as it was when the person looked; nothing was done. Throws notFound.
 */
export async function applyFile(
  context: Pick<AppContext, 'db' | 'clock'>,
  editor: Editor,
  { id, seen }: { id: string; seen: string },
): Promise<ApplyResult> {
  const { stored, target, seen: now } = await loadFile(context.db, editor, id);
  const { fiscalYear, appliedAt } = stored;
  if (appliedAt !== null) return { outcome: 'already', fiscalYear };
  if (now !== seen || !(await changeYear(context, editor, { stored, target, seen }))) {
    return { outcome: 'changed', fiscalYear };
  }
  await finishImport(context.db, id, context.clock());
  return { outcome: 'applied', fiscalYear };
}

/** False where somebody else was quicker. */
async function changeYear(
  context: Pick<AppContext, 'db' | 'clock'>,
  { user, system }: Editor,
  { stored, target, seen }: Pick<PendingFile, 'stored' | 'target' | 'seen'>,
): Promise<boolean> {
  const { fiscalYear, fileName: reason } = stored;
  const year = { system: system.code, fiscalYear };
  if (target.draft === undefined && target.published === undefined) {
    const document = takenOver(stored.document, target);
    return createDraft(context, user, year, { kind: 'import', document, reason });
  }
  if (target.draft === undefined) await createDraft(context, user, year);
  try {
    await changeDraft(context, user, { fiscalYear, event: 'import', reason }, (document) => {
      if (fingerprintOf(document) !== seen) throw new AppError('conflict');
      return takenOver(stored.document, { ...target, document });
    });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'conflict') return false;
    throw error;
  }
}

/** A year that need not be there yet. */
export type Target = Pick<LoadedYear, 'draft' | 'published' | 'document' | 'known'>;

async function loadTarget(db: Db, system: Editor['system'], fiscalYear: number): Promise<Target> {
  try {
    return await loadYear(db, system, fiscalYear);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'notFound') throw error;
    const known = await knownThings(db, system.id, fiscalYear);
    return { draft: undefined, published: undefined, document: emptyDraft(system.code, fiscalYear), known };
  }
}

function takenOver(imported: DraftDocument, { document, published }: Target): DraftDocument {
  return takeOver(imported, { draft: document, published: published?.document });
}

function changesBy(imported: DraftDocument, target: Target): Difference[] {
  const [before, after] = [target.document, takenOver(imported, target)];
  return everyPart(differencesOf(before, after), { before, after });
}

export type CopyResult = 'copied' | 'exists' | 'unpublished';

/** Makes the draft of a year from the published framework of another one. */
export async function copyYear(
  context: Pick<AppContext, 'db' | 'clock'>,
  { user, system }: Editor,
  { from, to }: { from: number; to: number },
): Promise<CopyResult> {
  const { db } = context;
  if ((await findPublished(db, system.id, from)) === undefined) return 'unpublished';
  if ((await findPublished(db, system.id, to)) !== undefined) return 'exists';
  if ((await findDraft(db, system.id, to)) !== undefined) return 'exists';
  const { published } = await loadYear(db, system, from);
  if (published === undefined) return 'unpublished';
  const document = copyToYear(published.document, to);
  const source = { kind: 'copy', document, reason: String(from) } as const;
  const isNew = await createDraft(context, user, { system: system.code, fiscalYear: to }, source);
  return isNew ? 'copied' : 'exists';
}
