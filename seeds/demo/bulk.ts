import type { Queryable } from '../../src/db/database.ts';

const ALL_TABLES = `
  select string_agg(quote_ident(tablename), ', ') as tables
    from pg_tables where schemaname = current_schema() and tablename not like 'knex\\_%'`;

/** Empties all tables of the application, sign-ins included; numbers begin at 1 again. */
export async function emptyTables(trx: Queryable): Promise<void> {
  const { rows } = await trx.raw<{ rows: [{ tables: string }] }>(ALL_TABLES);
  await trx.raw(`truncate ${rows[0].tables} restart identity`);
}

const FOREIGN_KEYS = `
  select conrelid::regclass::text as "table", quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint
   where contype = 'f'
     and conrelid in ('entry_rows'::regclass, 'entry_events'::regclass, 'permits'::regclass, 'scores'::regclass,
                      'assignments'::regclass, 'thread_items'::regclass, 'receipts'::regclass)
   order by conrelid::regclass::text, conname`;

/**
 * Does the work while the large tables have no foreign keys, and then checks them all at once: PostgreSQL's own
 * advice for bulk loads, here more than half of the time. Part of the transaction: after it, all stand as before.
 */
export async function withoutForeignKeys<T>(trx: Queryable, work: () => Promise<T>): Promise<T> {
  const { rows } = await trx.raw<{ rows: { table: string; name: string; definition: string }[] }>(
    FOREIGN_KEYS,
  );
  await trx.raw(rows.map(({ table, name }) => `alter table ${table} drop constraint ${name}`).join(';'));
  const result = await work();
  const added = rows.map((key) => `alter table ${key.table} add constraint ${key.name} ${key.definition}`);
  await trx.raw(added.join(';'));
  return result;
}

/** Tells the planner what has just been loaded, from small samples, so that the first pages are quick. */
export async function analyze(trx: Queryable): Promise<void> {
  await trx.raw(
    `set local default_statistics_target = 10;
     analyze entry_rows, entry_events, scores, round_offices, users, assignments, thread_items, receipts`,
  );
}
