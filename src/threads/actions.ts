import type { Transaction } from '../db/database.ts';
import { loadFramework } from '../framework/queries.ts';
import type { Framework } from '../framework/types.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { AppError, forbidden, notFound } from '../lib/errors.ts';
import { lockOwnRound } from '../rounds/queries.ts';
import { askedRound } from '../rounds/rules.ts';
import type { Broadcast, Message } from './forms.ts';
import { notifyThread } from './notices/actions.ts';
import type { NoticePlace } from './notices/types.ts';
import {
  countAudience,
  findThread,
  insertBroadcast,
  insertItems,
  type SentItem,
  type ThreadRef,
} from './queries.ts';
import { registerReceipts } from './receipts/queries.ts';
import { attachRefusal, commentRefusal, mayWrite, reachOf, sideOf } from './rules.ts';
import type { AttachRefusal, CommentRefusal, ItemKind, Thread, ThreadRound } from './types.ts';

/** The files of a form, kept in the caller's transaction: their ids in the order in which they were chosen. */
export type KeepFiles = (trx: Transaction) => Promise<string[]>;

interface Opened {
  thread: Thread;
  round: ThreadRound;
  framework: Framework;
}

/**
 * Posts a message into a thread (manual KRS 2562, R100–R104); both sides are told by mail. The office's part of the
 * round is locked meanwhile: no seal comes in between. Returns why not, and nothing is written, where the round is
 * sealed. Throws notFound for somebody else's thread or a round in which the variable is not due, forbidden for
 * whoever only reads.
 */
export async function postComment(
  context: AppContext,
  user: CurrentUser,
  ref: ThreadRef,
  message: Message,
): Promise<CommentRefusal | null> {
  const now = context.clock();
  return context.db.transaction(async (trx) => {
    const opened = await openToWrite(context, trx, user, ref, message.round);
    const refused = commentRefusal(user, opened.thread, opened.round);
    if (refused !== null) return refused;
    const items = await insertItems(trx, sentBy(user, 'comment', message, now), [placeIn(opened)]);
    await tell(trx, user, { kind: 'comment', items }, message, opened, [placeIn(opened)]);
    return null;
  });
}

/**
 * Attaches documents to a thread, one item for each file (manual KRS 2559, R91–R94, R108). An office's part of the
 * round is locked meanwhile: no certification and no seal comes between the check and the documents. Returns why not, and
 * nothing is kept, where the person may not attach now. Throws as `postComment` does.
 */
export async function attachDocuments(
  context: AppContext,
  user: CurrentUser,
  ref: ThreadRef,
  message: Message,
  keepFiles: KeepFiles,
): Promise<AttachRefusal | null> {
  const now = context.clock();
  return context.db.transaction(async (trx) => {
    const opened = await openLocked(context, trx, user, ref, message.round);
    const refused = attachRefusal(user, opened.thread, opened.round, now);
    if (refused !== null) return refused;
    const fileIds = await keepFiles(trx);
    const places = fileIds.map((fileId) => ({ ...placeIn(opened), fileId }));
    const items = await insertItems(trx, sentBy(user, 'document', message, now), places);
    await tell(trx, user, { kind: 'document', items }, message, opened, [placeIn(opened)]);
    return null;
  });
}

/**
 * Sends a message or documents to every office of an audience (ส่งให้ทุกหน่วยงาน, manual KRS 2559, R95, R109): one
 * item, a receipt for each office. Returns to how many; or why nothing is sent: they are not as many as the sender
 * was told, or the sender may not send now. Throws as `postComment` does.
 */
export async function broadcast(
  context: AppContext,
  user: CurrentUser,
  ref: ThreadRef,
  message: Message & { broadcast: Broadcast },
  keepFiles: KeepFiles | null,
): Promise<number | 'countChanged' | AttachRefusal> {
  const now = context.clock();
  return context.db.transaction(async (trx) => {
    const opened = await openToWrite(context, trx, user, ref, message.round);
    if (sideOf(user) === 'office') throw forbidden();
    const { thread, round } = opened;
    const refused =
      keepFiles === null ? commentRefusal(user, thread, round) : attachRefusal(user, thread, round, now);
    if (refused !== null) return refused;
    const kind = keepFiles === null ? 'comment' : 'document';
    const { variableId } = thread;
    const scope = { roundId: round.id, variableId };
    const { audience, count } = message.broadcast;
    if (count === 0 || (await countAudience(trx, scope))[audience] !== count) return 'countChanged';
    const fileIds = keepFiles === null ? [null] : await keepFiles(trx);
    const to = { ...scope, audience, count, fileIds };
    const sent = await insertBroadcast(trx, sentBy(user, kind, message, now), to);
    const [first] = sent;
    if (first === undefined) throw new AppError('conflict');
    await tell(
      trx,
      user,
      { kind, items: first.items },
      message,
      opened,
      sent.map(({ officeId, office }) => ({ officeId, office, variableId })),
    );
    return sent.length;
  });
}

