import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from './embedded-errors.ts';
import type { EmbeddedDatabaseLog } from './embedded-log.ts';

/** The superuser of the cluster. The application itself works with a role that owns its database only. */
export const SUPERUSER = 'postgres';

const OWNER_LOCK = 7_041_129;
const APPLICATION_NAME = 'kpi-reporting owner, process ';
const INVALID_PASSWORD = '28P01';

/** The server on 127.0.0.1 and the superuser's password. */
export type ServerAddress = { port: number; password: string };

/** `owner`: this process owns the cluster. `taken`: `by` says who does. `unreachable`: nobody could be asked. */
export type Claim =
  | { result: 'owner'; client: pg.Client }
  | { result: 'taken'; by: string }
  | { result: 'unreachable'; error: unknown; wrongPassword: boolean };

/**
 * Tries to become the owner of the running cluster: the one application that may use and stop it. Ownership
 * is an advisory lock that lives exactly as long as the owner's connection, and thus as its process: an
 * application that was killed has lost it without any doubt, while numbers of processes in a file could mean
 * another program by now. So a running server whose lock is free is an orphan.
 */
export async function claimCluster({ port, password }: ServerAddress): Promise<Claim> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    ssl: false,
    application_name: `${APPLICATION_NAME}${process.pid}`,
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    // A killed owner's connection may take the server a moment to notice.
    for (let attempt = 0; attempt < 5; attempt += 1) {
      if (attempt > 0) await sleep(100);
      const { rows } = await client.query('select pg_try_advisory_lock($1) as free', [OWNER_LOCK]);
      if (rows[0].free) return { result: 'owner', client };
    }
    const by = await ownerName(client);
    await client.end();
    return { result: 'taken', by };
  } catch (error) {
    await client.end().catch(() => {});
    return { result: 'unreachable', error, wrongPassword: errorCode(error) === INVALID_PASSWORD };
  }
}

async function ownerName(client: pg.Client): Promise<string> {
  const { rows } = await client.query(
    `select a.application_name from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted and l.objid = $1`,
    [OWNER_LOCK],
  );
  const name: unknown = rows[0]?.application_name;
  return typeof name === 'string' ? name.replace(APPLICATION_NAME, 'process ') : 'another application';
}

/**
 * Watches the owner's connection until `release`. PostgreSQL closes all connections when one of its processes
 * crashes, and goes on by itself; the lock is then taken again.
 */
export function keepClaim(
  first: pg.Client,
  address: ServerAddress,
  log: EmbeddedDatabaseLog,
): { release(): void } {
  let released = false;
  watch(first);
  return {
    release() {
      released = true;
    },
  };

  function watch(client: pg.Client): void {
    client.once('end', () => {
      if (!released) void claimAgain();
    });
  }

  async function claimAgain(): Promise<void> {
    log.warn('PostgreSQL closed the connection that marks its owner');
    for (let attempt = 0; attempt < 100 && !released; attempt += 1) {
      const claim = await claimCluster(address);
      if (claim.result === 'owner') {
        if (released) await claim.client.end();
        else watch(claim.client);
        return;
      }
      if (claim.result === 'taken') break;
      await sleep(100);
    }
    if (!released)
      log.error('PostgreSQL ended or was taken over. Look into its log and restart the application.');
  }
}
