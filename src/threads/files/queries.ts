import type { Queryable } from '../../db/database.ts';
import type { Reach } from '../types.ts';
import type { NewFile, StoredFile } from './types.ts';

interface FileRow extends Omit<StoredFile, 'size'> {
  size: string;
}

const COLUMNS = `f.id, f.key, f.original_name as name, f.size, f.sha256, f.media_type as "mediaType", f.state,
  f.damaged_at as "damagedAt"`;
/** Some tries within minutes; who then still waits is queued anew from time to time. */
const SCAN_TRIES = 5;
// one after the other: a scanner that hangs must not keep everybody from sending mail
const JOB_OF_SCAN = `graphile_worker.add_job('scan-file', json_build_object('fileId', f.id::text),
  queue_name => 'scans', job_key => 'scan-file-' || f.id, max_attempts => ${SCAN_TRIES})`;

const INSERT = `
  insert into stored_files (key, original_name, size, sha256, media_type, state)
  select key, name, size, decode(sha256, 'hex'), media_type, :state
    from unnest(:keys::text[], :names::text[], :sizes::bigint[], :hashes::text[], :types::text[])
         with ordinality as n (key, name, size, sha256, media_type, position)
   order by position
  returning id, key`;

/** Stores rows of files that lie in the storage; answers their ids in the same order. */
export async function insertFiles(
  db: Queryable,
  files: readonly NewFile[],
  state: 'waiting' | 'clean',
): Promise<string[]> {
  if (files.length === 0) return [];
  const { rows } = await db.raw<{ rows: { id: string; key: string }[] }>(INSERT, {
    state,
    keys: files.map(({ key }) => key),
    names: files.map(({ name }) => name),
    sizes: files.map(({ size }) => size),
    hashes: files.map(({ sha256 }) => sha256.toString('hex')),
    types: files.map(({ mediaType }) => mediaType),
  });
  const ids = new Map(rows.map(({ id, key }) => [key, id]));
  return files.flatMap(({ key }) => ids.get(key) ?? []);
}

/** A job for each of these files that hands it to the scanner. */
export async function queueScans(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db.raw(`select ${JOB_OF_SCAN} from stored_files f where f.id = any(:ids::bigint[])`, { ids });
}

const QUEUE_WAITING = `
  select ${JOB_OF_SCAN} from stored_files f
   where f.state = 'waiting' and f.created_at < now() - interval '5 minutes'
     and not exists (select 1 from graphile_worker.jobs j
                      where j.key = 'scan-file-' || f.id and j.attempts < j.max_attempts)`;

/** The same for all files that wait although nobody is about to look at them any more. */
export async function requeueScans(db: Queryable): Promise<void> {
  await db.raw(QUEUE_WAITING);
}

/*
 * Whose file it is, in the one statement that reads it: a document that was not withdrawn, of the own office or
 * sent to it, or about a variable of the own bureau.
 */
const VISIBLE = `
  select ${COLUMNS}
    from thread_items i
    join stored_files f on f.id = i.file_id
    join variables v on v.id = i.variable_id
   where i.id = :itemId and i.system_id = :systemId and i.withdrawn_at is null
     and (:bureauId::bigint is null or v.bureau_id = :bureauId)
     and (:officeId::bigint is null or i.office_id = :officeId
          or exists (select 1 from receipts r where r.item_id = i.id and r.office_id = :officeId))`;

/** The file of a document that this person sees; otherwise undefined. */
export async function findVisibleFile(
  db: Queryable,
  reach: Reach,
  itemId: string,
): Promise<StoredFile | undefined> {
  return (await files(db, VISIBLE, { ...reach, itemId }))[0];
}

/** One file by its row. */
export async function findFile(db: Queryable, id: string): Promise<StoredFile | undefined> {
  return (await files(db, `select ${COLUMNS} from stored_files f where f.id = :id`, { id }))[0];
}

/** The scanner's verdict; only where it is still waited for. */
export async function settleScan(db: Queryable, id: string, state: 'clean' | 'infected'): Promise<void> {
  await db('stored_files').where({ id, state: 'waiting' }).update({ state });
}

/** Which of these keys have a row. */
export async function knownKeys(db: Queryable, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.raw<{ rows: { key: string }[] }>(
    'select key from stored_files where key = any(:keys::text[])',
    { keys },
  );
  return new Set(rows.map(({ key }) => key));
}

/** The files that were not looked at for the longest time. */
export async function filesToCheck(
  db: Queryable,
  { before, limit }: { before: Date; limit: number },
): Promise<StoredFile[]> {
  const sql = `select ${COLUMNS} from stored_files f where f.checked_at is null or f.checked_at < :before
                order by f.checked_at nulls first, f.id limit :limit`;
  return files(db, sql, { before, limit });
}

/** All files, in the order of their ids. */
export async function filesAfter(db: Queryable, id: string, limit: number): Promise<StoredFile[]> {
  const sql = `select ${COLUMNS} from stored_files f where f.id > :id order by f.id limit :limit`;
  return files(db, sql, { id, limit });
}

const NOTE = `
  update stored_files f
     set checked_at = :now, damaged_at = case when n.damaged then coalesce(f.damaged_at, :now) end
    from unnest(:ids::bigint[], :damaged::boolean[]) as n (id, damaged)
   where f.id = n.id`;

/** What looking at files has shown; one that is as it was sent is no longer damaged. */
export async function noteChecks(
  db: Queryable,
  checks: readonly { id: string; damaged: boolean }[],
  now: Date,
): Promise<void> {
  if (checks.length === 0) return;
  const [ids, damaged] = [checks.map(({ id }) => id), checks.map((check) => check.damaged)];
  await db.raw(NOTE, { ids, damaged, now });
}

async function files(db: Queryable, sql: string, bindings: object): Promise<StoredFile[]> {
  const { rows } = await db.raw<{ rows: FileRow[] }>(sql, bindings as never);
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}
