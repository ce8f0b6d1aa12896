import type { Queryable } from '../../db/database.ts';
import type { Manual, ManualFile } from './types.ts';

type ManualRow = Omit<Manual, 'size'> & { size: string };

const MANUALS = `
  select m.id, m.title, m.fiscal_year as "fiscalYear", f.original_name as "fileName", f.size, f.state,
         u.name as "byName", m.uploaded_at as at
    from manuals m
    join stored_files f on f.id = m.file_id
    join users u on u.id = m.uploaded_by
   where m.system_id = :systemId and m.removed_at is null`;

/** The manuals of a system, newest year first, those of every year last. */
export async function listManuals(db: Queryable, systemId: string): Promise<Manual[]> {
  const sql = `${MANUALS} order by m.fiscal_year desc nulls last, m.title, m.id`;
  const { rows } = await db.raw<{ rows: ManualRow[] }>(sql, { systemId });
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}

/** One of them; undefined where there is none, or it was removed. */
export async function findManual(db: Queryable, systemId: string, id: string): Promise<Manual | undefined> {
  const { rows } = await db.raw<{ rows: ManualRow[] }>(`${MANUALS} and m.id = :id`, { systemId, id });
  return rows.map((row) => ({ ...row, size: Number(row.size) }))[0];
}

const FILE = `
  select f.key, f.original_name as name, f.size::text, f.media_type as "mediaType"
    from manuals m join stored_files f on f.id = m.file_id
   where m.id = :id and m.system_id = :systemId and m.removed_at is null and f.state = 'clean'`;

/** The file of a manual that is offered. */
export async function findManualFile(
  db: Queryable,
  systemId: string,
  id: string,
): Promise<ManualFile | undefined> {
  const { rows } = await db.raw<{ rows: (Omit<ManualFile, 'size'> & { size: string })[] }>(FILE, {
    systemId,
    id,
  });
  return rows.map((row) => ({ ...row, size: Number(row.size) }))[0];
}

export interface ManualChange {
  systemId: string;
  title: string;
  fiscalYear: number | null;
  userId: string;
  now: Date;
}

const INSERT = `
  insert into manuals (system_id, fiscal_year, title, file_id, uploaded_by, uploaded_at)
  values (:systemId, :fiscalYear, :title, :fileId, :userId, :now)`;

export async function insertManual(trx: Queryable, manual: ManualChange & { fileId: string }): Promise<void> {
  await trx.raw(INSERT, { ...manual });
}

const UPDATE = `
  update manuals
     set title = :title, fiscal_year = :fiscalYear, file_id = coalesce(:fileId, file_id),
         uploaded_by = case when :fileId::bigint is null then uploaded_by else :userId end,
         uploaded_at = case when :fileId::bigint is null then uploaded_at else :now end
   where id = :id and system_id = :systemId and removed_at is null`;

/** Other words for a manual, and another file where one is given. False where it is not there. */
export async function updateManual(
  trx: Queryable,
  manual: ManualChange & { id: string; fileId: string | null },
): Promise<boolean> {
  const { rowCount } = await trx.raw<{ rowCount: number }>(UPDATE, { ...manual });
  return rowCount === 1;
}

const REMOVE = `
  update manuals set removed_at = :now, removed_by = :userId
   where id = :id and system_id = :systemId and removed_at is null`;

/** Nobody is offered it any more; its file stays in the storage. False where it is not there. */
export async function removeManual(
  db: Queryable,
  removal: { id: string; systemId: string; userId: string; now: Date },
): Promise<boolean> {
  const { rowCount } = await db.raw<{ rowCount: number }>(REMOVE, removal);
  return rowCount === 1;
}
