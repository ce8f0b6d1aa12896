/**
 * A small application on the embedded database, run as a process of its own by the tests that kill it or
 * press Ctrl-C. Its argument is the data folder; it prints `ready`, and on SIGINT finishes a request first.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedDatabase } from '../../src/db/embedded.ts';

const database = await startEmbeddedDatabase({ dataDir: process.argv[2] ?? '', log: console });
const client = new pg.Client(database.url);
await client.connect();
console.log('ready');

process.once('SIGINT', async () => {
  await sleep(300);
  const { rows } = await client.query('select 40 + 2 as answer');
  console.log(`answer ${rows[0].answer}`);
  await client.end();
  await database.stop();
});
