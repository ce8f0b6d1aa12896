import { notFound } from '../../lib/errors.ts';
import type { Revision } from './types.ts';

/** The revision that an address asks for by its number; the one in force where it asks for none. Throws notFound. */
export function chosenRevision(revisions: readonly Revision[], wanted: string): Revision {
  const found = revisions.find(({ revision, replacedAt }) =>
    wanted === '' ? replacedAt === null : String(revision) === wanted,
  );
  if (found === undefined) throw notFound();
  return found;
}

/** What others than this revision the rounds of the year stand on. */
export function otherRounds(
  revisions: readonly Revision[],
  { revision }: Pick<Revision, 'revision'>,
): { label: string; revision: number }[] {
  return revisions
    .filter((other) => other.revision !== revision)
    .flatMap((other) => other.rounds.map((label) => ({ label, revision: other.revision })))
    .sort((a, b) => a.revision - b.revision);
}
