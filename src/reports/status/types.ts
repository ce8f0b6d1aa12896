/**
 * What an entry counts as in the matrix, what needs action first; an AUDIT score decides all entries of its
 * sub-indicator.
 */
export const STATUS_BUCKETS = [
  'rejected',
  'unreported',
  'central_missing',
  'pending',
  'certified',
  'audit',
] as const;

export type StatusBucket = (typeof STATUS_BUCKETS)[number];

/** How many entries are in each state. */
export type StatusCounts = Record<StatusBucket, number>;

export type StatusView = 'office' | 'indicator' | 'bureau';

/** What may be seen and was asked for; null: no limit. */
export interface StatusScope {
  systemId: string;
  roundId: string;
  officeId: string | null;
  bureauId: string | null;
  status: StatusBucket | null;
  region: string | null;
  type: string | null;
  search: string | null;
}

export interface CountedOffice {
  id: string;
  label: string;
  type: string | null;
  counts: StatusCounts;
}

export interface CountedNode {
  nodeId: string;
  counts: StatusCounts;
}

export interface CountedBureau {
  id: string;
  name: string;
  counts: StatusCounts;
  /** Since when the entry waits that waits longest. */
  oldestPending: Date | null;
}

export interface Matrix {
  /** The offices of this page of the list. */
  offices: CountedOffice[];
  /** By office and sub-indicator: `<office> <node>`. */
  cells: Map<string, StatusCounts>;
  /** Totals of the sub-indicators over all offices of the list, not only this page's. */
  columns: Map<string, StatusCounts>;
  officeCount: number;
}
