import { assigneesForMail } from '../../../assignments/receivers/queries.ts';
import type { Transaction } from '../../../db/database.ts';
import { labelOf } from '../../../framework/rules.ts';
import type { SubIndicator } from '../../../framework/types.ts';
import type { AppContext } from '../../../http/context.ts';
import type { CurrentUser } from '../../../http/current-user.ts';
import { notFound } from '../../../lib/errors.ts';
import { notifyAll } from '../../../notifications/actions.ts';
import { type WorkshopEvent, workshopNotice } from '../../../notifications/workshop-letters.ts';
import { holdRound } from '../../../rounds/queries.ts';
import { refuseSealed } from '../../../rounds/rules.ts';
import type { Round } from '../../../rounds/types.ts';
import { giverOf } from '../rules.ts';
import { listKpiOffice } from './queries.ts';
import type { Audience, AuditOffice, AuditRequest } from './types.ts';
import { answerOpenRequest, closeRunning, insertOpenings, insertRequest } from './writes/queries.ts';

/** A sub-indicator of a round, as its page has loaded it for this person. */
export interface AuditPlace {
  round: Pick<Round, 'id' | 'label' | 'kind'>;
  sub: SubIndicator;
  /** Those it applies to. */
  offices: readonly AuditOffice[];
}

const NAMED = 20;

/**
 * A bureau asks the KPI office to open AUDIT (manual KRS 2559, R141): request, history and letter in one
 * transaction. False where it has asked just this already.
 */
export async function askForAudit(
  { db, clock }: AppContext,
  user: CurrentUser,
  place: AuditPlace,
  audience: Audience,
): Promise<boolean> {
  const now = clock();
  return db.transaction(async (trx) => {
    const { round, sub } = place;
    await holdUnsealed(trx, user, round.id);
    const id = await insertRequest(trx, {
      ...audience,
      roundId: round.id,
      nodeId: sub.id,
      bureauId: user.officeId,
      userId: user.id,
      now,
    });
    if (id === undefined) return false;
    const userIds = await listKpiOffice(trx, user.systemId);
    const letter = { event: 'auditAsked', ...audience, path: `/audit/requests/${id}` } as const;
    await tell(trx, user, place, userIds, letter);
    return true;
  });
}

/**
 * The bureau takes its request back, until the round is sealed: so long the KPI office may answer. `answered`: it was
 * meanwhile; `ended`: with the seal.
 */
export async function withdrawRequest(
  { db, clock }: AppContext,
  { id: userId, systemId }: CurrentUser,
  { id, roundId }: Pick<AuditRequest, 'id' | 'roundId'>,
): Promise<'withdrawn' | 'answered' | 'ended'> {
  const now = clock();
  return db.transaction(async (trx) => {
    const round = await holdRound(trx, { roundId, systemId });
    if (round === undefined) throw notFound();
    if (round.sealedAt !== null) return 'ended';
    const done = await answerOpenRequest(trx, { id, state: 'withdrawn', answer: '', userId, now });
    return done ? 'withdrawn' : 'answered';
  });
}

/** The KPI office grants a request, which opens AUDIT, or declines it; false where it was answered meanwhile. */
export async function answerRequest(
  { db, clock }: AppContext,
  user: CurrentUser,
  place: AuditPlace,
  request: AuditRequest,
  { act, answer }: { act: 'grant' | 'decline'; answer: string },
): Promise<boolean> {
  const now = clock();
  const granted = act === 'grant';
  return db.transaction(async (trx) => {
    await holdUnsealed(trx, user, place.round.id);
    const state = granted ? 'granted' : 'declined';
    if (!(await answerOpenRequest(trx, { id: request.id, state, answer, userId: user.id, now })))
      return false;
    const { officeIds, reason } = request;
    if (granted) {
      const opening = { roundId: place.round.id, nodeId: place.sub.id, officeIds, reason };
      await insertOpenings(trx, { ...opening, requestId: request.id, userId: user.id, now });
    }
    const userIds = await peopleOf(trx, user, [request.bureauId], place);
    const event = granted ? 'auditOpened' : 'auditDeclined';
    await tell(trx, user, place, userIds, { event, officeIds, reason: answer });
    return true;
  });
}

