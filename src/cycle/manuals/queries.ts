import type { Queryable } from '../../db/database.ts';
import type { Manual, ManualEvent, ManualFile, ManualState } from './types.ts';

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

/** A manual of which something changes; its row stays locked. Undefined where there is none. */
export async function lockManual(
  trx: Queryable,
  systemId: string,
  id: string,
): Promise<(ManualState & { fileId: string }) | undefined> {
  const { rows } = await trx.raw<{ rows: (ManualState & { fileId: string })[] }>(
    `select m.title, m.fiscal_year::text as year, f.original_name as file, m.file_id as "fileId"
       from manuals m join stored_files f on f.id = m.file_id
      where m.id = :id and m.system_id = :systemId and m.removed_at is null
        for update of m`,
    { systemId, id },
  );
  return rows[0];
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
  values (:systemId, :fiscalYear, :title, :fileId, :userId, :now)
  returning id`;

/** Adds a manual; answers its id. */
export async function insertManual(
  trx: Queryable,
  manual: ManualChange & { fileId: string },
): Promise<string> {
  const { rows } = await trx.raw<{ rows: [{ id: string }] }>(INSERT, { ...manual });
  return rows[0].id;
}

const UPDATE = `
  update manuals
     set title = :title, fiscal_year = :fiscalYear, file_id = coalesce(:fileId, file_id),
         uploaded_by = case when :fileId::bigint is null then uploaded_by else :userId end,
         uploaded_at = case when :fileId::bigint is null then uploaded_at else :now end
   where id = :id and system_id = :systemId`;

/** Other words for a locked manual, and another file where one is given. */
export async function updateManual(
  trx: Queryable,
  manual: ManualChange & { id: string; fileId: string | null },
): Promise<void> {
  await trx.raw(UPDATE, { ...manual });
}

const REMOVE = `
  update manuals set removed_at = :now, removed_by = :userId, file_id = null
   where id = :id and system_id = :systemId`;

/** Nobody is offered a locked manual any more. */
export async function removeManual(
  trx: Queryable,
  removal: { id: string; systemId: string; userId: string; now: Date },
): Promise<void> {
  await trx.raw(REMOVE, removal);
}

const DELETE_FILE_ROW = `
  delete from stored_files f
   where f.id = :fileId and not exists (select from manuals m where m.file_id = f.id)
     and not exists (select from thread_items i where i.file_id = f.id)
  returning key`;

/**
 * Deletes the row of a file that is no manual's any more; answers the key under which its bytes lie. Undefined where
 * something else has the same file.
 */
export async function deleteFileRow(trx: Queryable, fileId: string): Promise<string | undefined> {
  const { rows } = await trx.raw<{ rows: { key: string }[] }>(DELETE_FILE_ROW, { fileId });
  return rows[0]?.key;
}

const INSERT_EVENT = `
  insert into manual_events (system_id, manual_id, at, user_id, kind, before, after)
  values (:systemId, :id, :now, :userId, :kind, :before, :after)`;

/** Writes a row of the manuals' history. */
export async function insertManualEvent(
  trx: Queryable,
  event: { systemId: string; id: string; now: Date; userId: string } & Pick<
    ManualEvent,
    'kind' | 'before' | 'after'
  >,
): Promise<void> {
  const { before, after, ...about } = event;
  const asJson = (state: ManualState | null) => (state === null ? null : JSON.stringify(state));
  await trx.raw(INSERT_EVENT, { ...about, before: asJson(before), after: asJson(after) });
}

/** What was done to the manuals of a system, newest first. */
export async function listManualEvents(
  db: Queryable,
  systemId: string,
  limit: number,
): Promise<ManualEvent[]> {
  const { rows } = await db.raw<{ rows: ManualEvent[] }>(
    `select e.kind, e.at, u.name as "byName", e.before, e.after
       from manual_events e join users u on u.id = e.user_id
      where e.system_id = ? order by e.id desc limit ?`,
    [systemId, limit],
  );
  return rows;
}
