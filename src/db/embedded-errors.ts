/**
 * Something keeps the embedded PostgreSQL from running. The message names the cause and then the remedy,
 * so that it can be shown as it is to whoever started the application.
 */
export class EmbeddedDatabaseError extends Error {
  override readonly name: string = 'EmbeddedDatabaseError';
  readonly remedy: string;

  constructor(problem: string, remedy: string, cause?: unknown) {
    super(`${problem} ${remedy}`, { cause });
    this.remedy = remedy;
  }
}

/** The PostgreSQL binaries are missing or cannot be run by the user who has to run them. */
export class EmbeddedBinariesError extends EmbeddedDatabaseError {
  override readonly name = 'EmbeddedBinariesError';
}

/** Started as root, and there is no ordinary user as whom PostgreSQL could run. */
export class EmbeddedUserError extends EmbeddedDatabaseError {
  override readonly name = 'EmbeddedUserError';
}

/** There is a cluster, but not one that may or can be started here: other owner, other version, out of reach. */
export class EmbeddedClusterError extends EmbeddedDatabaseError {
  override readonly name = 'EmbeddedClusterError';
}

/** Another running application uses this cluster. */
export class EmbeddedDatabaseInUseError extends EmbeddedDatabaseError {
  override readonly name = 'EmbeddedDatabaseInUseError';
}

/** initdb or postgres gave up, or did not answer in time; the message carries the end of its output. */
export class EmbeddedStartError extends EmbeddedDatabaseError {
  override readonly name = 'EmbeddedStartError';
}

/** PostgreSQL did not end in time. */
export class EmbeddedStopError extends EmbeddedDatabaseError {
  override readonly name = 'EmbeddedStopError';
}

/** The `code` of a system or PostgreSQL error (`ENOENT`, `57P03`), undefined for everything else. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