/**
 * Registers the receipt of items that were sent to the person's side (คลิกลงรับ, manual KRS 2559, R97–R99). Of two people
 * at once the first wins. Also in a round that is sealed: to have read something changes nothing of it. Returns how
 * many of them are registered by this. Throws notFound where one was not sent to this side in this thread, forbidden
 * for whoever only reads.
 */
export async function register(
  context: AppContext,
  user: CurrentUser,
  ref: ThreadRef,
  ids: readonly string[],
): Promise<number> {
  const now = context.clock();
  return context.db.transaction(async (trx) => {
    const thread = await findThread(trx, { ...reachOf(user), userId: user.id }, ref, now);
    if (!mayWrite(user, thread)) throw forbidden();
    const receiving = {
      systemId: user.systemId,
      sideIds: [sideOf(user) === 'office' ? thread.officeId : thread.bureauId],
      userId: user.id,
      mayRegisterAll: true,
    };
    const refs = ids.map((itemId) => ({ itemId, officeId: thread.officeId }));
    const { variableId } = thread;
    const { found, done } = await registerReceipts(trx, receiving, refs, { variableId, now });
    if (found !== refs.length) throw notFound();
    return done;
  });
}

/** What a certifier did with entries of one round, as their threads and their people are told. */
export interface PostedDecision {
  event: 'certify' | 'reject' | 'cancel' | 'permit';
  by: CurrentUser;
  framework: Framework;
  round: { id: string; label: string };
  reason: string | null;
  /** Until when the office may edit. */
  until: Date | null;
  places: readonly NoticePlace[];
  now: Date;
  /** The caller tells the people of it together with something else. */
  toldElsewhere?: boolean;
}

/**
 * Puts the reason of a rejection or permit into the threads of its entries (manual KRS 2559, R131), and tells
 * the people of every decision: in the caller's transaction, in a constant number of statements.
 */
export async function postDecision(trx: Transaction, decision: PostedDecision): Promise<void> {
  const { event, by, framework, round, reason, until, places, now } = decision;
  if (places.length === 0) return;
  if (reason !== null && (event === 'reject' || event === 'permit')) {
    const kind = event === 'reject' ? 'rejection' : 'permit';
    const sent = sentBy(by, kind, { text: reason, until }, now);
    await insertItems(
      trx,
      sent,
      places.map((place) => ({ ...place, roundId: round.id })),
    );
  }
  if (decision.toldElsewhere === true) return;
  const what = event === 'permit' ? { kind: event } : { kind: 'decision' as const, event };
  await notifyThread(trx, { ...what, by, framework, round, text: reason ?? '', until, places });
}

async function openToWrite(
  context: AppContext,
  trx: Transaction,
  user: CurrentUser,
  ref: ThreadRef,
  roundId: string,
): Promise<Opened> {
  const opened = await openLocked(context, trx, user, ref, roundId);
  if (!mayWrite(user, opened.thread)) throw forbidden();
  return opened;
}

/** Read under the lock of the office's part of the round; a seal waits for every office, so one keeps it out. */
async function openLocked(
  { clock }: AppContext,
  trx: Transaction,
  user: CurrentUser,
  ref: ThreadRef,
  roundId: string,
): Promise<Opened> {
  const scope = { systemId: user.systemId, officeId: ref.officeId, roundId };
  if ((await lockOwnRound(trx, scope)) === undefined) throw notFound();
  const thread = await findThread(trx, { ...reachOf(user), userId: user.id }, ref, clock());
  const round = askedRound(thread.rounds, roundId, clock());
  if (round === undefined) throw notFound();
  return { thread, round, framework: await loadFramework(trx, thread.frameworkId, thread.frameworkVersion) };
}

function sentBy(
  user: CurrentUser,
  kind: ItemKind,
  message: { text: string; until?: Date | null; broadcast?: Broadcast | null },
  now: Date,
): SentItem {
  return {
    systemId: user.systemId,
    kind,
    text: message.text,
    side: sideOf(user),
    senderId: user.id,
    senderOfficeId: user.officeId,
    standInOfficeId: user.role === 'kpi_office' ? user.officeId : null,
    now,
    deadline: message.broadcast?.deadline ?? null,
    until: message.until ?? null,
  };
}

function placeIn({ thread, round }: Opened): NoticePlace & { roundId: string } {
  const { officeId, office, variableId } = thread;
  return { officeId, office, variableId, roundId: round.id };
}

async function tell(
  trx: Transaction,
  by: CurrentUser,
  sent: { kind: 'comment' | 'document'; items: readonly string[] },
  message: { text: string; broadcast?: Broadcast | null },
  { framework, round }: Opened,
  places: readonly NoticePlace[],
): Promise<void> {
  const deadline = message.broadcast?.deadline ?? null;
  await notifyThread(trx, { ...sent, by, framework, round, text: message.text, deadline, places });
}
