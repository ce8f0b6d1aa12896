/** What creating the entry lists of a round has made. */
export interface CreatedLists {
  /** How many offices have a list now. */
  offices: number;
  /** Entries that were missing. */
  created: number;
  /** Entries that had left the scope of their office and belong to it again, with their old values. */
  broughtBack: number;
  /** Entries that do not belong to their office any more; their values and history stay. */
  setAside: number;
  /** Values and AUDIT scores that stay in force from the round before. */
  carried: number;
  carriedAudits: number;
  /** Values of the round before that this one does not admit: they are not carried. */
  misfits: number;
}

export type CreationResult =
  | ({ outcome: 'created' } & CreatedLists)
  /** `gone`: the round is not there; `replaced`: it is pinned to a revision that is not the newest any more. */
  | { outcome: 'gone' | 'sealed' | 'replaced' | 'nothingDue' };

/** Why the lists of a round stay: what people reported, said or decided in it. */
export const OBSTACLES = ['reported', 'history', 'threads', 'audits', 'permits', 'requests'] as const;

export interface Obstacle {
  kind: (typeof OBSTACLES)[number];
  count: number;
  /** How many offices it is about, and the first of them. */
  offices: number;
  officeId: string | null;
  officeName: string | null;
}

/** What went with the lists of a round. */
export interface DeletedLists {
  offices: number;
  entries: number;
  /** Among the entries: those with a value from the round before that nobody had touched. */
  carried: number;
  carriedAudits: number;
}

export type DeletionResult =
  | ({ outcome: 'deleted' } & DeletedLists)
  | { outcome: 'refused'; obstacles: Obstacle[] }
  | { outcome: 'gone' | 'sealed' };
