import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Logger, runMigrations } from 'graphile-worker';
import knex, { type Knex } from 'knex';
import pg from 'pg';
import { migrationSource } from './migrations.ts';
import { sendTogether } from './pipeline.ts';
import { prepareStatements } from './prepared.ts';
import { type Queryable, transactionsOf } from './transaction.ts';

export type { Queryable, Transaction } from './transaction.ts';
export interface Db extends Queryable, Pick<Knex, 'migrate' | 'destroy' | 'on' | 'off' | 'removeListener'> {}

// what goes wrong reaches the caller as an error
const silent = new Logger(() => () => {});

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  ssl?: 'off' | 'require' | 'verify';
  caFile?: string | undefined;
}

// A date without a time stays the text that PostgreSQL sends: no time zone may move it.
const DATE_TYPE = 1082;
pg.types.setTypeParser(DATE_TYPE, (text) => text);

// PostgreSQL writes `2019-04-18 16:30:00.25+07`; node-postgres takes it apart with regular expressions, ten times slower.
const MOMENT_TYPE = 1184;
const slowly = pg.types.getTypeParser(MOMENT_TYPE);
pg.types.setTypeParser(MOMENT_TYPE, (text) => {
  const moment = new Date(`${text.replace(' ', 'T')}:00`);
  return Number.isNaN(moment.getTime()) ? slowly(text) : moment;
});

/** Opens the pool. Numbers of type numeric and bigint arrive as strings: exact, never floats. */
export function openDatabase(options: DatabaseOptions): Db {
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: options.url,
      ssl: sslOptions(options),
      application_name: 'kpi-reporting',
      // read by node-postgres, not yet known to the types of knex
      ...{ pipeline: true },
    },
    pool: {
      min: 0,
      max: options.poolSize,
      afterCreate(client: pg.Client, done: (error: Error | null, client: pg.Client) => void) {
        prepareStatements(client);
        sendTogether(client);
        done(null, client);
      },
    },
    acquireConnectionTimeout: 10_000,
    // a lost connection reaches whoever needed it as an error, and is logged there, once and in one format
    log: { warn() {}, error() {} },
    migrations: { migrationSource: migrationSource(migrationsFolder()) },
  });
  return Object.defineProperty(db as unknown as Db, 'transaction', { value: transactionsOf(db) });
}

/** Brings the schema up to date, that of the job queue first; several instances starting at once wait for each other. */
export async function migrate(db: Db): Promise<void> {
  await migrateJobs(db);
  await db.migrate.latest();
}

/** The tables of graphile-worker: our own statements add jobs to them. */
async function migrateJobs(db: Db): Promise<void> {
  const { connectionString, ssl } = db.client.config.connection as pg.PoolConfig;
  const pgPool = new pg.Pool({ connectionString, ssl: ssl ?? false, max: 1 });
  // a connection that breaks while idle: the next statement tells
  pgPool.on('error', () => {});
  pgPool.on('connect', (client) => client.on('error', () => {}));
  try {
    await runMigrations({ pgPool, logger: silent });
  } finally {
    await pgPool.end();
  }
}

function migrationsFolder(): string {
  // src/db/ and dist/src/db/ both have migrations/ two folders up
  return join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'migrations');
}

/** TLS settings of a connection, as node-postgres takes them. */
export function sslOptions({ ssl, caFile }: Pick<DatabaseOptions, 'ssl' | 'caFile'>) {
  if (ssl === undefined || ssl === 'off') return false;
  return {
    rejectUnauthorized: ssl === 'verify',
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile, 'utf8') }),
  };
}
