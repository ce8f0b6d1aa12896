import type { Duplex } from 'node:stream';
import type pg from 'pg';

/*
 * A round trip to the database costs more than most statements. So statements that do not wait for each other
 * (`Promise.all` within one transaction) travel together, in their order.
 */

/** Sends what this connection is given within one turn of the event loop as one packet; needs `pipeline: true`. */
export function sendTogether(client: pg.Client): void {
  const send = client.query.bind(client) as (query: unknown, ...rest: unknown[]) => unknown;
  const stream = streamOf(client);
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
    return send(query, ...rest);
  }) as typeof client.query;
}

/** The socket of a connection; `pg` has no name for it. */
export function streamOf(client: pg.Client): Duplex {
  return (client.connection as unknown as { stream: Duplex }).stream;
}
