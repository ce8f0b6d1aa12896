import { parseArgs } from 'node:util';
import type { Framework } from '../framework/types.ts';
import { type Verification, verifyScores } from '../scores/verification/actions.ts';
import { listAllRounds, type RoundToVerify } from '../scores/verification/queries.ts';
import type { Difference } from '../scores/verification/rules.ts';
import { type CommandContext, CommandError } from './command.ts';

/**
 * `scores verify`: recomputes the scores of every office in every round and lists all that differ from the
 * stored ones, with what is stored and what was computed. Reads only. Throws a CommandError where anything differs.
 */
export async function run(
  args: string[],
  { db }: Pick<CommandContext, 'db'>,
  out: (line: string) => void = console.log,
): Promise<void> {
  parseArgs({ args, options: {} });
  let differing = 0;
  for (const round of await listAllRounds(db)) {
    const verified = await verifyScores(db, round);
    differing += verified.differences.length;
    for (const difference of verified.differences) out(differenceLine(round, verified, difference));
    out(roundLine(round, verified));
  }
  if (differing > 0) throw new CommandError(`${differing} stored figures are not what the entries give.`);
  out('All stored scores are what the entries give.');
}

function roundLine({ systemCode, label }: RoundToVerify, verified: Verification): string {
  const { offices, entries, scores, differences } = verified;
  return `${systemCode} · ${label}: ${offices.length} offices, ${entries} entries, ${scores} scores, ${differences.length} differences`;
}

function differenceLine(round: RoundToVerify, verified: Verification, difference: Difference): string {
  const { officeId, nodeId, field, stored, computed } = difference;
  const office = verified.offices.find((one) => one.officeId === officeId)?.name ?? officeId;
  const where = [round.systemCode, round.label, office, nodeName(verified.framework, nodeId)].join(' · ');
  return `${where} · ${field}: stored ${stored ?? 'nothing'}, computed ${computed ?? 'nothing'}`;
}

function nodeName(framework: Framework, nodeId: string | null): string {
  if (nodeId === null) return 'total';
  const node = framework.nodes.get(nodeId);
  return node === undefined ? `node ${nodeId}` : `${node.kind} ${node.code}`;
}
