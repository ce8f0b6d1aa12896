import type { LockReason } from '../rounds/types.ts';
import type { EntryStatus } from '../scoring/types.ts';

export type ItemKind = 'document' | 'comment' | 'rejection' | 'permit';

/** Who speaks: the district office, or the bureau that certifies the variable (the KPI office in its stead). */
export type Side = 'office' | 'bureau';

/** A round of the thread's fiscal year in which the variable is due for the office. */
export interface ThreadRound {
  id: string;
  label: string;
  kind: string;
  sequence: number;
  /** Of the framework, where the round is pinned to a revision that was replaced; null: to the newest. */
  pinnedVersion: number | null;
  entryOpensAt: Date;
  entryClosesAt: Date;
  certificationClosesAt: Date;
  /** The office's own closing time, where it was given one. */
  officeClosesAt: Date | null;
  sealedAt: Date | null;
  entryId: string;
  /** The entry left the scope of its office or round: the thread can be read. */
  setAside: boolean;
  source: 'office' | 'central';
  status: EntryStatus;
  value: string | null;
  permitUntil: Date | null;
  /** The round that the value was carried over from (รับรองต่อเนื่อง). */
  carriedFromId: string | null;
}

/** The conversation of one office about one variable, over all rounds of the fiscal year. */
export interface Thread {
  systemId: string;
  officeId: string;
  /** As in lists, e.g. สพป.กระบี่. */
  office: string;
  variableId: string;
  nodeId: string;
  bureauId: string;
  /** Short name of the certifying bureau. */
  bureau: string;
  frameworkId: string;
  frameworkVersion: number;
  /** Whether the sub-indicator is assigned to the person who asks. */
  assigned: boolean;
  /** Oldest first; never empty. */
  rounds: ThreadRound[];
}

/** The file of a document. */
export interface ItemFile {
  id: string;
  name: string;
  size: string;
  mediaType: string | null;
  state: 'waiting' | 'clean' | 'infected';
  damaged: boolean;
}

/** One document, message or reason of a decision, with the receipt of the side it was sent to. */
export interface ThreadItem {
  id: string;
  kind: ItemKind;
  text: string;
  side: Side;
  roundId: string;
  round: string;
  senderId: string;
  sender: string;
  senderOffice: string;
  /** The bureau in whose stead the KPI office speaks. */
  onBehalfOf: string | null;
  sentAt: Date;
  deadline: Date | null;
  until: Date | null;
  withdrawnAt: Date | null;
  /** Sent to many offices at once. */
  isBroadcast: boolean;
  file: ItemFile | null;
  registeredAt: Date | null;
  registeredBy: string | null;
  /** Where another office than the addressed one registered in its stead: its short name. */
  registeredByOffice: string | null;
  /** By this or, of what was sent to many, by any receiver. */
  isRegistered: boolean;
  /** The entry of its round was certified or rejected after it was sent. */
  isDecided: boolean;
  /** Whether its round is sealed. */
  isSealed: boolean;
}

/** Why a person may not attach documents now. */
export type AttachRefusal = LockReason | 'readOnly' | 'certificationClosed' | 'setAside';

/** Why a person may not comment. */
export type CommentRefusal = 'readOnly' | 'sealed';

/** Why an item is not taken back. */
export type WithdrawRefusal = 'notSender' | 'decision' | 'withdrawn' | 'registered' | 'decided' | 'sealed';

/** To which offices something is sent at once: all that have the variable in the round, or those of one status. */
export const AUDIENCES = ['all', 'unreported', 'pending', 'rejected'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** How many offices each audience has. */
export type AudienceCounts = Record<Audience, number>;

/** Which threads a person sees, of one system. */
export interface Reach {
  systemId: string;
  /** The only office whose threads the person sees, or null. */
  officeId: string | null;
  /** The only bureau whose variables the person sees, or null. */
  bureauId: string | null;
}
