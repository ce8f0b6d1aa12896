import type { Receiving } from '../receipts/types.ts';
import type { ItemKind } from '../types.ts';

/** What a list can be narrowed to: one kind of item, or what asks to act by a certain time. */
export const NEWS_KINDS = ['document', 'comment', 'rejection', 'permit', 'deadline'] as const;
export type NewsKind = (typeof NEWS_KINDS)[number];

/** What the address says about a list. */
export interface NewsQuery {
  kind?: NewsKind | undefined;
  /** The other side: whose items these are, or to whom they were sent. */
  office?: string | undefined;
  /** The fiscal year of the variables. */
  year?: number | undefined;
  /** The KPI office only: whose side is looked at, or 'all' bureaus; absent = its own. */
  bureau?: string | undefined;
  /** The page begins behind this item. */
  from?: string | undefined;
}

/** Which receipts a list is of, and who looks at it. */
export type NewsScope = Receiving;

interface Item {
  itemId: string;
  kind: ItemKind;
  /** The beginning of what was written. */
  text: string;
  fileName: string | null;
  /** In bytes. */
  fileSize: string | null;
  variableId: string;
  variableCode: string;
  variableName: string;
  nodeCode: string;
  nodeName: string;
  roundId: string;
  round: string;
  sentAt: Date;
  deadline: Date | null;
  until: Date | null;
  sender: string;
  senderOffice: string;
  /** The bureau in whose stead the KPI office speaks. */
  onBehalfOf: string | null;
}

/** An item that waits for the receipt of one's own side. */
export interface NewItem extends Item {
  /** Whose thread it stands in. */
  officeId: string;
  office: string;
  /** The certifying bureau's short name. */
  bureau: string;
  isBroadcast: boolean;
  canRegister: boolean;
}

/** An item of one's own side that not everybody has registered to whom it was sent. */
export interface SentItem extends Item {
  /** The thread it stands in; null: it was sent to many. */
  officeId: string | null;
  office: string | null;
  bureau: string;
  /** How many sides have not registered it, and to how many it was sent. */
  waiting: number;
  receivers: number;
}

/** A page of a list, and where the next one begins; null: it ends here. */
export interface NewsPage<Row> {
  rows: Row[];
  next: string | null;
}
