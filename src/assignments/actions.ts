import type { Transaction } from '../db/database.ts';
import { loadFramework } from '../framework/queries.ts';
import { labelOf } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { AppError, notFound } from '../lib/errors.ts';
import { notifyAll } from '../notifications/actions.ts';
import {
  findAssignedOffice,
  listOfficeAssignments,
  lockPeople,
  lockPerson,
  writeAssignments,
} from './queries.ts';
import { assignmentsOf, concerns, differenceOf, takeOver } from './rules.ts';
import type { AssignedPerson, AssignmentEvent, FrameworkYear } from './types.ts';

export interface Saved {
  added: number;
  removed: number;
}

/**
 * Applies what a form changed for one person: the difference to what it showed, with history and notice, in one
 * transaction (manual KRS 2558, R61–R64). Undefined, and nothing is changed, where the account is disabled.
 * Throws notFound for a person outside the manager's scope and for sub-indicators that are not the office's.
 */
export async function saveAssignments(
  { db, clock }: AppContext,
  by: CurrentUser,
  personId: string,
  year: FrameworkYear,
  form: { shown: readonly string[]; node: readonly string[] },
): Promise<Saved | undefined> {
  const framework = await loadFramework(db, year.id, year.version);
  return db.transaction(async (trx) => {
    const { systemId } = by;
    const person = await lockPerson(trx, { userId: personId, systemId, officeId: officeScopeOf(by) });
    if (person === undefined) throw notFound();
    if (!person.active) return undefined;
    const change = differenceOf(form.shown, form.node);
    if (!isPossible(change, framework, person)) throw notFound();
    const forPerson = (nodeId: string) => ({ userId: personId, nodeId });
    const events = await writeAssignments(
      trx,
      { added: change.added.map(forPerson), removed: change.removed.map(forPerson) },
      by.id,
      clock(),
    );
    await tell(trx, by, framework, events);
    const added = events.filter(({ kind }) => kind === 'assigned').length;
    return { added, removed: events.length - added };
  });
}

/** The only office whose people this manager may assign to; null: the KPI office, any. */
export function officeScopeOf(user: CurrentUser): string | null {
  return user.role === 'kpi_office' ? null : user.officeId;
}

function isPossible(
  { added, removed }: { added: string[]; removed: string[] },
  framework: Framework,
  person: AssignedPerson,
): boolean {
  const { nodes, fiscalYear } = framework;
  return (
    added.every((id) => {
      const sub = nodes.get(id)?.subIndicator ?? null;
      return sub !== null && concerns(sub, person.office, fiscalYear);
    }) && removed.every((id) => (nodes.get(id)?.subIndicator ?? null) !== null)
  );
}

/**
 * Takes over last year's assignments of an office into the newest framework, those of the chosen pairs of
 * sub-indicators: all people at once, in one transaction. Returns how many were made. Throws conflict where the office
 * has some there by now.
 */
export async function takeOverAssignments(
  { db, clock }: AppContext,
  by: CurrentUser,
  officeId: string,
  { from, to, pairs }: { from: FrameworkYear; to: FrameworkYear; pairs: ReadonlySet<string> },
): Promise<number> {
  const earlier = await loadFramework(db, from.id, from.version);
  const newest = await loadFramework(db, to.id, to.version);
  return db.transaction(async (trx) => {
    const { systemId } = by;
    const office = await findAssignedOffice(trx, systemId, officeId);
    if (office === undefined) throw notFound();
    await lockPeople(trx, { systemId, officeId });
    const present = await listOfficeAssignments(trx, { frameworkId: newest.id, officeId, systemId });
    if (present.some(({ active }) => active)) throw new AppError('conflict');
    const before = await listOfficeAssignments(trx, { frameworkId: earlier.id, officeId, systemId });
    const plan = takeOver(
      earlier,
      newest,
      office,
      before.filter(({ active }) => active),
    );
    const change = { added: assignmentsOf(plan, pairs), removed: [] };
    const events = await writeAssignments(trx, change, by.id, clock());
    await tell(trx, by, newest, events);
    return events.length;
  });
}

/** A notice to everybody who got something, with the names of the sub-indicators; nobody is told of the own doing. */
async function tell(
  trx: Transaction,
  by: CurrentUser,
  framework: Framework,
  events: readonly AssignmentEvent[],
): Promise<void> {
  const added = events.filter(({ kind, userId }) => kind === 'assigned' && userId !== by.id);
  const userIds = [...new Set(added.map(({ userId }) => userId))];
  const notices = userIds.map((userId) => {
    const own = new Set(added.filter((one) => one.userId === userId).map(({ nodeId }) => nodeId));
    const subs = framework.subIndicators.filter(({ id }) => own.has(id));
    return {
      systemId: by.systemId,
      userIds: [userId],
      kind: 'assigned' as const,
      groupKey: `assigned-${framework.id}`,
      data: {
        by: by.name,
        year: framework.fiscalYear,
        count: subs.length,
        indicators: subs.map(labelOf).join('\n'),
      },
    };
  });
  await notifyAll(trx, notices);
}
