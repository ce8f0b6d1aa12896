import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedClusterError, EmbeddedUserError } from './embedded-errors.ts';

const run = promisify(execFile);

const NAME = 'kpi-reporting';

/** The ordinary user as whom PostgreSQL runs when the application itself runs as root. */
export type ServerUser = { uid: number; gid: number };

/** Where everything of one embedded database lives. All paths are absolute. */
export type EmbeddedLocation = {
  /** The folder beside the cluster: password, log and, where needed, a copy of the binaries. */
  home: string;
  clusterPath: string;
  passwordFile: string;
  logFile: string;
  /** True when the data folder is out of the server user's reach and `home` is under /var/lib instead. */
  relocated: boolean;
};

type LocationOptions = {
  /** An existing folder. */
  dataDir: string;
  /** Null when the application runs as an ordinary user: PostgreSQL then runs as the same user. */
  serverUser: ServerUser | null;
  /** Only for tests. */
  systemDir?: string;
};

/**
 * Decides where the cluster lives: in `<dataDir>/postgres`, or, when the server user cannot enter that folder
 * (a project in root's home), in `/var/lib/kpi-reporting-<hash of dataDir>/postgres`. Reads folders, writes
 * nothing. A cluster that exists is always found again: it is never silently replaced by an empty one
 * because permissions or the starting user changed in between.
 *
 * @throws EmbeddedClusterError when the existing cluster is one that this user cannot start
 */
export function embeddedDatabaseLocation(options: LocationOptions): EmbeddedLocation {
  const { serverUser, systemDir = '/var/lib' } = options;
  const dataDir = realpathSync(options.dataDir);
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  const inside = locationIn(dataDir, false);
  const outside = locationIn(join(systemDir, `${NAME}-${hash}`), true);

  if (serverUser === null) {
    if (existsSync(inside.clusterPath) || !existsSync(outside.clusterPath)) return inside;
    throw new EmbeddedClusterError(
      `The database of ${dataDir} is in ${outside.clusterPath}, because the application was first started as root there.`,
      `Start it as root again, or move that folder to ${inside.clusterPath} and ${outside.passwordFile} to ${inside.passwordFile}, both owned by you.`,
    );
  }
  const reachable = canEnter(dataDir, serverUser);
  if (existsSync(inside.clusterPath)) {
    if (reachable) return inside;
    if (!existsSync(outside.clusterPath)) throw outOfReach(inside.clusterPath, serverUser);
  }
  return reachable && !existsSync(outside.clusterPath) ? inside : outside;
}

function locationIn(home: string, relocated: boolean): EmbeddedLocation {
  return {
    home,
    clusterPath: join(home, 'postgres'),
    passwordFile: join(home, 'postgres.password'),
    logFile: join(home, 'postgres.log'),
    relocated,
  };
}

function outOfReach(clusterPath: string, user: ServerUser): EmbeddedClusterError {
  return new EmbeddedClusterError(
    `The database in ${clusterPath} exists, but user ${user.uid}, as whom PostgreSQL runs, can no longer enter that folder.`,
    `Give the folders above it the right to be entered (chmod o+x), or start the application as the owner of the database.`,
  );
}

/** Whether `user` may enter `folder`: the search permission on it and on every folder above it. */
export function canEnter(folder: string, user: ServerUser): boolean {
  const path = resolve(folder);
  const parent = dirname(path);
  if (parent !== path && !canEnter(parent, user)) return false;
  const { uid, gid, mode } = statSync(path);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  if (gid === user.gid) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}

/**
 * As root: the owner of the existing cluster, otherwise the system user `postgres`, created when missing.
 * Null for an ordinary user and where there is no root (Windows).
 *
 * @throws EmbeddedUserError when the user is missing and cannot be created
 */
export async function findServerUser(dataDir: string): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const cluster = statSync(join(dataDir, 'postgres'), { throwIfNoEntry: false });
  if (cluster && cluster.uid !== 0) return { uid: cluster.uid, gid: cluster.gid };
  return (await lookUpPostgres()) ?? (await createPostgres());
}

async function lookUpPostgres(): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', 'postgres']), run('id', ['-g', 'postgres'])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return null;
  }
}

async function createPostgres(): Promise<ServerUser> {
  try {
    await run('groupadd', ['--force', '--system', 'postgres']);
    await run('useradd', [
      ...['--system', '--no-create-home', '--gid', 'postgres'],
      ...['--shell', '/usr/sbin/nologin', 'postgres'],
    ]);
  } catch (error) {
    throw noServerUser(error);
  }
  const user = await lookUpPostgres();
  if (user === null) throw noServerUser(undefined);
  return user;
}

function noServerUser(cause: unknown): EmbeddedUserError {
  return new EmbeddedUserError(
    'PostgreSQL never runs as root, and the system user "postgres" is missing and could not be created.',
    'Create it (useradd --system postgres), start the application as an ordinary user, or set DATABASE_URL.',
    cause,
  );
}
