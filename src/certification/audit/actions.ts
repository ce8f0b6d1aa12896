import { assigneesForMail } from '../../assignments/receivers/queries.ts';
import type { Transaction } from '../../db/database.ts';
import { loadFrameworkOf } from '../../framework/queries.ts';
import type { Framework } from '../../framework/types.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { notifyAll } from '../../notifications/actions.ts';
import { workshopNotice } from '../../notifications/workshop-letters.ts';
import { lockOwnRound } from '../../rounds/queries.ts';
import type { Round } from '../../rounds/types.ts';
import { refreshScores } from '../../scores/actions.ts';
import { decisionWindow } from '../rules.ts';
import { findAuditedOffice, listRetired, loadOfficeAudits, writeScores } from './queries.ts';
import { planScores } from './rules.ts';
import type { ScoreChange, ScoreForm, ScoreOutcome } from './types.ts';

/**
 * Saves the AUDIT scores of one office (manual KRS 2559, R142–R146): scores, history, computed scores and the letter
 * to a bureau in whose stead the KPI office gave one, in one transaction and a constant number of statements. With an
 * unreadable score nothing is saved; withdrawing asks first (`asks`); what may not be applied is left out and told, and
 * so is what a revision took out meanwhile. Throws notFound where a box is not the person's.
 */
export async function saveAuditScores(
  { db, clock }: AppContext,
  user: CurrentUser,
  place: { roundId: string; officeId: string },
  form: ScoreForm,
): Promise<ScoreOutcome> {
  const { systemId } = user;
  const now = clock();
  return db.transaction(async (trx) => {
    const [round, office, audits] = await Promise.all([
      lockOwnRound(trx, { systemId, ...place }),
      findAuditedOffice(trx, { systemId, officeId: place.officeId }),
      loadOfficeAudits(trx, place),
    ]);
    if (round === undefined || office === undefined) throw notFound();
    const framework = await loadFrameworkOf(trx, round);
    const window = decisionWindow(user, round, now);
    const retired = await retiredIn(trx, form, framework);
    const about = { framework, roundKind: round.kind, office, audits, retired };
    const plan = planScores(form, { ...about, person: user, window });
    if (plan === undefined) throw notFound();
    const { changes, problems, refusals, setAside } = plan;
    const withdrawn = changes.filter(({ after }) => after === null).map(({ nodeId }) => nodeId);
    const outcome = { round, given: [], withdrawn: [], problems, refusals, setAside, asks: [] };
    if (problems.size > 0 || changes.length === 0) return outcome;
    if (withdrawn.length > 0 && !form.confirmed) return { ...outcome, asks: withdrawn };
    await writeScores(trx, { ...place, userId: user.id, now }, changes);
    const changed = new Set(changes.map(({ nodeId }) => nodeId));
    const offices = [{ officeId: office.id, officeType: office.type }];
    await refreshScores(trx, framework, round, offices, { changed });
    await tellBureaus(trx, user, { framework, round, office: office.shortName, changes });
    const given = changes.filter(({ after }) => after !== null).map(({ nodeId }) => nodeId);
    return { ...outcome, given, withdrawn };
  });
}

/** Nothing is asked in the ordinary case: the framework has all sub-indicators of the form. */
async function retiredIn(
  trx: Transaction,
  { typed }: ScoreForm,
  { id: frameworkId, nodes }: Framework,
): ReturnType<typeof listRetired> {
  const ids = [...typed.keys()].filter((id) => !nodes.has(id));
  return ids.length === 0 ? new Map() : listRetired(trx, { frameworkId, ids });
}

/** The bureaus learn which of their scores the KPI office gave or withdrew. */
async function tellBureaus(
  trx: Transaction,
  by: CurrentUser,
  what: { framework: Framework; round: Round; office: string; changes: readonly ScoreChange[] },
): Promise<void> {
  const { framework, round, office, changes } = what;
  const sides = changes.flatMap(({ nodeId, onBehalfOf }) =>
    onBehalfOf === null ? [] : [{ officeId: onBehalfOf, nodeId }],
  );
  if (sides.length === 0) return;
  const receivers = await assigneesForMail(trx, by.systemId, sides);
  const notices = changes.flatMap(({ nodeId, onBehalfOf, after }) => {
    const userIds = receivers.get(`${onBehalfOf} ${nodeId}`) ?? [];
    const node = framework.nodes.get(nodeId);
    if (userIds.length === 0 || node === undefined) return [];
    const about = [`${node.code} ${node.name}`, `${office}: ${after ?? '–'}`];
    const to = { systemId: by.systemId, userIds, groupKey: `audit ${round.id} ${nodeId}` };
    const path = `/audit/nodes/${nodeId}?round=${round.id}`;
    return [workshopNotice(to, { event: 'auditScored', by: by.name, round: round.label, about, path })];
  });
  await notifyAll(trx, notices);
}
