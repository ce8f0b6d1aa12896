import { parseArgs } from 'node:util';
import { verifySeal } from '../cycle/seal/actions.ts';
import { inGroups } from '../cycle/seal/canonical.ts';
import { listSealedRounds } from '../cycle/seal/queries.ts';
import type { SealDifference, VerifiedSeal } from '../cycle/seal/types.ts';
import { type CommandContext, CommandError } from './command.ts';

const USAGE =
  'Usage: seal verify [--round ID [--hash SHA-256]]\n' +
  'The hash is the one that was mailed or printed: 64 hexadecimal digits, with or without spaces.';

/**
 * `seal verify [--round ID [--hash SHA-256]]`: recomputes the hash of every stored snapshot, or of one round's, and
 * compares the snapshot with the live tables; lists exactly what differs. `--hash`: the one that was mailed or
 * printed. Reads only. Throws a CommandError where anything is not as it was sealed.
 */
export async function run(
  args: string[],
  { db }: Pick<CommandContext, 'db'>,
  out: (line: string) => void = console.log,
): Promise<void> {
  const { round, hash } = optionsOf(args);
  const rounds = (await listSealedRounds(db)).filter(({ id }) => round === undefined || id === round);
  if (rounds.length === 0) {
    if (round !== undefined) throw new CommandError(`The round ${round} is not sealed.`);
    return out('No round is sealed.');
  }
  let faulty = 0;
  for (const { id, label } of rounds) {
    const seal = await verifySeal(db, id);
    const problems = seal === undefined ? ['the seal is missing'] : problemsOf(seal, hash);
    if (problems.length > 0) faulty += 1;
    out(headLine(id, label, seal, problems.length));
    for (const problem of problems) out(`  ${problem}`);
  }
  if (faulty > 0) throw new CommandError(`${faulty} of ${rounds.length} seals do not hold.`);
  out('Every seal holds.');
}

/** A hash in groups may come as so many arguments: nobody has to quote what was mailed. */
function optionsOf(args: string[]): { round: string | undefined; hash: string | undefined } {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args,
    options: { round: text, hash: text },
    allowPositionals: true,
  });
  const hash = values.hash === undefined ? undefined : plainHash(values.hash + positionals.join(''));
  const isWrong =
    (values.round !== undefined && !/^\d{1,18}$/.test(values.round)) ||
    (hash === undefined
      ? positionals.length > 0
      : values.round === undefined || !/^[0-9a-f]{64}$/.test(hash));
  if (isWrong) throw new CommandError(USAGE);
  return { round: values.round, hash };
}

function plainHash(typed: string): string {
  return typed.replace(/\s/g, '').toLowerCase();
}

function headLine(id: string, label: string, seal: VerifiedSeal | undefined, problems: number): string {
  const about = `${label} (round ${id})`;
  if (seal === undefined) return `${about}: BROKEN`;
  const sealed = `sealed ${seal.sealedAt.toISOString()} by ${seal.sealedBy}, SHA-256 ${inGroups(seal.sha256)}`;
  return `${about}: ${problems === 0 ? 'holds' : 'BROKEN'}, ${sealed}`;
}

function problemsOf(seal: VerifiedSeal, given: string | undefined): string[] {
  const { sha256, computed, unreadable, unsealedOffices, differences } = seal;
  return [
    ...(computed === sha256
      ? []
      : [`hash: stored ${inGroups(sha256)}, the snapshot gives ${inGroups(computed)}`]),
    ...(given === undefined || given === computed
      ? []
      : [`hash: given ${inGroups(given)}, the snapshot gives ${inGroups(computed)}`]),
    ...(unreadable ? ['snapshot: it is not in canonical form'] : []),
    ...(unsealedOffices === 0 ? [] : [`offices: ${unsealedOffices} do not carry the seal`]),
    ...differences.map(differenceLine),
  ];
}

function differenceLine({ where, field, sealed, now }: SealDifference): string {
  if (field === '') return `${where}: ${now === null ? 'is missing' : 'was added'}`;
  return `${where}: ${field}: sealed ${sealed ?? 'nothing'}, now ${now ?? 'nothing'}`;
}
