import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  link,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type pg from 'pg';
import { majorVersion } from './embedded-binaries.ts';
import { EmbeddedClusterError, EmbeddedStartError, errorCode } from './embedded-errors.ts';
import type { EmbeddedLocation, ServerUser } from './embedded-location.ts';
import { lastLines } from './embedded-log.ts';
import { SUPERUSER } from './embedded-ownership.ts';
import { childOptions, type ServerPrograms } from './embedded-process.ts';

const run = promisify(execFile);

const UNFINISHED_PREFIX = 'postgres.new-';
const UNFINISHED_LIFE_MS = 10 * 60_000;

/** The application's role and its database. */
export const APPLICATION_ROLE = 'kpi';
export const APPLICATION_DATABASE = 'kpi';

/**
 * Makes the cluster unless it exists. It is built under another name and then moved into place, so that a
 * `postgres` folder is always a whole cluster, even when the power fails during initdb.
 *
 * initdb may sync to the disk (about 0.7 of its 1.8 seconds): without it, data entered on the first day would
 * stand on files that a power failure can still take away.
 *
 * The database sorts by code point (builtin C.UTF-8): its indexes then do not depend on the version of ICU
 * that a later package brings. Thai order comes from ICU collations, named where names are sorted.
 *
 * @throws EmbeddedClusterError, EmbeddedStartError
 */
