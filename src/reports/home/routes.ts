import { type Request, type Response, Router } from 'express';
import { listAssignees } from '../../assignments/queries.ts';
import { countAuditRequests } from '../../certification/audit/openings/queries.ts';
import { countOpenRequests } from '../../certification/requests/queries.ts';
import type { Db } from '../../db/database.ts';
import { timeLeft } from '../../entries/texts.ts';
import type { AppContext } from '../../http/context.ts';
import { type CurrentUser, signedIn } from '../../http/current-user.ts';
import { renderPage } from '../../http/render.ts';
import { allow } from '../../http/rights.ts';
import { roundsFor } from '../../rounds/queries.ts';
import { certificationIsOpen, currentRound, entryWindow, roundsOf } from '../../rounds/rules.ts';
import type { Round } from '../../rounds/types.ts';
import { listLatest } from '../../threads/inbox/queries.ts';
import { badgeOf, scopeOf } from '../../threads/inbox/rules.ts';
import { owesProfile } from '../../users/rules.ts';
import { reportedOf, statusScope, totalOf } from '../status/page.ts';
import { countByBureau } from '../status/queries.ts';
import { firstSteps, nextRound, ownRounds, progressByPerson, runningRounds, unassigned } from './page.ts';
import {
  countByRound,
  listLowestReporting,
  listOwnEntries,
  listWaiting,
  listWaitingAudits,
  loadFirstSteps,
} from './queries.ts';

const LOWEST_SHOWN = 10;
const figures = { timeLeft, totalOf, reportedOf, entryWindow, certificationIsOpen };

interface Home {
  req: Request;
  res: Response;
  context: AppContext;
  rounds: Round[];
  now: Date;
}

/** `/:system`: what must be done, and by when, for each role. */
export function homeRoutes(context: AppContext): Router {
  const router = Router({ mergeParams: true });
  router.get('/', allow('home.view'), async (req, res) => {
    const { user } = signedIn(req);
    const now = context.clock();
    const rounds = roundsOf(user, await roundsFor(context.db, user, now));
    const home = { req, res, context, rounds, now };
    if (user.role === 'kpi_office') return showKpiOffice(home);
    return user.officeKind === 'bureau' ? showBureau(home) : showDistrict(home);
  });
  return router;
}

/** The reporter's work; for the district admin the whole office's and the progress of its people. */
async function showDistrict({ req, res, context: { db }, rounds, now }: Home): Promise<void> {
  const { user, system } = signedIn(req);
  const running = runningRounds(rounds, now);
  const roundIds = running.map((round) => round.id);
  const entries =
    roundIds.length === 0
      ? []
      : await listOwnEntries(db, { officeId: user.officeId, userId: user.id, roundIds, now });
  const isAdmin = user.role === 'district_admin';
  const [main] = running;
  const assignees =
    isAdmin && main !== undefined
      ? await listAssignees(db, {
          frameworkId: main.frameworkId,
          officeId: user.officeId,
          systemId: system.id,
        })
      : new Map();
  const ofMain = entries.filter((entry) => entry.roundId === main?.id && entry.source === 'office');
  await renderPage(req, res, 'home/district', {
    ...figures,
    ...(await loadNews(db, user)),
    now,
    isAdmin,
    owesProfile: owesProfile(user, now),
    mine: ownRounds(
      running,
      entries.filter((entry) => entry.mine),
      now,
    ),
    office: isAdmin ? ownRounds(running, entries, now) : [],
    people: progressByPerson(ofMain, assignees),
    unassigned: isAdmin ? unassigned(ofMain, assignees) : [],
    last: currentRound(rounds, now) ?? null,
    next: nextRound(rounds, now) ?? null,
  });
}

/** What waits for the bureau's decision, oldest first, and how far its variables are. */
async function showBureau({ req, res, context: { db }, rounds, now }: Home): Promise<void> {
  const { user } = signedIn(req);
  const running = rounds.filter((round) => certificationIsOpen(round, now));
  const shown = running.length > 0 ? running : latestOf(rounds, now);
  const roundIds = shown.map((round) => round.id);
  await renderPage(req, res, 'home/bureau', {
    ...figures,
    ...(await loadNews(db, user)),
    now,
    running,
    shown,
    ...(await loadWaiting(db, user, running)),
    ...(await loadRequests(db, user, now)),
    progress: new Map((await countByRound(db, { roundIds, bureauId: user.officeId })).map(keyed)),
    next: nextRound(rounds, now) ?? null,
  });
}

/** The country's progress, what its own variables wait for, bureaus and offices that lag. */
async function showKpiOffice({ req, res, context: { db }, rounds, now }: Home): Promise<void> {
  const { user } = signedIn(req);
  const main = currentRound(rounds, now);
  const news = await loadNews(db, user);
  if (main === undefined) {
    const begun = await loadFirstSteps(db, user.systemId);
    const steps = { steps: firstSteps(begun), people: begun.people };
    return renderPage(req, res, 'home/kpi-office', { ...news, ...steps, main: null });
  }
  const ofYear = rounds.filter((round) => round.fiscalYear >= main.fiscalYear);
  const running = rounds.filter((round) => certificationIsOpen(round, now));
  const roundIds = ofYear.map((round) => round.id);
  await renderPage(req, res, 'home/kpi-office', {
    ...figures,
    ...news,
    now,
    main,
    running,
    rounds: ofYear,
    progress: new Map((await countByRound(db, { roundIds, bureauId: null })).map(keyed)),
    ...(await loadWaiting(db, user, running)),
    ...(await loadRequests(db, user, now)),
    bureaus: await countByBureau(db, statusScope(user, main.id, {})),
    lowest: await listLowestReporting(db, { roundId: main.id, limit: LOWEST_SHOWN }),
  });
}

/** What is new for the person's side: how many items, and the newest of them. */
async function loadNews(db: Db, user: CurrentUser) {
  const { newItems } = user;
  return { newCount: badgeOf(newItems), latest: newItems > 0 ? await listLatest(db, scopeOf(user)) : [] };
}

/** What waits for the decision or the AUDIT score of the person's bureau. */
async function loadWaiting(db: Db, user: CurrentUser, running: readonly Round[]) {
  const scope = { bureauId: user.officeId, roundIds: running.map((round) => round.id) };
  return {
    waiting: await listWaiting(db, scope),
    audits: await listWaitingAudits(db, scope),
  };
}

/** How many requests to edit wait for the answer of the person's bureau; for the KPI office all. */
async function loadRequests(db: Db, user: CurrentUser, now: Date) {
  const bureauId = user.role === 'kpi_office' ? null : user.officeId;
  const counts = await countOpenRequests(db, { systemId: user.systemId, bureauId, now });
  const auditRequests = bureauId === null ? await countAuditRequests(db, user.systemId) : 0;
  return { requests: [...counts.values()].reduce((sum, count) => sum + count, 0), auditRequests };
}

function keyed<Counts>({ roundId, counts }: { roundId: string; counts: Counts }): [string, Counts] {
  return [roundId, counts];
}

function latestOf(rounds: readonly Round[], now: Date): Round[] {
  return rounds.filter((round) => round.entryOpensAt <= now).slice(0, 1);
}
