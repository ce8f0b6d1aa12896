import type { Db } from '../../src/db/database.ts';

/** The fields of the entry page for these entries, as a browser would send them after typing the given texts. */
export async function entryFields(db: Db, typed: Record<string, string>): Promise<Record<string, string>> {
  const rows = await db('entries').whereIn('id', Object.keys(typed)).select('id', 'value', 'version');
  return Object.fromEntries(
    rows.flatMap((row) => [
      [`value_${row.id}`, typed[row.id] ?? ''],
      [`base_${row.id}`, `${row.version}:${row.value ?? ''}`],
    ]),
  );
}

/** What the database holds of one entry. */
export async function storedEntry(db: Db, id: string) {
  return db('entries').where({ id }).first('value', 'status', 'version', 'reason');
}

/** The history of one entry, oldest first. */
export async function historyOf(db: Db, id: string) {
  return db('entry_events')
    .where({ entry_id: id })
    .orderBy('id')
    .select('kind', 'user_id', 'value_before', 'value_after', 'status_before', 'status_after');
}
