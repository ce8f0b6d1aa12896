import type { Knex } from 'knex';
import type pg from 'pg';
import type { Queryable } from './database.ts';
import { nameOf } from './prepared.ts';

/** A constant text in PostgreSQL's own form. */
interface Statement {
  text: string;
  /** Prepared under this name on each connection; undefined: planned at each call. */
  name: string | undefined;
  /** Which binding each `$n` is. */
  bindings: string[];
}

interface Client {
  acquireConnection(): Promise<pg.Client>;
  releaseConnection(connection: pg.Client): Promise<void>;
  emit(event: 'query', query: { sql: string }): void;
}

const statements = new Map<string, Statement>();

/**
 * Runs a constant text with `:name` bindings and returns its rows, in half the time that `knex.raw` takes: the way
 * for what runs at every click and every decision. Where several statements travel together (`Promise.all` within a
 * transaction), all of them go this way: knex takes longer to send, and would change their order.
 */
export async function rowsOf<Row extends object>(
  db: Queryable,
  text: string,
  bindings: object,
): Promise<Row[]> {
  const statement = statementOf(text);
  const values = statement.bindings.map((name) => bindingOf(bindings, name));
  const client = db.client as Client;
  const connection = await client.acquireConnection();
  try {
    if (db.isTransaction && (db as Knex.Transaction).isCompleted()) {
      throw new Error('The transaction is over');
    }
    client.emit('query', { sql: statement.text });
    return await send<Row>(connection, { text: statement.text, name: statement.name, values });
  } finally {
    client.releaseConnection(connection);
  }
}

function send<Row extends object>(connection: pg.Client, query: pg.QueryConfig): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    connection.query<Row>(query, (error, result) => (error ? reject(error) : resolve(result.rows)));
  });
}

/** Prepared texts are few and known: what is put together anew each time goes through knex. */
function statementOf(text: string): Statement {
  const known = statements.get(text);
  if (known !== undefined) return known;
  const bindings: string[] = [];
  const numbered = text.replace(/(?<!:):(\w+)/g, (_, name: string) => {
    if (!bindings.includes(name)) bindings.push(name);
    return `$${bindings.indexOf(name) + 1}`;
  });
  const statement = { text: numbered, name: nameOf(numbered), bindings };
  statements.set(text, statement);
  return statement;
}

function bindingOf(bindings: object, name: string): unknown {
  const value = (bindings as Record<string, unknown>)[name];
  if (value === undefined) throw new Error(`The statement misses its binding ${name}`);
  return value;
}
