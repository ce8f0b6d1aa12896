import type pg from 'pg';
import { nameOf, onePlanNameOf } from './prepared.ts';
import { type Queryable, sendAlong, type Transaction } from './transaction.ts';

/** A constant text in PostgreSQL's own form. */
interface Statement {
  text: string;
  /** Prepared under this name on each connection; undefined: planned at each call. */
  name: string | undefined;
  /** The name where it keeps one plan. */
  onePlanName: string | undefined;
  /** Which binding each `$n` is. */
  bindings: string[];
}

/** What `rowsOf` needs of the database or a transaction. */
export type Reader = Pick<Queryable, 'client' | 'isTransaction'>;

/** As knex tells of what it sends. */
interface SentQuery {
  sql: string;
  bindings?: unknown[];
}

interface Client {
  /** Statements keep one plan on its connections. */
  onePlan?: boolean;
  acquireConnection(): Promise<pg.Client>;
  releaseConnection(connection: pg.Client): Promise<void>;
  emit(event: 'query', query: SentQuery): void;
}

const statements = new Map<string, Statement>();

/**
 * Runs a constant text with `:name` bindings and returns its rows, in half the time that `knex.raw` takes: the way
 * for what runs at every click and every decision. Where several statements travel together (`Promise.all` within a
 * transaction), all of them go this way: knex takes longer to send, and would change their order.
 */
export async function rowsOf<Row extends object>(db: Reader, sql: string, bindings: object): Promise<Row[]> {
  const statement = statementOf(sql);
  const client = db.client as Client;
  const connection = await client.acquireConnection();
  try {
    return await send<Row>(connection, queryOf(db, statement, bindings));
  } finally {
    client.releaseConnection(connection);
  }
}

/**
 * Writes without waiting for the answer: in its place in the order of the transaction's statements, in one packet
 * with those after it, or with COMMIT. A transaction of which one failed is rolled back and throws that error.
 */
export async function write(trx: Transaction, sql: string, bindings: object): Promise<void> {
  const statement = statementOf(sql);
  const connection = await (trx.client as Client).acquireConnection();
  sendAlong(connection, queryOf(trx, statement, bindings));
}

function queryOf(
  { client }: Reader,
  { text, name, onePlanName, bindings: names }: Statement,
  bindings: object,
) {
  const values = names.map((each) => bindingOf(bindings, each));
  client.emit('query', { sql: text, bindings: values });
  return { text, name: (client as Client).onePlan ? onePlanName : name, values };
}

const BEGIN = `
  begin isolation level repeatable read read only;
  set local plan_cache_mode = 'force_generic_plan'`;
const COMMIT = 'commit';

/**
 * What a page reads, of one moment: statements that do not wait for each other (`Promise.all`) and go through `rowsOf`
 * travel as one packet, in a transaction of their own, instead of each waking another process of PostgreSQL. Each
 * keeps one plan whatever it is given: for short statements that reach their rows by keys, which take longer to plan
 * than to run. What is asked later, after something else was waited for, is read by itself.
 */
export function together<Answers>(db: Reader, ask: (one: Reader) => Promise<Answers>): Promise<Answers> {
  return onOne(db, ask, true);
}

/** The same without a transaction: statements that need not be of one moment, and that PostgreSQL plans well itself. */
export function sideBySide<Answers>(db: Reader, ask: (one: Reader) => Promise<Answers>): Promise<Answers> {
  return onOne(db, ask, false);
}

async function onOne<Answers>(
  db: Reader,
  ask: (one: Reader) => Promise<Answers>,
  onePlan: boolean,
): Promise<Answers> {
  if (db.isTransaction || db.client instanceof OneConnection) return ask(db);
  const client = new OneConnection(db.client, onePlan);
  try {
    return await ask({ client });
  } finally {
    await client.end();
  }
}

/** The connection that the first statement acquires stays for those after it. */
class OneConnection implements Client {
  readonly onePlan: boolean;
  readonly #client: Client;
  #acquired: Promise<pg.Client> | undefined;

  constructor(client: Client, onePlan: boolean) {
    this.#client = client;
    this.onePlan = onePlan;
  }

  acquireConnection(): Promise<pg.Client> {
    this.#acquired ??= this.onePlan ? this.#begin() : this.#client.acquireConnection();
    return this.#acquired;
  }

  async #begin(): Promise<pg.Client> {
    const connection = await this.#client.acquireConnection();
    // the statements are sent by the promises that are waiting now; ticks come after all of these
    process.nextTick(() => this.#run(connection, COMMIT));
    this.#run(connection, BEGIN);
    return connection;
  }

  /** Fails only with the connection, and then so does what is asked. */
  #run(connection: pg.Client, text: string): void {
    this.emit('query', { sql: text });
    connection.query(text, () => {});
  }

  async releaseConnection(): Promise<void> {}

  emit(event: 'query', query: SentQuery): void {
    this.#client.emit(event, query);
  }

  async end(): Promise<void> {
    const connection = await this.#acquired;
    if (connection !== undefined) this.#client.releaseConnection(connection);
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
  const statement = {
    text: numbered,
    name: nameOf(numbered),
    onePlanName: onePlanNameOf(numbered),
    bindings,
  };
  statements.set(text, statement);
  return statement;
}

function bindingOf(bindings: object, name: string): unknown {
  const value = (bindings as Record<string, unknown>)[name];
  if (value === undefined) throw new Error(`The statement misses its binding ${name}`);
  return value;
}
