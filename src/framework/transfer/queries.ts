import type { Queryable } from '../../db/database.ts';
import type { DraftDocument } from '../drafts/types.ts';
import type { FileIssue } from './types.ts';

/** Whose file, in which system. */
export interface ImportOwner {
  systemId: string;
  userId: string;
}

/** A checked file that waits for the confirmation. */
export interface StoredFrameworkFile {
  id: string;
  fiscalYear: number;
  fileName: string;
  document: DraftDocument;
  issues: FileIssue[];
  appliedAt: Date | null;
}

const INSERT = `
  with old as (
    delete from framework_imports where created_at < :now::timestamptz - interval '1 day'
  )
  insert into framework_imports (system_id, by_user_id, fiscal_year, file_name, document, issues, created_at)
  values (:systemId, :userId, :fiscalYear, :fileName, :document, :issues, :now) returning id`;

/** Keeps a checked file until it is confirmed; what lay for more than a day goes. Returns its id. */
export async function insertImport(
  db: Queryable,
  owner: ImportOwner,
  file: Omit<StoredFrameworkFile, 'id' | 'appliedAt'> & { now: Date },
): Promise<string> {
  const { document, issues } = file;
  const { rows } = await db.raw<{ rows: [{ id: string }] }>(INSERT, {
    ...owner,
    ...file,
    document: JSON.stringify(document),
    issues: JSON.stringify(issues),
  });
  return rows[0].id;
}

/** A checked file of this person. */
export async function findImport(
  db: Queryable,
  { systemId, userId }: ImportOwner,
  id: string,
): Promise<StoredFrameworkFile | undefined> {
  return db('framework_imports').where({ id, system_id: systemId, by_user_id: userId }).first('id', {
    fiscalYear: 'fiscal_year',
    fileName: 'file_name',
    document: 'document',
    issues: 'issues',
    appliedAt: 'applied_at',
  });
}

/** The draft is as the file says: what was kept of it is needed no longer. */
export async function finishImport(db: Queryable, id: string, now: Date): Promise<void> {
  await db('framework_imports').where({ id }).update({ applied_at: now, document: '{}', issues: '[]' });
}
