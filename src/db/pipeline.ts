import type pg from 'pg';

/*
 * A round trip to the database costs more than most statements. So statements that do not wait for each other
 * (`Promise.all` within one transaction) travel together, in their order, and BEGIN travels with the first of them.
 */

type Callback = (error: Error | null, result?: object) => void;

/** Sends what this connection is given within one turn of the event loop as one packet; needs `pipeline: true`. */
export function sendTogether(client: pg.Client): void {
  const send = client.query.bind(client) as (query: unknown, ...rest: unknown[]) => unknown;
  const { stream } = client.connection as unknown as { stream: NodeJS.WritableStream & Corkable };
  let corked = false;

  function cork(): void {
    if (corked) return;
    corked = true;
    stream.cork();
    process.nextTick(() => {
      corked = false;
      stream.uncork();
    });
  }

  client.query = ((query: unknown, ...rest: unknown[]) => {
    cork();
    const done = rest.at(-1);
    if (!isBegin(query) || typeof done !== 'function') return send(query, ...rest);
    // the only way BEGIN fails is a connection that is gone: nothing may then run outside the transaction
    send(query, (error: Error | null) => error !== null && stream.destroy(error));
    queueMicrotask(() => (done as Callback)(null, BEGUN));
    return undefined;
  }) as typeof client.query;
}

interface Corkable {
  cork(): void;
  uncork(): void;
  destroy(error: Error): void;
}

const BEGUN = { command: 'BEGIN', rowCount: null, rows: [], fields: [] };

/** What knex begins a transaction with. */
function isBegin(query: unknown): boolean {
  const text = typeof query === 'string' ? query : (query as pg.QueryConfig).text;
  return text === 'BEGIN;';
}
