import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Db, openDatabase, type Queryable } from '../../src/db/database.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { createTestDatabase, dropTestDatabase } from '../support/embedded-for-tests.ts';

const DISTRICTS = [
  ['8101', 'สพป', 'สพป.กระบี่'],
  ['101707', 'สพม', 'สพม.7'],
] as const;

/** A database of its own with both systems, all bureaus of seeds/ and two district offices, and no framework. */
export async function frameworkDatabase(): Promise<{ db: Db; stop(): Promise<void> }> {
  const adminUrl = inject('databaseUrl');
  const url = await createTestDatabase(adminUrl, inject('emptyTemplate'));
  const db = openDatabase({ url, poolSize: 4 });
  await db('systems').insert(
    ['krs', 'ars'].map((code) => ({ code, brand: code, name_th: code, name_en: code })),
  );
  await db('offices').insert([
    ...bureaus(),
    ...DISTRICTS.map(([code, type, name]) => office('district', code, type, name)),
  ]);
  await db.raw('insert into system_offices select s.id, o.id from systems s cross join offices o');
  return {
    db,
    async stop() {
      await db.destroy();
      await dropTestDatabase(adminUrl, url);
    },
  };
}

export function seedFramework(name: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, 'seeds', 'frameworks', `${name}.json`), 'utf8'));
}

/** The framework file that docs/framework-format.md shows, complete. */
export function documentedFramework(): object {
  return documentedExample('json');
}

/** The first block of this language in docs/framework-format.md, such as `json values`. */
export function documentedExample(language: string): object {
  const text = readFileSync(join(projectRoot, 'docs', 'framework-format.md'), 'utf8');
  return JSON.parse(text.split(`\`\`\`${language}\n`)[1]?.split('```')[0] ?? '');
}

const TABLES = [
  'frameworks',
  'framework_nodes',
  'sub_indicators',
  'criteria',
  'variables',
  'variable_rounds',
  'rounds',
  'entries',
  'scores',
];

/** How many rows stand in each table that the import of a year writes. */
export async function countRows(db: Queryable): Promise<Record<string, number>> {
  const counts = TABLES.map((table) => `(select count(*)::int from ${table}) as ${table}`);
  const { rows } = await db.raw(`select ${counts.join(', ')}`);
  return rows[0];
}

/** The database refuses rows of this table as long as the work takes. */
export async function refusingRowsOf<T>(db: Db, table: string, work: () => Promise<T>): Promise<T> {
  await db.raw(`create function refuse() returns trigger language plpgsql as $$ begin raise 'no ${table} today'; end $$;
                create trigger refuse before insert on ${table} for each row execute function refuse()`);
  try {
    return await work();
  } finally {
    await db.raw('drop function refuse() cascade');
  }
}

function bureaus() {
  const [, ...lines] = readFileSync(join(projectRoot, 'seeds', 'bureaus.csv'), 'utf8')
    .trim()
    .split(/\r?\n/);
  return lines.map((line) => {
    const [code = '', name = '', short = ''] = line.split(',');
    return office(code === '12' ? 'kpi_office' : 'bureau', code, null, name, short);
  });
}

function office(kind: string, code: string, type: string | null, name: string, short = name) {
  const names = { name, short_name: short, list_label: short };
  return { kind, code, type, ...names, list_order: Number(code), valid_from_fy: 2553 };
}
