/** A round whose entry has opened by its time, of which nobody was told yet. */
export interface OpenedRound {
  id: string;
  systemId: string;
  label: string;
}

/** Somebody of an office that reports in it. */
export interface OpeningReceiver {
  roundId: string;
  userId: string;
  /** When entry closes for the office. */
  closesAt: Date;
}
