import type { Queryable, Transaction } from '../../db/database.ts';
import { violatedConstraint } from '../../db/errors.ts';
import type { AppContext } from '../../http/context.ts';
import type { CurrentUser, Role } from '../../http/current-user.ts';
import { notFound } from '../../lib/errors.ts';
import { insertUserEvents } from '../events/queries.ts';
import type { NewUserEvent } from '../events/types.ts';
import { type HandoverParty, tellHandover } from '../letters.ts';
import { endLinksOf, requestLink } from '../links/actions.ts';
import { insertUser } from '../queries.ts';
import { endSessionsOf } from '../sessions/actions.ts';
import { listHandoverOffices, listRunningFrameworks, lockPeople, updateRole } from './queries.ts';
import { handoverRoles, isNewcomer, partiesOf } from './rules.ts';
import type {
  HandoverOffice,
  HandoverOrder,
  HandoverResult,
  MoveAssignments,
  NewcomerFields,
  OfficePerson,
} from './types.ts';

/**
 * Makes another person the admin of a district or bureau in one transaction: the incoming account is created or
 * raised, what the outgoing one is responsible for moves where wanted, the outgoing one is disabled or lowered and
 * signed out. There is always an active admin: the incoming one. Both histories keep names and reason.
 * Throws notFound for an office that is not handed over here.
 */
export async function handOver(
  { db, clock }: Pick<AppContext, 'db' | 'clock'>,
  moveAssignments: MoveAssignments,
  manager: CurrentUser,
  order: HandoverOrder,
): Promise<HandoverResult> {
  const { systemId } = manager;
  try {
    return await db.transaction(async (trx) => {
      const office = await findOffice(trx, systemId, order.officeId);
      const now = clock();
      const frameworkIds = await listRunningFrameworks(trx, systemId, now);
      const people = await lockPeople(trx, { systemId, officeId: office.id, frameworkIds });
      const parties = partiesOf(order, people);
      if ('outcome' in parties) return parties;
      const { from, to } = parties;
      const handover = { trx, manager, office, now };
      const incoming = isNewcomer(to) ? await createAdmin(handover, to) : await raise(handover, to);
      const move = { fromUserId: from.id, toUserId: incoming.id, byUserId: manager.id, frameworkIds, now };
      const moved = order.movesAssignments ? await moveAssignments(trx, move) : 0;
      const outgoing = await lower(handover, from, order);
      await insertUserEvents(trx, eventsOf(manager, order.reason, outgoing, incoming, moved), now);
      await tellHandover(trx, { systemId, office: office.name, by: manager.name }, outgoing, incoming);
      return { outcome: 'done', incomingName: to.name, moved, mailed: incoming.mailed };
    });
  } catch (error) {
    if (violatedConstraint(error) !== 'users_username_unique') throw error;
    return { outcome: 'refused', problems: { username: 'taken' } };
  }
}

/** A district or bureau of the system. Throws notFound. */
export async function findOffice(db: Queryable, systemId: string, officeId: string): Promise<HandoverOffice> {
  const office = (await listHandoverOffices(db, systemId)).find(({ id }) => id === officeId);
  if (office === undefined) throw notFound();
  return office;
}

interface Handover {
  trx: Transaction;
  manager: CurrentUser;
  office: HandoverOffice;
  now: Date;
}

/** An account before and after the handover. */
interface Party extends HandoverParty {
  changes: Record<string, [string | null, string]>;
  mailed: boolean;
}

async function createAdmin(
  { trx, manager, office, now }: Handover,
  newcomer: NewcomerFields,
): Promise<Party> {
  const { admin: role } = handoverRoles(office.kind);
  const { systemId } = manager;
  const id = await insertUser(trx, { ...newcomer, systemId, officeId: office.id, role, passwordHash: null });
  const typed = Object.entries({ ...newcomer, role, officeName: office.name });
  const details = Object.fromEntries(
    typed.flatMap(([field, value]) => (value === '' ? [] : [[field, [null, value]]])),
  );
  const event = { userId: id, byUserId: manager.id };
  await insertUserEvents(trx, [{ ...event, kind: 'created', details }], now);
  const mailed = await requestLink(trx, { user: { id }, kind: 'activation', createdBy: manager.id });
  if (mailed) {
    const link = { ...event, kind: 'linkRequested' as const, details: { kind: 'activation' } };
    await insertUserEvents(trx, [link], now);
  }
  const { name, email } = newcomer;
  return { id, name, email, role, change: null, changes: {}, mailed };
}

async function raise({ trx, office }: Handover, person: OfficePerson): Promise<Party> {
  const { admin: role } = handoverRoles(office.kind);
  await updateRole(trx, person.id, { role, status: 'active' });
  const { id, name, email } = person;
  const change = role === person.role ? null : 'role';
  return { id, name, email, role, change, changes: roleChange(person, role), mailed: false };
}

/**
 * The account stays without the admin's role; or it is disabled, and what it may do is decided when it is enabled
 * again.
 */
async function lower(
  { trx, office }: Handover,
  person: OfficePerson,
  { aftermath }: HandoverOrder,
): Promise<Party> {
  const { id, name, email } = person;
  const isDisabled = aftermath === 'disabled';
  const role = isDisabled ? person.role : handoverRoles(office.kind).lowered;
  await updateRole(trx, id, { role, status: isDisabled ? 'disabled' : 'active' });
  await endSessionsOf(trx, id);
  const party = { id, name, email, role, mailed: false };
  if (!isDisabled) return { ...party, change: 'role', changes: roleChange(person, role) };
  await endLinksOf(trx, [id]);
  return { ...party, change: 'disabled', changes: { status: ['active', 'disabled'] } };
}

function roleChange({ role }: OfficePerson, after: Role): Party['changes'] {
  return role === after ? {} : { role: [role, after] };
}

function eventsOf(
  { id: byUserId }: CurrentUser,
  reason: string,
  outgoing: Party,
  incoming: Party,
  moved: number,
): NewUserEvent[] {
  const handover = { from: outgoing.name, to: incoming.name, reason, moved };
  return [outgoing, incoming].map(({ id: userId, changes }) => ({
    userId,
    byUserId,
    kind: 'handedOver',
    details: { ...changes, handover },
  }));
}
