import { loadYear } from '../../framework/design/load.ts';
import { lintDraft } from '../../framework/drafts/lint.ts';
import { textOfProblem } from '../../framework/problems.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentSystem } from '../../http/current-user.ts';
import type { Translate } from '../../i18n/index.ts';
import type { ManagedRound } from '../rounds/types.ts';
import { findReadiness } from './queries.ts';
import type { RehearsalFacts } from './types.ts';

/** Everything that a rehearsal of a round looks at; about ten statements, however many offices. */
export async function loadRehearsal(
  { db, config }: Pick<AppContext, 'db' | 'config'>,
  system: CurrentSystem,
  round: ManagedRound,
  t: Translate,
): Promise<RehearsalFacts> {
  const roles = system.settings.secondFactorRoles;
  const framework = await loadFrameworkOf(db, round);
  const { published, known } = await loadYear(db, system, round.fiscalYear);
  const problems = published === undefined ? [] : lintDraft(published.document, known);
  const texts = (wanted: 'error' | 'warning') =>
    problems
      .filter(({ severity }) => severity === wanted)
      .map((problem) => {
        const where = problem.parts.map(({ code }) => code).join(', ');
        return where === '' ? textOfProblem(t, problem) : `${where}: ${textOfProblem(t, problem)}`;
      });
  const audits = framework.subIndicators.filter(
    ({ mode, variables }) => mode === 'audit' && variables.some(({ sources }) => sources.has(round.kind)),
  );
  return {
    ...(await findReadiness(db, { roundId: round.id, systemId: system.id, roles })),
    lint: { errors: texts('error'), warnings: texts('warning') },
    audits: audits.map(({ code, name }) => ({ code, name })),
    demandsFactor: roles.length > 0,
    hasMailServer: config.smtpUrl !== undefined,
  };
}
