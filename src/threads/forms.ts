import { z } from 'zod';
import { id } from '../http/input.ts';
import { fromLocalInput } from '../i18n/dates.ts';
import { AppError, notFound } from '../lib/errors.ts';
import { AUDIENCES, type Audience } from './types.ts';

/** A comment is at most this long, in UTF-16 units, as browsers count `maxlength`. */
export const MAX_COMMENT = 4000;
/** The description of a document. */
export const MAX_DESCRIPTION = 1000;
const MAX_ITEMS = 2000;

/** Where something is sent at once: to whom, to how many (as the sender was told), and by when they are to act. */
export interface Broadcast {
  audience: Audience;
  count: number;
  deadline: Date | null;
}

/** What is sent into a thread. */
export interface Message {
  round: string;
  text: string;
  broadcast?: Broadcast | null;
}

/** The fields of a form as they were typed. */
export interface TypedMessage {
  text: string;
  everybody: boolean;
  to: string;
  deadline: string;
}

export type MessageProblem = 'textMissing' | 'textTooLong';
export type BroadcastProblem = 'deadlineUnreadable' | 'deadlinePast' | 'countChanged' | 'notConfirmed';

export interface MessageProblems {
  text?: MessageProblem;
  broadcast?: BroadcastProblem;
}

const typedMessage = z.object({
  round: id,
  text: z.string().default(''),
  everybody: z.literal('1').optional(),
  to: z.string().max(100).default(''),
  deadline: z.string().max(100).default(''),
  confirmed: z.literal('1').optional(),
});

export interface ReadMessage {
  typed: TypedMessage;
  message: Message;
  problems: MessageProblems;
  /** The sender has said yes to the number of offices. */
  isConfirmed: boolean;
}

/**
 * Reads a message or a document's description with where it is to go. Line breaks count as one character. Throws
 * badRequest for a form that no page sends.
 */
export function readMessage(body: unknown, longest: number, now: Date): ReadMessage {
  const parsed = typedMessage.safeParse(body ?? {});
  if (!parsed.success) throw new AppError('badRequest');
  const { round, everybody, to, deadline, confirmed } = parsed.data;
  const text = parsed.data.text.replace(/\r\n?/g, '\n').trim();
  const typed = { text, everybody: everybody !== undefined, to, deadline: deadline.trim() };
  const problems: MessageProblems = {};
  if (text === '') problems.text = 'textMissing';
  else if (text.length > longest) problems.text = 'textTooLong';
  const sent = typed.everybody ? readBroadcast(typed, now) : { broadcast: null };
  if (sent.problem !== undefined) problems.broadcast = sent.problem;
  return {
    typed,
    message: { round, text, broadcast: sent.broadcast },
    problems,
    isConfirmed: confirmed !== undefined,
  };
}

/** `unreported:12`: an audience and how many it was when the page was shown. */
function readBroadcast(
  { to, deadline }: TypedMessage,
  now: Date,
): { broadcast: Broadcast | null; problem?: BroadcastProblem } {
  const [, name, count] = /^([a-z]+):(\d{1,6})$/.exec(to) ?? [];
  const audience = AUDIENCES.find((one) => one === name);
  if (audience === undefined || count === undefined) throw new AppError('badRequest');
  const until = deadline === '' ? null : fromLocalInput(deadline);
  const broadcast = { audience, count: Number(count), deadline: until ?? null };
  if (until === undefined) return { broadcast, problem: 'deadlineUnreadable' };
  return until !== null && until <= now ? { broadcast, problem: 'deadlinePast' } : { broadcast };
}

const threadPath = z.object({ office: id, variable: id });

/** Which thread an address names. Throws notFound for what cannot be one. */
export function readThreadPath(params: unknown): { officeId: string; variableId: string } {
  const path = threadPath.safeParse(params);
  if (!path.success) throw notFound();
  return { officeId: path.data.office, variableId: path.data.variable };
}

const itemPath = z.object({ id });

/** Which item an address names. Throws notFound for what cannot be one. */
export function readItemPath(params: unknown): string {
  const path = itemPath.safeParse(params);
  if (!path.success) throw notFound();
  return path.data.id;
}

const threadQuery = z.object({ round: id.optional() });

/** Which round a page is about; absent = the current one. Throws notFound for what cannot be one. */
export function readThreadQuery(query: unknown): { round?: string | undefined } {
  const parsed = threadQuery.safeParse(query);
  if (!parsed.success) throw notFound();
  return parsed.data;
}

const receiptForm = z.object({
  round: id.optional(),
  items: z
    .string()
    .regex(/^\d{1,18}(,\d{1,18})*$/)
    .max(40_000),
});

/** The items that a page showed and whose receipt is registered, each once. Throws badRequest. */
export function readReceiptForm(body: unknown): { round?: string | undefined; ids: string[] } {
  const parsed = receiptForm.safeParse(body ?? {});
  if (!parsed.success) throw new AppError('badRequest');
  const ids = [...new Set(parsed.data.items.split(','))];
  if (ids.length > MAX_ITEMS) throw new AppError('badRequest');
  return { round: parsed.data.round, ids };
}

const withdrawForm = z.object({
  round: id.optional(),
  overview: z.literal('1').optional(),
  confirmed: z.literal('1').optional(),
});

/** Whether the sender has said yes, and where the page was. Throws badRequest. */
export function readWithdrawForm(body: unknown): {
  round?: string | undefined;
  /** The form stood on the page of the item's receipts. */
  fromOverview: boolean;
  isConfirmed: boolean;
} {
  const parsed = withdrawForm.safeParse(body ?? {});
  if (!parsed.success) throw new AppError('badRequest');
  const { confirmed, overview, round } = parsed.data;
  return { round, fromOverview: overview !== undefined, isConfirmed: confirmed !== undefined };
}
