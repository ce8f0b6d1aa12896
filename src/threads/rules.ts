import type { CurrentUser } from '../http/current-user.ts';
import { lockReason } from '../rounds/rules.ts';
import type {
  AttachRefusal,
  CommentRefusal,
  Reach,
  Side,
  Thread,
  ThreadItem,
  ThreadRound,
  WithdrawRefusal,
} from './types.ts';

type Person = Pick<CurrentUser, 'id' | 'role' | 'officeId' | 'officeKind'>;

/**
 * Whose threads a person sees (domain rules, "Who may do what"): a district office its own, a bureau those of
 * its variables, the KPI office all.
 */
export function reachOf(person: Person & { systemId: string }): Reach {
  const { systemId, officeId, officeKind, role } = person;
  if (role === 'kpi_office') return { systemId, officeId: null, bureauId: null };
  return officeKind === 'district'
    ? { systemId, officeId, bureauId: null }
    : { systemId, officeId: null, bureauId: officeId };
}

/** On which side the person speaks and registers. */
export function sideOf(person: Pick<Person, 'officeKind'>): Side {
  return person.officeKind === 'district' ? 'office' : 'bureau';
}

/** The bureau in whose stead the person speaks or acts on a variable of this bureau, or null: for the own office. */
export function actsInSteadOf(person: Pick<Person, 'role' | 'officeId'>, bureauId: string): string | null {
  return person.role === 'kpi_office' && bureauId !== person.officeId ? bureauId : null;
}

/**
 * Whether the person may write and register at all: whoever certifies; of the office its admins, and the
 * reporters to whom the sub-indicator is assigned. Everybody else who sees the thread reads it.
 */
export function mayWrite(person: Person, thread: Pick<Thread, 'assigned'>): boolean {
  return sideOf(person) === 'bureau' || person.role === 'district_admin' || thread.assigned;
}

/**
 * Why the person may not attach documents in this round now, or null (manual KRS 2559, R94, R108): an office
 * where the value may be edited, the certifying side until certification closes.
 */
export function attachRefusal(
  person: Person,
  thread: Pick<Thread, 'assigned'>,
  round: ThreadRound,
  now: Date,
): AttachRefusal | null {
  if (round.setAside) return 'setAside';
  if (sideOf(person) === 'bureau') {
    if (round.sealedAt !== null) return 'sealed';
    return now < round.certificationClosesAt ? null : 'certificationClosed';
  }
  return mayWrite(person, thread) ? lockReason(round, thread.assigned, round, now) : 'readOnly';
}

/**
 * Why the person may not comment in this round, or null: whoever may write, until the round is sealed. Also where a
 * revision set the entry aside, whose thread is still read by its address: what was asked there can be answered.
 */
export function commentRefusal(
  person: Person,
  thread: Pick<Thread, 'assigned'>,
  round: Pick<ThreadRound, 'sealedAt'>,
): CommentRefusal | null {
  if (!mayWrite(person, thread)) return 'readOnly';
  return round.sealedAt === null ? null : 'sealed';
}

/**
 * Why an item is not taken back, or null: only by its sender, until the other side has registered it or the entry
 * has been certified or rejected since. Reasons of decisions stay.
 */
export function withdrawRefusal(
  person: Pick<Person, 'id'>,
  item: Pick<ThreadItem, 'kind' | 'senderId' | 'withdrawnAt' | 'isRegistered' | 'isDecided' | 'isSealed'>,
): WithdrawRefusal | null {
  if (item.senderId !== person.id) return 'notSender';
  if (item.kind === 'rejection' || item.kind === 'permit') return 'decision';
  if (item.withdrawnAt !== null) return 'withdrawn';
  if (item.isSealed) return 'sealed';
  if (item.isRegistered) return 'registered';
  return item.isDecided ? 'decided' : null;
}

/** Whether the item waits for the side of this person: new, and not the own side's. */
export function isNewFor(
  person: Pick<Person, 'officeKind'>,
  item: Pick<ThreadItem, 'side' | 'registeredAt' | 'withdrawnAt'>,
): boolean {
  return item.side !== sideOf(person) && item.registeredAt === null && item.withdrawnAt === null;
}
