import { type Request, type Response, Router } from 'express';
import { problemText } from '../../entries/texts.ts';
import { type LoadedYear, loadYear } from '../../framework/design/load.ts';
import { queryText, readPartRef, readYear } from '../../framework/design/paths.ts';
import { partAt } from '../../framework/design/refs.ts';
import { draftFramework } from '../../framework/drafts/framework.ts';
import { levelTables } from '../../framework/drafts/level-table.ts';
import type { SubIndicatorPart } from '../../framework/drafts/parts.ts';
import type { AppContext } from '../../http/context.ts';
import { signedIn } from '../../http/current-user.ts';
import { localeOf, renderPage, renderPart, wantsPart } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { translator } from '../../i18n/index.ts';
import { notFound } from '../../lib/errors.ts';
import { calculate } from './rules.ts';

/** เครื่องคำนวณ beside a sub-indicator of the designer: typed values, and the score that they would give. */
export function calculatorRoutes({ db }: AppContext): Router {
  const router = Router({ mergeParams: true });

  router.get('/framework/:year/parts/:part/calculator', allow('framework.edit'), async (req, res) => {
    const loaded = await loadYear(db, signedIn(req).system, readYear(req.params));
    const part = partAt(loaded.document, readPartRef(req.params));
    if (part?.kind !== 'sub_indicator') throw notFound();
    await showCalculation(req, res, loaded, part);
  });

  return router;
}

async function showCalculation(
  req: Request,
  res: Response,
  { fiscalYear, document, known, draft }: LoadedYear,
  part: SubIndicatorPart,
): Promise<void> {
  const sub = draftFramework(document, known).nodes.get(part.key)?.subIndicator;
  if (!sub) throw notFound();
  const kinds = document.rounds.map(({ kind }) => kind);
  const asked = queryText(req.query, 'round');
  const kind = kinds.includes(asked) ? asked : (kinds.at(-1) ?? '');
  const texts = new Map(sub.variables.map(({ id }) => [id, queryText(req.query, `value-${id}`)]));
  const isTyped = [...texts.values()].some((text) => text.trim() !== '');
  const calculation = isTyped ? calculate(sub, kind, texts) : null;
  const t = translator(localeOf(req));
  const problems = [...(calculation?.problems ?? [])].map(([id, problem]) => {
    return [id, problemText(t, problem)] as const;
  });
  const status = problems.length === 0 ? 200 : 422;
  const data = { part, calculation, kind, texts, problems: new Map(problems) };
  if (wantsPart(req)) return renderPart(req, res, 'framework/calculation', data, status);
  const page = {
    ...data,
    ...{ fiscalYear, isDraft: draft !== undefined, kinds: document.rounds, ref: `node-${part.key}` },
    levels: levelTables(part.part),
  };
  await renderPage(req, res, 'framework/calculator-page', page, status);
}
