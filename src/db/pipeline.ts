import type pg from 'pg';

/*
 * A round trip to the database costs more than most statements. So statements that do not wait for each other
 * (`Promise.all` within one transaction) travel together, in their order.
 */

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
    return send(query, ...rest);
  }) as typeof client.query;
}

interface Corkable {
  cork(): void;
  uncork(): void;
}
