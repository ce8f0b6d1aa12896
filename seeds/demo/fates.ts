/** One thing that happens to the entries of a sub-indicator. `draft` saves a first value, `save` the last one. */
export type Verb =
  | 'draft'
  | 'save'
  | 'clear'
  | 'certify'
  | 'reject'
  | 'rejectMissing'
  | 'resubmit'
  | 'cancel'
  | 'permit'
  | 'loadDraft'
  | 'load';

/** What became of the entries of one sub-indicator of one office in one round, as verbs in their order. */
export const FATES = {
  untouched: [],
  cleared: ['save', 'clear'],
  overdue: ['rejectMissing'],
  permitted: ['permit'],
  pending: ['save'],
  corrected: ['draft', 'save'],
  certified: ['save', 'certify'],
  rejected: ['save', 'reject'],
  resaved: ['draft', 'reject', 'save'],
  resavedCertified: ['draft', 'reject', 'save', 'certify'],
  resubmitted: ['save', 'reject', 'resubmit'],
  resubmittedCertified: ['save', 'reject', 'resubmit', 'certify'],
  cancelled: ['save', 'certify', 'cancel'],
  recertified: ['save', 'certify', 'cancel', 'certify'],
  permittedCertified: ['permit', 'save', 'certify'],
  missing: [],
  loaded: ['load'],
  reloaded: ['loadDraft', 'load'],
} as const satisfies Record<string, readonly Verb[]>;

export type Fate = keyof typeof FATES;
export type Shares = Readonly<Partial<Record<Fate, number>>>;

/** A round that is over: nearly everything is certified, a little was left lying. */
export const CLOSED: Shares = {
  untouched: 22,
  overdue: 12,
  pending: 12,
  corrected: 8,
  certified: 870,
  rejected: 18,
  resavedCertified: 26,
  resubmittedCertified: 14,
  recertified: 6,
  permittedCertified: 12,
};

/** What an office has reported in a round that is open, and the certifier has not come to. */
export const UNDECIDED: Shares = { pending: 90, corrected: 10 };

/** What an office has reported and the certifier has decided, in a round that is open. */
export const DECIDED: Shares = {
  certified: 800,
  rejected: 80,
  resaved: 45,
  resavedCertified: 25,
  resubmitted: 30,
  resubmittedCertified: 10,
  cancelled: 10,
};

/** What an office has not reported in a round that is open. */
export const OPEN: Shares = { untouched: 955, cleared: 25, permitted: 20 };
