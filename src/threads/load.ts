import { loadFramework } from '../framework/queries.ts';
import { labelOf, variableLabel } from '../framework/rules.ts';
import type { Framework } from '../framework/types.ts';
import type { AppContext } from '../http/context.ts';
import type { CurrentUser } from '../http/current-user.ts';
import { may } from '../http/rights.ts';
import { notFound } from '../lib/errors.ts';
import { askedRound, entryClosesAt } from '../rounds/rules.ts';
import { previewKind } from './files/rules.ts';
import type { PreviewKind } from './files/types.ts';
import { countAudience, findThread, listItems, type ThreadRef } from './queries.ts';
import {
  actsInSteadOf,
  attachRefusal,
  commentRefusal,
  isNewFor,
  mayWrite,
  reachOf,
  sideOf,
  withdrawRefusal,
} from './rules.ts';
import type {
  AttachRefusal,
  AudienceCounts,
  CommentRefusal,
  Thread,
  ThreadItem,
  ThreadRound,
} from './types.ts';

/** An item with what this person may do about it. */
export interface ShownItem {
  item: ThreadItem;
  /** New for the person's side. */
  isNew: boolean;
  canRegister: boolean;
  canWithdraw: boolean;
  /** Sent by the person's side to many: who has registered it can be looked up. */
  hasOverview: boolean;
  preview: PreviewKind | null;
}

export interface ThreadPage {
  thread: Thread;
  round: ThreadRound;
  /** When entry closes for the office. */
  closesAt: Date;
  indicator: string;
  variable: string;
  unit: string;
  documents: ShownItem[];
  comments: ShownItem[];
  /** What the person can register, in order of time. */
  newIds: string[];
  /** Documents of the office in this round. */
  evidence: number;
  newCount: number;
  /** Where the person works on the entry of the round; null: it has not begun. */
  worksAt: 'entry' | 'certify' | null;
  /** The bureau in whose stead the person speaks and registers here. */
  inSteadOf: string | null;
  attachRefused: AttachRefusal | null;
  commentRefused: CommentRefusal | null;
  /** To how many offices something could be sent; null: the person sends to nobody else. */
  audiences: AudienceCounts | null;
  maxFileMegabytes: number;
}

/** The window of one office and variable. Throws notFound for somebody else's, and for a round that is not its own. */
export async function loadThread(
  { db, clock }: AppContext,
  user: CurrentUser,
  maxFileMegabytes: number,
  ref: ThreadRef,
  roundId: string | undefined,
): Promise<ThreadPage> {
  const now = clock();
  const thread = await findThread(db, { ...reachOf(user), userId: user.id }, ref, now);
  const round = askedRound(thread.rounds, roundId, now);
  if (round === undefined) throw notFound();
  const framework = await frameworkOf(db, thread, round);
  const variable = framework.variables.get(thread.variableId);
  const sub = framework.nodes.get(thread.nodeId)?.subIndicator;
  if (variable === undefined || !sub) throw notFound();
  const items = await listItems(db, ref);
  const sendsToMany = sideOf(user) === 'bureau' && may(user, 'threads.broadcast');
  const scope = { roundId: round.id, variableId: thread.variableId };
  const audiences = sendsToMany ? await countAudience(db, scope) : null;
  const shown = items.map((item) => shownItem(user, thread, item));
  return {
    thread,
    round,
    closesAt: entryClosesAt(round),
    indicator: labelOf(sub),
    variable: variableLabel(variable),
    unit: variable.unit,
    documents: shown.filter(({ item }) => item.kind === 'document'),
    comments: shown.filter(({ item }) => item.kind !== 'document'),
    newIds: shown.filter(({ canRegister }) => canRegister).map(({ item }) => item.id),
    evidence: items.filter((item) => isEvidence(item, round)).length,
    newCount: shown.filter(({ isNew }) => isNew).length,
    worksAt: now < round.entryOpensAt ? null : sideOf(user) === 'office' ? 'entry' : 'certify',
    inSteadOf: actsInSteadOf(user, thread.bureauId) === null ? null : thread.bureau,
    attachRefused: attachRefusal(user, thread, round, now),
    commentRefused: commentRefusal(user, thread, round),
    audiences,
    maxFileMegabytes,
  };
}

/** In the words of the round; where its revision does not have the variable any more, of the last that had it. */
async function frameworkOf(
  db: AppContext['db'],
  { frameworkId, frameworkVersion, variableId }: Thread,
  { pinnedVersion }: ThreadRound,
): Promise<Framework> {
  const pinned = await loadFramework(db, frameworkId, pinnedVersion ?? frameworkVersion);
  return pinned.variables.has(variableId) ? pinned : loadFramework(db, frameworkId, frameworkVersion);
}

function shownItem(user: CurrentUser, thread: Thread, item: ThreadItem): ShownItem {
  const isNew = isNewFor(user, item);
  const isReadable = item.file?.state === 'clean' && !item.file.damaged && item.withdrawnAt === null;
  return {
    item,
    isNew,
    canRegister: isNew && mayWrite(user, thread),
    canWithdraw: withdrawRefusal(user, item) === null,
    hasOverview: item.isBroadcast && item.side === sideOf(user),
    preview: isReadable ? previewKind(item.file?.mediaType ?? null) : null,
  };
}

function isEvidence(item: ThreadItem, round: ThreadRound): boolean {
  const { kind, side, roundId, withdrawnAt } = item;
  const rounds = [round.id, round.carriedFromId];
  return kind === 'document' && side === 'office' && rounds.includes(roundId) && withdrawnAt === null;
}
