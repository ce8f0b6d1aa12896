import type { CurrentUser } from '../../http/current-user.ts';
import { entryWindow } from '../../rounds/rules.ts';
import type { Round } from '../../rounds/types.ts';
import type { Askable, AskRefusal, EditRequest, RowRequest } from './types.ts';

type Windows = Pick<
  Round,
  'entryOpensAt' | 'entryClosesAt' | 'officeClosesAt' | 'certificationClosesAt' | 'sealedAt'
>;
type Person = Pick<CurrentUser, 'id' | 'role'>;

/**
 * Why an office may not ask to edit the entry, or null where it may: its entry window has closed, certification has
 * not, the entry is the office's own and not certified; people who report it and the office's admins ask.
 */
export function askRefusal(
  entry: Askable,
  person: Pick<Person, 'role'>,
  round: Windows,
  now: Date,
): AskRefusal | null {
  const window = entryWindow(round, now);
  if (window !== 'closed') return window;
  if (round.sealedAt !== null) return 'sealed';
  if (now >= round.certificationClosesAt) return 'over';
  if (entry.source === 'central') return 'central';
  if (entry.status === 'certified') return 'certified';
  if (!entry.assigned && person.role !== 'district_admin') return 'notAssigned';
  if (entry.permitUntil !== null && now < entry.permitUntil) return 'permitted';
  return entry.asked ? 'asked' : null;
}

/** What a row of the entry page says, its window being closed; null where there is nothing to say. */
export function rowRequest(
  entry: Omit<Askable, 'asked'>,
  request: EditRequest | null,
  person: Person,
  round: Windows,
  now: Date,
): RowRequest | null {
  const isOpen = request?.state === 'open';
  const canAsk = askRefusal({ ...entry, asked: isOpen }, person, round, now) === null;
  const isRunning = now < round.certificationClosesAt;
  const told = isTold(entry, request, isRunning, now) ? request : null;
  if (told === null && !canAsk) return null;
  return { request: told, canAsk, canWithdraw: isOpen && isRunning && mayWithdraw(person, request) };
}

/** An open request ends with certification, an answer with the entry's certification; a running permit speaks itself. */
function isTold(
  entry: Pick<Askable, 'status' | 'permitUntil'>,
  request: EditRequest | null,
  isRunning: boolean,
  now: Date,
): boolean {
  if (request === null || request.state === 'withdrawn' || entry.status === 'certified') return false;
  const hasPermit = entry.permitUntil !== null && now < entry.permitUntil;
  return request.state === 'granted' ? !hasPermit : isRunning || request.state === 'declined';
}

/** Whether an open request waits for nothing any more: certification has closed, or the round is sealed. */
export function hasEnded(round: Pick<Round, 'certificationClosesAt' | 'sealedAt'>, now: Date): boolean {
  return round.sealedAt !== null || now >= round.certificationClosesAt;
}

/** Who asked takes back, or an admin of the office. */
export function mayWithdraw(person: Person, request: Pick<EditRequest, 'requestedById'>): boolean {
  return person.role === 'district_admin' || person.id === request.requestedById;
}
