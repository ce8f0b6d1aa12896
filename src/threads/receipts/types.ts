/** For which sides a person registers. */
export interface Receiving {
  systemId: string;
  /** The district office, or the bureaus. */
  sideIds: readonly string[];
  userId: string;
  /** The certifying side and an office's admin register everything; reporters where they are assigned. */
  mayRegisterAll: boolean;
}

/** One receipt: an item, and the office in whose thread it stands. */
export interface ReceiptRef {
  itemId: string;
  officeId: string;
}

/** What became of receipts that somebody wanted to register. */
export interface Registration {
  /** How many of them were sent to these sides. */
  found: number;
  /** How many of those are the person's to register. */
  own: number;
  /** How many are registered by this: none unless all were found and are the person's. */
  done: number;
}
