import type { Knex } from 'knex';
import type pg from 'pg';
import { streamOf } from './pipeline.ts';

type TableBuilder = Knex['table'];

/** Where a query may run: in the database by itself, or in a transaction. */
export interface Queryable extends TableBuilder, Pick<Knex, 'raw' | 'fn' | 'client'> {
  isTransaction?: boolean;
  /** Within a transaction: a part of it that is undone by itself. */
  transaction: Transact;
}

/** What is asked in it is undone together where it fails, and seen by others only after it. */
export interface Transaction extends Queryable {
  isTransaction: true;
}

interface Options {
  /** Sees the database as it was at its first statement, and changes nothing. */
  ofOneMoment?: boolean;
}

export type Transact = <Result>(
  work: (trx: Transaction) => Promise<Result>,
  options?: Options,
) => Promise<Result>;

const BEGIN = 'begin';
const BEGIN_OF_ONE_MOMENT = 'begin isolation level repeatable read read only';
const IN_FAILED_TRANSACTION = '25P02';
const ROLLBACK_MS = 5000;

/** Why the transaction of a connection is to fail, though nobody waited for the statement that did. */
const failures = new WeakMap<pg.Client, Error>();

/**
 * What `db.transaction` does: commits what `work` asked and returns what it returned, or undoes it and throws what it
 * threw. BEGIN travels with the first statement. Knex's own makes a query builder with a client for each transaction,
 * which takes longer than to send what is asked in most of them.
 */
export function transactionsOf(db: Knex): Transact {
  return async (work, { ofOneMoment = false } = {}) => {
    const connection: pg.Client = await db.client.acquireConnection();
    try {
      begin(db, connection, ofOneMoment ? BEGIN_OF_ONE_MOMENT : BEGIN);
      const { trx, end } = transactionOn(db, connection);
      try {
        const result = await work(trx);
        end();
        await commit(db, connection);
        return result;
      } catch (error) {
        end();
        await rollback(db, connection);
        throw realCause(connection, error);
      }
    } finally {
      db.client.releaseConnection(connection);
    }
  };
}

/** Sends a statement of a transaction whose answer nobody waits for: if it fails, so does COMMIT. */
export function sendAlong(connection: pg.Client, query: pg.QueryConfig): void {
  connection.query(query, (error: Error | null) => {
    if (error !== null && !failures.has(connection)) failures.set(connection, error);
  });
}

/** Why the transaction was lost, where all that this error says is that it was; otherwise the error itself. */
function realCause(connection: pg.Client, error: unknown): unknown {
  const isAftermath = error instanceof Error && 'code' in error && error.code === IN_FAILED_TRANSACTION;
  return (isAftermath ? failures.get(connection) : undefined) ?? error;
}

function begin(db: Knex, connection: pg.Client, text: string): void {
  failures.delete(connection);
  db.client.emit('query', { sql: text });
  // the only way BEGIN fails is a connection that is gone: nothing may then run outside the transaction
  connection.query(text, (error: Error | null) => error !== null && streamOf(connection).destroy(error));
}

/** A query builder whose statements all go through this connection, until `end`. */
function transactionOn(db: Knex, connection: pg.Client): { trx: Transaction; end: () => void } {
  let isOver = false;
  const client = Object.assign(Object.create(db.client), {
    transacting: true,
    async acquireConnection() {
      if (isOver) throw new Error('The transaction is over');
      return connection;
    },
    async releaseConnection() {},
  });
  const from = (table: Knex.TableDescriptor) => client.queryBuilder().table(table);
  const raw = (...args: unknown[]) => client.raw(...args);
  const trx: Transaction = Object.assign(from as TableBuilder, {
    client,
    raw,
    fn: db.fn,
    isTransaction: true as const,
    transaction: <Result>(work: (trx: Transaction) => Promise<Result>) => undoneByItself(trx, work),
  });
  return {
    trx,
    end() {
      isOver = true;
    },
  };
}

async function undoneByItself<Result>(
  trx: Transaction,
  work: (trx: Transaction) => Promise<Result>,
): Promise<Result> {
  await trx.raw('savepoint part');
  try {
    const result = await work(trx);
    await trx.raw('release savepoint part');
    return result;
  } catch (error) {
    await trx.raw('rollback to savepoint part');
    throw error;
  }
}

/** After a statement that failed PostgreSQL answers COMMIT with ROLLBACK, which is no error to it. */
function commit(db: Knex, connection: pg.Client): Promise<void> {
  db.client.emit('query', { sql: 'commit' });
  return new Promise((resolve, reject) => {
    connection.query('commit', (error: Error | null, result: pg.QueryResult) => {
      if (error !== null) reject(error);
      else if (result.command === 'COMMIT') resolve();
      else reject(failures.get(connection) ?? new Error('The transaction was rolled back'));
    });
  });
}

/** Never fails: a connection that does not answer is closed, and PostgreSQL undoes what it did. */
function rollback(db: Knex, connection: pg.Client): Promise<void> {
  db.client.emit('query', { sql: 'rollback' });
  return new Promise((resolve) => {
    const impatient = setTimeout(() => {
      streamOf(connection).destroy();
      resolve();
    }, ROLLBACK_MS);
    connection.query('rollback', () => {
      clearTimeout(impatient);
      resolve();
    });
  });
}
