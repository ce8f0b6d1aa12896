import type { Pinned } from '../framework/types.ts';

/** A reporting round as one office sees it. */
export interface Round extends Pinned {
  id: string;
  systemId: string;
  fiscalYear: number;
  kind: string;
  sequence: number;
  label: string;
  entryOpensAt: Date;
  entryClosesAt: Date;
  certificationClosesAt: Date;
  /** The office's own closing time, where it was given one. */
  officeClosesAt: Date | null;
  /** When the KPI office sealed the round; read with the lock, it is of the moment of the lock. */
  sealedAt: Date | null;
  /** Whether the office holds a running permit for any variable of the round. */
  hasPermit: boolean;
  /** Whether the office reports in the round; of an office that certifies it is never so. */
  takesPart: boolean;
}

export type EntryWindowState = 'upcoming' | 'open' | 'closed';

/** Why an office may not change an entry, or attach something to it. */
export type LockReason = 'notAssigned' | 'certified' | 'upcoming' | 'closed' | 'central' | 'sealed';