/** The KPI office opens AUDIT without being asked (R145); for how many offices, or for all: 0 = it was open already. */
export async function openAudit(
  { db, clock }: AppContext,
  user: CurrentUser,
  place: AuditPlace,
  audience: Audience,
): Promise<number> {
  const now = clock();
  return db.transaction(async (trx) => {
    await holdUnsealed(trx, user, place.round.id);
    const opening = { ...audience, roundId: place.round.id, nodeId: place.sub.id };
    const opened = await insertOpenings(trx, { ...opening, requestId: null, userId: user.id, now });
    if (opened.length > 0) await tellOfOpenings(trx, user, place, 'auditOpened', opened, audience.reason);
    return opened.length;
  });
}

/** The KPI office closes openings: the boxes go, given scores stay until they are withdrawn (R146). */
export async function closeOpenings(
  { db, clock }: AppContext,
  user: CurrentUser,
  place: AuditPlace,
  ids: readonly string[],
): Promise<number> {
  const now = clock();
  return db.transaction(async (trx) => {
    await holdUnsealed(trx, user, place.round.id);
    const where = { roundId: place.round.id, nodeId: place.sub.id };
    const closed = await closeRunning(trx, { ...where, ids, userId: user.id, now });
    if (closed.length > 0) await tellOfOpenings(trx, user, place, 'auditClosed', closed, '');
    return closed.length;
  });
}

/** Nobody seals the round until the transaction ends. Throws `sealed` where it is, notFound where it is none. */
async function holdUnsealed(trx: Transaction, { systemId }: CurrentUser, roundId: string): Promise<void> {
  const round = await holdRound(trx, { roundId, systemId });
  if (round === undefined) throw notFound();
  refuseSealed(round);
}

/** Whoever gives the score learns of it; where the KPI office does, the bureaus of the variables. */
async function tellOfOpenings(
  trx: Transaction,
  user: CurrentUser,
  place: AuditPlace,
  event: WorkshopEvent,
  officeIds: readonly (string | null)[],
  reason: string,
): Promise<void> {
  const giver = giverOf(place.sub, place.round.kind);
  const bureaus = giver === null ? place.sub.variables.map(({ bureauId }) => bureauId) : [giver];
  const some = officeIds.filter((id) => id !== null);
  const userIds = await peopleOf(trx, user, bureaus, place);
  await tell(trx, user, place, userIds, {
    event,
    reason,
    officeIds: some.length < officeIds.length ? null : some,
  });
}

/** The people of these bureaus who are told of the sub-indicator. */
async function peopleOf(
  trx: Transaction,
  { systemId }: CurrentUser,
  bureauIds: readonly string[],
  { sub }: AuditPlace,
): Promise<string[]> {
  const sides = bureauIds.map((officeId) => ({ officeId, nodeId: sub.id }));
  const receivers = await assigneesForMail(trx, systemId, sides);
  return [...new Set([...receivers.values()].flat())];
}

interface Letter {
  event: WorkshopEvent;
  reason: string;
  officeIds: readonly string[] | null;
  path?: string;
}

async function tell(
  trx: Transaction,
  by: CurrentUser,
  { round, sub, offices }: AuditPlace,
  receivers: readonly string[],
  { event, reason, officeIds, path }: Letter,
): Promise<void> {
  const userIds = receivers.filter((id) => id !== by.id);
  if (userIds.length === 0) return;
  const labels = offices.filter(({ id }) => officeIds?.includes(id)).map(({ name }) => name);
  const more = labels.length > NAMED ? [`+${labels.length - NAMED}`] : [];
  const named = labels.length === 0 ? [] : [[...labels.slice(0, NAMED), ...more].join(', ')];
  const to = { systemId: by.systemId, userIds, groupKey: `audit ${round.id} ${sub.id}` };
  const notice = workshopNotice(to, {
    event,
    by: `${by.name} (${by.officeShortName})`,
    round: round.label,
    about: [labelOf(sub), ...named],
    reason,
    path: path ?? `/audit/nodes/${sub.id}?round=${round.id}`,
  });
  await notifyAll(trx, [notice]);
}
