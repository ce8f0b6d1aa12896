import { assigneesForMail } from '../../assignments/receivers/queries.ts';
import type { Transaction } from '../../db/database.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import { labelOf, variableLabel } from '../../framework/rules.ts';
import type { Framework } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { forbidden, notFound } from '../../lib/errors.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { workshopNotice } from '../../notifications/workshop-letters.ts';
import { lockOwnRound } from '../../rounds/queries.ts';
import type { Round } from '../../rounds/types.ts';
import { listEntriesForSave } from '../queries.ts';
import { insertRequests, listLatestRequests, lockOwnRequest, type OwnRequest, withdraw } from './queries.ts';
import { askRefusal, hasEnded, mayWithdraw } from './rules.ts';
import type { Ask, AskOutcome } from './types.ts';

/**
 * Asks the certifiers to let the office edit these entries although its entry window has closed. One request waits for
 * an answer per entry, a second one changes nothing; entries that cannot be asked for are told. The certifying bureaus
 * are mailed. Throws notFound when an entry is not of the person's office and round.
 */
export async function askToEdit(
  { db, clock }: AppContext,
  user: CurrentUser,
  { roundId, entryIds, reason }: Ask,
): Promise<AskOutcome> {
  const now = clock();
  const { systemId, officeId } = user;
  return db.transaction(async (trx) => {
    const [round, entries, latest] = await Promise.all([
      lockOwnRound(trx, { roundId, systemId, officeId }),
      listEntriesForSave(trx, { roundId, officeId, userId: user.id, now }),
      listLatestRequests(trx, { roundId, officeId }),
    ]);
    const wanted = new Set(entryIds);
    const chosen = entries.filter(({ id }) => wanted.has(id));
    if (round === undefined || chosen.length !== wanted.size) throw notFound();
    const outcome: AskOutcome = { asked: 0, already: 0, left: [] };
    const possible: string[] = [];
    for (const { variableId, ...entry } of chosen) {
      const asked = latest.get(variableId)?.state === 'open';
      const why = askRefusal({ ...entry, asked }, user, round, now);
      if (why === null) possible.push(variableId);
      else if (why === 'asked') outcome.already += 1;
      else outcome.left.push({ variableId, why });
    }
    if (possible.length === 0) return outcome;
    const made = await insertRequests(trx, {
      roundId,
      officeId,
      variableIds: possible,
      reason,
      userId: user.id,
      now,
    });
    const framework = await loadFrameworkOf(trx, round);
    await tellBureaus(trx, user, { round, framework, variableIds: made, reason });
    return { ...outcome, asked: made.length };
  });
}

interface Told {
  round: Pick<Round, 'id' | 'label'>;
  framework: Framework;
  variableIds: readonly string[];
  reason: string;
}

/** One notice for each bureau and sub-indicator, with all the variables asked for. */
async function tellBureaus(trx: Transaction, user: CurrentUser, told: Told): Promise<void> {
  const { round, framework, variableIds, reason } = told;
  const groups = new Map<string, { officeId: string; nodeId: string; about: string[] }>();
  for (const variable of variableIds.map((id) => framework.variables.get(id))) {
    const sub = framework.nodes.get(variable?.subIndicatorId ?? '')?.subIndicator;
    if (variable === undefined || !sub) continue;
    const key = `${variable.bureauId} ${sub.id}`;
    const group = groups.get(key) ?? { officeId: variable.bureauId, nodeId: sub.id, about: [labelOf(sub)] };
    group.about.push(variableLabel(variable));
    groups.set(key, group);
  }
  const receivers = await assigneesForMail(trx, user.systemId, [...groups.values()]);
  const by = `${user.name} (${user.officeShortName})`;
  const path = `/requests?round=${round.id}`;
  const notices = [...groups].map(([key, { about }]) => {
    const userIds = receivers.get(key) ?? [];
    const to = { systemId: user.systemId, userIds, groupKey: `edit-requests-${user.officeId}` };
    return workshopNotice(to, { event: 'editAsked', by, round: round.label, about, reason, path });
  });
  await notifyAll(trx, notices);
}

/**
 * Takes a request back; one that was answered meanwhile, or has ended with certification or the seal, is left. Throws
 * notFound for a request of another office, forbidden for somebody who neither asked nor is an admin of the office.
 */
export async function withdrawRequest(
  { db, clock }: AppContext,
  user: CurrentUser,
  id: string,
): Promise<{ request: OwnRequest; outcome: 'withdrawn' | 'answered' | 'ended' }> {
  const { systemId, officeId, id: userId } = user;
  return db.transaction(async (trx) => {
    const request = await lockOwnRequest(trx, { id, systemId, officeId });
    if (request === undefined) throw notFound();
    if (!mayWithdraw(user, request)) throw forbidden();
    const now = clock();
    if (request.state === 'withdrawn') return { request, outcome: 'withdrawn' };
    if (request.state !== 'open') return { request, outcome: 'answered' };
    if (hasEnded(request, now)) return { request, outcome: 'ended' };
    await withdraw(trx, { id, userId, now });
    return { request, outcome: 'withdrawn' };
  });
}
