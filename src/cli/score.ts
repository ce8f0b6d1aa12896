import { parseArgs } from 'node:util';
import { lintFramework } from '../framework/lint.ts';
import { offlineFramework } from '../framework/offline.ts';
import { FrameworkRefused } from '../framework/problems.ts';
import { toScoring } from '../framework/rules.ts';
import { scoreOffice } from '../scoring/index.ts';
import { CommandError } from './command.ts';
import { readJsonFile } from './json-file.ts';
import { scoreReport } from './score-report.ts';
import { readValues } from './scores-format.ts';

const USAGE = 'Usage: score --framework FILE --values FILE --round 6M --office-type สพม';

/**
 * `score --framework FILE --values FILE --round 6M --office-type สพม`: the scores of one office in one round from
 * two files, with explanations, as JSON. Needs no database. Problems of the files are told all at once, as a
 * CommandError.
 */
export async function run(args: string[], out: (text: string) => void): Promise<void> {
  const { framework: frameworkFile, values: valuesFile, round: roundKind, officeType } = readOptions(args);
  const linted = lintFramework(await readJsonFile(frameworkFile), null);
  if ('problems' in linted) {
    throw new CommandError(`${frameworkFile} is refused. ${new FrameworkRefused(linted.problems).message}`);
  }
  const framework = offlineFramework(linted.document);
  const kinds = linted.document.rounds.map(({ kind }) => kind);
  const types = [...new Set(framework.subIndicators.flatMap((sub) => sub.officeTypes))];
  if (!kinds.includes(roundKind))
    throw new CommandError(`There is no round ${roundKind}, only ${kinds.join(', ')}.`);
  if (!types.includes(officeType)) {
    throw new CommandError(
      `Nothing applies to offices of the type ${officeType}, only to ${types.join(', ')}.`,
    );
  }
  const values = readValues(await readJsonFile(valuesFile), framework, roundKind);
  if ('problems' in values) {
    throw new CommandError(
      `${valuesFile} is refused:\n${values.problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  const office = { id: '', type: officeType };
  const tree = toScoring(framework, roundKind, office);
  const score = scoreOffice(tree, values.entries, values.audits);
  out(JSON.stringify(scoreReport({ framework, roundKind, office, tree, values, score }), null, 2));
}

function readOptions(args: string[]) {
  const text = { type: 'string' } as const;
  const options = { framework: text, values: text, round: text, 'office-type': text };
  const { framework, values, round, 'office-type': officeType } = parseArgs({ args, options }).values;
  if (framework === undefined || values === undefined || round === undefined || officeType === undefined) {
    throw new CommandError(USAGE);
  }
  return { framework, values, round, officeType };
}
