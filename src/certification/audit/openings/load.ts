import { loadFrameworkOf } from '../../../framework/queries.ts';
import { appliesTo, isDue, labelOf } from '../../../framework/rules.ts';
import type { SubIndicator } from '../../../framework/types.ts';
import type { AppContext } from '../../../http/context.ts';
import type { CurrentUser } from '../../../http/current-user.ts';
import { notFound } from '../../../lib/errors.ts';
import { roundsFor } from '../../../rounds/queries.ts';
import { askedRound } from '../../../rounds/rules.ts';
import type { Round } from '../../../rounds/types.ts';
import { reachOf } from '../../rules.ts';
import { giverOf } from '../rules.ts';
import type { AuditPlace } from './actions.ts';
import {
  findRequest,
  listAuditOffices,
  listEvents,
  listOpenings,
  listRequests,
  listScores,
  loadNodeStates,
  loadOfficeNames,
} from './queries.ts';
import type { AuditEvent, AuditOffice, AuditRequest, NodeState, OfficeScoreGiven, Opening } from './types.ts';

/** What the person can do about the openings of a sub-indicator now. */
export type Asking = 'ask' | 'open' | 'notGiver' | 'closed' | 'sealed' | 'always';

export interface NodeLine {
  sub: SubIndicator;
  /** Short name of the bureau that gives the score; null: the KPI office. */
  giver: string | null;
  state: NodeState;
}

export interface AuditList {
  round: Round | undefined;
  rounds: Round[];
  open: AuditRequest[];
  answered: AuditRequest[];
  /** With name of its sub-indicator, by request. */
  names: Map<string, string>;
  lines: NodeLine[];
}

const NO_STATE: NodeState = { openToAll: false, openOffices: 0, scores: 0, requests: 0 };

/** AUDIT of a round: what was asked for, and every sub-indicator within the person's reach. Throws notFound. */
export async function loadAuditList(
  { db, clock }: AppContext,
  user: CurrentUser,
  roundId: string | undefined,
): Promise<AuditList> {
  const now = clock();
  const rounds = await roundsFor(db, user, now);
  const round = askedRound(rounds, roundId, now);
  const reach = { systemId: user.systemId, bureauId: reachOf(user) };
  const [open, answered] = [await listRequests(db, reach, 'open'), await listRequests(db, reach, 'answered')];
  const names = await requestNames(db, rounds, [...open, ...answered]);
  if (round === undefined) return { round, rounds, open, answered, names, lines: [] };
  const framework = await loadFrameworkOf(db, round);
  const states = await loadNodeStates(db, { roundId: round.id, bureauId: reach.bureauId });
  const subs = framework.subIndicators.filter((sub) => isDue(sub, round.kind) && concerns(user, sub));
  const givers = await loadOfficeNames(db, [
    ...new Set(subs.map((sub) => giverOf(sub, round.kind)).filter((id) => id !== null)),
  ]);
  const lines = subs.map((sub) => ({
    sub,
    giver: givers.get(giverOf(sub, round.kind) ?? '') ?? null,
    state: states.get(sub.id) ?? NO_STATE,
  }));
  return { round, rounds, open, answered, names, lines };
}

export interface AuditNode extends AuditPlace {
  round: Round;
  giver: string | null;
  asking: Asking;
  openings: Opening[];
  requests: AuditRequest[];
  scores: OfficeScoreGiven[];
  /** Offices for which AUDIT is open and no score was given. */
  missing: AuditOffice[];
  events: AuditEvent[];
}

/** AUDIT of one sub-indicator in a round, with all its history. Throws notFound outside the person's reach. */
export async function loadAuditNode(
  context: AppContext,
  user: CurrentUser,
  nodeId: string,
  roundId: string | undefined,
): Promise<AuditNode> {
  const { db, clock } = context;
  const now = clock();
  const rounds = await roundsFor(db, user, now);
  const round = askedRound(rounds, roundId, now);
  if (round === undefined) throw notFound();
  const framework = await loadFrameworkOf(db, round);
  const sub = framework.nodes.get(nodeId)?.subIndicator;
  if (!sub || !isDue(sub, round.kind) || !concerns(user, sub)) throw notFound();
  const scope = { roundId: round.id, nodeId };
  const offices = (await listAuditOffices(db, round.id)).filter((office) => appliesTo(sub, office));
  const giverId = giverOf(sub, round.kind);
  const reach = { systemId: user.systemId, bureauId: reachOf(user) };
  const requests = await listRequests(db, reach, 'open');
  const openings = await listOpenings(db, scope);
  const scores = await listScores(db, scope);
  return {
    round,
    sub,
    offices,
    giver: giverId === null ? null : ((await loadOfficeNames(db, [giverId])).get(giverId) ?? null),
    asking: askingOf(user, sub, round, now),
    openings,
    requests: requests.filter((request) => request.nodeId === nodeId && request.roundId === round.id),
    scores,
    missing: withoutScore(sub, offices, openings, scores),
    events: await listEvents(db, scope),
  };
}

function withoutScore(
  sub: SubIndicator,
  offices: readonly AuditOffice[],
  openings: readonly Opening[],
  scores: readonly OfficeScoreGiven[],
): AuditOffice[] {
  const given = new Set(scores.map(({ officeId }) => officeId));
  const opened = new Set(openings.map(({ officeId }) => officeId));
  const toAll = sub.mode === 'audit' || opened.has(null);
  return offices.filter(({ id }) => (toAll || opened.has(id)) && !given.has(id));
}

/** A request with the page of its sub-indicator. Throws notFound outside the person's reach. */
export async function loadRequest(
  context: AppContext,
  user: CurrentUser,
  id: string,
): Promise<{ request: AuditRequest; node: AuditNode }> {
  const request = await findRequest(context.db, { systemId: user.systemId, bureauId: reachOf(user), id });
  if (request === undefined) throw notFound();
  return { request, node: await loadAuditNode(context, user, request.nodeId, request.roundId) };
}

/** A bureau sees the sub-indicators of which it certifies a variable; the KPI office all. */
function concerns(user: CurrentUser, sub: SubIndicator): boolean {
  return reachOf(user) === null || sub.variables.some(({ bureauId }) => bureauId === user.officeId);
}

function askingOf(user: CurrentUser, sub: SubIndicator, round: Round, now: Date): Asking {
  if (round.sealedAt !== null) return 'sealed';
  if (sub.mode === 'audit') return 'always';
  if (user.role === 'kpi_office') return 'open';
  if (giverOf(sub, round.kind) !== user.officeId) return 'notGiver';
  return now < round.certificationClosesAt ? 'ask' : 'closed';
}

/** What requests are about, by their ids: of any round that is still there. */
async function requestNames(
  db: AppContext['db'],
  rounds: readonly Round[],
  requests: readonly AuditRequest[],
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { id, nodeId, roundId } of requests) {
    const round = rounds.find((candidate) => candidate.id === roundId);
    if (round === undefined) continue;
    const framework = await loadFrameworkOf(db, round);
    const node = framework.nodes.get(nodeId);
    if (node !== undefined) names.set(id, labelOf(node));
  }
  return names;
}
