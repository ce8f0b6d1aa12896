import { Router } from 'express';
import { z } from 'zod';
import { loadFrameworkOf } from '../../framework/queries.ts';
import { appliesTo } from '../../framework/rules.ts';
import type { Framework, SubIndicator } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import { type CurrentUser, signedIn } from '../../http/current-user.ts';
import { renderPage } from '../../http/render.ts';
import { allow, may } from '../../http/rights.ts';
import { withArabicDigits } from '../../lib/numbers.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { currentRound, roundsOf } from '../../rounds/rules.ts';
import type { Round } from '../../rounds/types.ts';
import { findOffices } from './queries.ts';

const LIMIT = 30;
const query = z.object({ q: z.string().trim().max(100).catch('').default('') });

/** The box above the menu, asked on a page of its own: indicators and offices that contain a text. */
export function searchRoutes({ db, clock }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/search', allow('report.view'), async (req, res) => {
    const { user, system } = signedIn(req);
    const { q } = query.parse(req.query);
    const text = withArabicDigits(q);
    const now = clock();
    const rounds = roundsOf(user, await roundsFor(db, user, now));
    const round = currentRound(rounds, now);
    const offices = q === '' ? [] : await findOffices(db, { systemId: system.id, text, limit: LIMIT });
    const framework = round && (await loadFrameworkOf(db, round));
    const indicators =
      framework === undefined || q === ''
        ? []
        : findIndicators(framework, user, text).map((sub) => ({
            sub,
            href: pageOf(sub, user, round, `/${system.code}`),
          }));
    await renderPage(req, res, 'search/page', { q, round, offices, indicators: indicators.slice(0, LIMIT) });
  });

  return router;
}

/** Sub-indicators whose code, name or variables contain the text; of a district only what it reports. */
function findIndicators(framework: Framework, user: CurrentUser, text: string): SubIndicator[] {
  const wanted = text.toLocaleLowerCase();
  const contains = (name: string) => name.toLocaleLowerCase().includes(wanted);
  const office = { id: user.officeId, type: user.officeType };
  return framework.subIndicators.filter(
    (sub) =>
      (user.officeKind !== 'district' || appliesTo(sub, office)) &&
      (sub.code === text || contains(sub.name) || sub.variables.some((variable) => contains(variable.name))),
  );
}

/** Where this person works on the sub-indicator; the report for those who only read it. */
function pageOf(
  sub: SubIndicator,
  user: CurrentUser,
  round: Round | undefined,
  base: string,
): string | undefined {
  if (round === undefined) return undefined;
  if (may(user, 'entry.view')) return `${base}/entry?round=${round.id}#i${sub.id}`;
  const own = sub.variables.find(
    (variable) =>
      variable.sources.has(round.kind) && (user.role === 'kpi_office' || variable.bureauId === user.officeId),
  );
  return own && `${base}/certify/variables?round=${round.id}&variable=${own.id}`;
}
