import { Router } from 'express';
import type { AppContext } from '../../http/context.ts';
import { systemOf } from '../../http/current-user.ts';
import { localeOf, renderPage } from '../../http/render.ts';
import { translator } from '../../i18n/index.ts';
import { notFound } from '../../lib/errors.ts';
import { queryText, readYear } from '../design/paths.ts';
import { findPublished, knownThings, listYearRounds, type PublishedYear } from '../drafts/queries.ts';
import { loadFramework } from '../queries.ts';
import { listRevisions } from '../revisions/queries.ts';
import { chosenRevision, otherRounds } from '../revisions/rules.ts';
import type { Revision } from '../revisions/types.ts';
import type { HandbookSource } from './page.ts';
import { handbookParts } from './page.ts';

/** Names of rounds and bureaus may be changed without a new version of the framework. */
const FRESH_FOR_MS = 60_000;
const MAX_IN_MEMORY = 20;
const BROWSERS_KEEP = 'public, max-age=60';

/** คู่มือตัวชี้วัด of a published year, for everybody; drafts are not there. */
export function handbookRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  const load = handbookLoader(context);

  router.get('/handbook/:year', async (req, res) => {
    const system = systemOf(req);
    const fiscalYear = readYear(req.params);
    const published = await findPublished(context.db, system.id, fiscalYear);
    if (published === undefined) throw notFound();
    const newest = await load(system.id, fiscalYear, published);
    const shown = chosenRevision(newest.revisions, queryText(req.query, 'revision'));
    const { version } = shown;
    const source =
      shown.replacedAt === null ? newest : await load(system.id, fiscalYear, { ...published, version });
    const parts = handbookParts(source, translator(localeOf(req)));
    if (req.user === undefined) res.set('Cache-Control', BROWSERS_KEEP).vary('Cookie');
    await renderPage(req, res, 'handbook/page', {
      fiscalYear,
      parts,
      rounds: source.rounds,
      shown,
      publishedAt: published.publishedAt,
      others: otherRounds(newest.revisions, shown),
    });
  });

  return router;
}

interface LoadedHandbook extends HandbookSource {
  revisions: Revision[];
}

/** What many strangers may ask for is read once a minute. */
function handbookLoader({ db }: AppContext) {
  const memory = new Map<string, { at: number; source: Promise<LoadedHandbook> }>();

  async function read(
    systemId: string,
    fiscalYear: number,
    published: PublishedYear,
  ): Promise<LoadedHandbook> {
    const framework = await loadFramework(db, published.frameworkId, published.version);
    const rounds = await listYearRounds(db, systemId, fiscalYear);
    const known = await knownThings(db, systemId, fiscalYear);
    return { framework, rounds, known, revisions: await listRevisions(db, published.frameworkId) };
  }

  return (systemId: string, fiscalYear: number, published: PublishedYear): Promise<LoadedHandbook> => {
    const key = `${published.frameworkId} ${published.version}`;
    const now = performance.now();
    const known = memory.get(key);
    if (known !== undefined && now - known.at < FRESH_FOR_MS) return known.source;
    const source = read(systemId, fiscalYear, published);
    memory.delete(key);
    memory.set(key, { at: now, source });
    source.catch(() => memory.delete(key));
    const [oldest] = memory.keys();
    if (memory.size > MAX_IN_MEMORY && oldest !== undefined) memory.delete(oldest);
    return source;
  };
}