export async function ensureCluster(
  programs: ServerPrograms,
  location: EmbeddedLocation,
  password: string,
  durable: boolean,
): Promise<void> {
  if (existsSync(location.clusterPath)) return checkCluster(programs, location);
  await removeUnfinished(location.home);
  const unfinished = join(location.home, `${UNFINISHED_PREFIX}${randomBytes(4).toString('hex')}`);
  const passwordCopy = `${unfinished}.password`;
  try {
    await mkdir(unfinished, { mode: 0o700 });
    await writeFile(passwordCopy, password, { mode: 0o600 });
    if (programs.serverUser) {
      for (const path of [unfinished, passwordCopy]) await giveTo(programs.serverUser, path);
    }
    await initdb(programs, location.home, unfinished, passwordCopy, durable);
    await moveIntoPlace(unfinished, location, durable);
  } finally {
    await rm(passwordCopy, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function checkCluster(programs: ServerPrograms, { clusterPath }: EmbeddedLocation): Promise<void> {
  const { uid } = await stat(clusterPath);
  const expected = programs.serverUser?.uid ?? process.getuid?.() ?? uid;
  if (uid !== expected) {
    throw new EmbeddedClusterError(
      `The database in ${clusterPath} belongs to user ${uid}, but PostgreSQL would run as user ${expected}.`,
      'Start the application as the owner of the database, or give the folder to the other user (chown -R).',
    );
  }
  const found = (await readFile(join(clusterPath, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  const needed = await majorVersion(programs.binDir);
  if (found === '') {
    throw new EmbeddedClusterError(
      `${clusterPath} is not a PostgreSQL cluster: its PG_VERSION is missing.`,
      'Restore the folder from a backup, or move it away to start with an empty database.',
    );
  }
  if (found !== needed) {
    throw new EmbeddedClusterError(
      `The database in ${clusterPath} was made by PostgreSQL ${found}; this application brings ${needed}.`,
      `Move the data with pg_dump and pg_restore, or with pg_upgrade, to a cluster of PostgreSQL ${needed}.`,
    );
  }
}

async function initdb(
  { binDir, serverUser }: ServerPrograms,
  home: string,
  target: string,
  passwordFile: string,
  durable: boolean,
): Promise<void> {
  const flags = [
    ...[`--pgdata=${target}`, `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...['--no-instructions', ...(durable ? [] : ['--no-sync'])],
  ];
  try {
    await run(join(binDir, 'initdb'), flags, childOptions(home, serverUser));
  } catch (error) {
    const output = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
    throw new EmbeddedStartError(
      `The PostgreSQL cluster could not be created in ${home}: ${lastLines(output || String(error))}`,
      'Check free disk space and the permissions of that folder, or set DATABASE_URL.',
      error,
    );
  }
  await writeFile(join(target, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');
}

/** Another application may have been quicker; then its cluster, made with the same password file, is used. */
async function moveIntoPlace(
  unfinished: string,
  location: EmbeddedLocation,
  durable: boolean,
): Promise<void> {
  try {
    await rename(unfinished, location.clusterPath);
  } catch (error) {
    if (existsSync(location.clusterPath)) return;
    throw error;
  }
  if (durable && process.platform !== 'win32') {
    const folder = await open(location.home, 'r');
    await folder.sync().finally(() => folder.close());
  }
}

async function removeUnfinished(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(UNFINISHED_PREFIX)) continue;
    const path = join(home, name);
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > UNFINISHED_LIFE_MS) await rm(path, { recursive: true, force: true });
  }
}

async function giveTo(user: ServerUser, path: string): Promise<void> {
  await chown(path, user.uid, user.gid);
}

/**
 * The cluster's password from its file, made at the first start. `isNew` with an existing cluster means that
 * the file was lost and the password has to be set again.
 */
export async function ensurePassword(
  { passwordFile }: EmbeddedLocation,
  serverUser: ServerUser | null,
): Promise<{ password: string; isNew: boolean }> {
  const known = await readPassword(passwordFile);
  if (known !== null) return { password: known, isNew: false };
  const draft = `${passwordFile}.new-${randomBytes(4).toString('hex')}`;
  const password = randomBytes(24).toString('hex');
  try {
    await writeFile(draft, `${password}\n`, { mode: 0o600, flush: true });
    if (serverUser) await giveTo(serverUser, draft);
    // Unlike a rename, a link never replaces the password of an application that was quicker.
    await link(draft, passwordFile);
    return { password, isNew: true };
  } catch (error) {
    const quicker = errorCode(error) === 'EEXIST' ? await readPassword(passwordFile) : null;
    if (quicker === null) throw error;
    return { password: quicker, isNew: false };
  } finally {
    await rm(draft, { force: true });
  }
}

async function readPassword(passwordFile: string): Promise<string | null> {
  try {
    const password = (await readFile(passwordFile, 'utf8')).trim();
    if (password !== '') {
      await chmod(passwordFile, 0o600);
      return password;
    }
    await rm(passwordFile);
    return null;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new EmbeddedClusterError(
      `The password file ${passwordFile} of the database cannot be read.`,
      'Start the application as the owner of the database, or correct the permissions of that file.',
      error,
    );
  }
}

/** Gives the superuser a new password while no server runs (single-user mode), after the file was lost. */
export async function resetPassword(
  { binDir, serverUser }: ServerPrograms,
  location: EmbeddedLocation,
  password: string,
): Promise<void> {
  const child = spawn(join(binDir, 'postgres'), ['--single', '-D', location.clusterPath, 'postgres'], {
    ...childOptions(location.home, serverUser),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.end(`alter role ${SUPERUSER} password '${password}';\n`);
  const [output, code] = await Promise.all([
    text(child.stderr),
    new Promise((resolve) => child.on('error', resolve).on('close', resolve)),
  ]);
  if (code === 0 && !/\b(ERROR|FATAL|PANIC):/.test(output)) return;
  throw new EmbeddedClusterError(
    `The password file ${location.passwordFile} is missing and a new password could not be set: ${lastLines(output)}`,
    'Restore that file from a backup.',
  );
}

/**
 * Makes the application's role and database where missing. The role owns the database and nothing else:
 * whatever goes wrong in the application, it cannot reach files or programs through PostgreSQL.
 */
export async function ensureDatabase(client: pg.Client, password: string, mayCreate: boolean): Promise<void> {
  const role = await client.query('select 1 from pg_roles where rolname = $1', [APPLICATION_ROLE]);
  const verb = role.rowCount === 0 ? 'create' : 'alter';
  await client.query(
    `${verb} role ${APPLICATION_ROLE} login ${mayCreate ? 'createdb' : 'nocreatedb'} password '${password}'`,
  );
  const database = await client.query('select 1 from pg_database where datname = $1', [APPLICATION_DATABASE]);
  if (database.rowCount === 0) {
    await client.query(`create database ${APPLICATION_DATABASE} owner ${APPLICATION_ROLE}`);
  }
}
