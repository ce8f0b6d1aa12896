import type { EntryWindowState } from '../rounds/types.ts';
import type { EntryStatus } from '../scoring/types.ts';

export interface CertifierTransition {
  from: readonly EntryStatus[];
  to: EntryStatus;
  /** Where it leads an entry that has no value. */
  toWithoutValue?: EntryStatus;
  /** The status stays what it is. */
  unchanged?: true;
  needsValue?: true;
  /** An unreported entry only once its office's entry window has closed. */
  unreportedOnlyAfterEntry?: true;
  /** Only while certifying runs, whoever asks: it ends with it at the latest. */
  beforeCertificationCloses?: true;
  asksReason?: true;
}

/**
 * The certifier's four verbs ✓ ✗ ▲ 🕓: from which status, where to, and what they need (domain rules, "The life
 * of an entry"; manual KRS 2559, R116, R125–R128, R131). Buttons, guards and tests read this table.
 */
export const CERTIFIER_TRANSITIONS = {
  certify: { from: ['pending', 'rejected'], to: 'certified', needsValue: true },
  reject: {
    from: ['pending', 'certified', 'unreported'],
    to: 'rejected',
    unreportedOnlyAfterEntry: true,
    asksReason: true,
  },
  cancel: { from: ['certified', 'rejected'], to: 'pending', toWithoutValue: 'unreported' },
  permit: {
    from: ['unreported', 'pending', 'rejected'],
    to: 'unreported',
    unchanged: true,
    beforeCertificationCloses: true,
    asksReason: true,
  },
} as const satisfies Record<string, CertifierTransition>;

export type CertifierEvent = keyof typeof CERTIFIER_TRANSITIONS;
export const CERTIFIER_EVENTS = Object.keys(CERTIFIER_TRANSITIONS) as CertifierEvent[];

/** Whether the person may decide at all now. */
export type DecisionWindow = 'upcoming' | 'open' | 'closed' | 'sealed';

export interface Situation {
  decisions: DecisionWindow;
  /** Of the office. */
  entryWindow: EntryWindowState;
  certificationClosed: boolean;
}

/** Why a verb is not possible. */
export type Refusal = 'upcoming' | 'closed' | 'sealed' | 'central' | 'status' | 'noValue' | 'entryOpen';

interface Decidable {
  source: 'office' | 'central';
  status: EntryStatus;
  value: string | null;
}

/** Why the verb is not possible for the entry now, or null where it is. */
export function refusal(event: CertifierEvent, entry: Decidable, situation: Situation): Refusal | null {
  const rule: CertifierTransition = CERTIFIER_TRANSITIONS[event];
  if (situation.decisions !== 'open') return situation.decisions;
  if (rule.beforeCertificationCloses && situation.certificationClosed) return 'closed';
  if (entry.source === 'central') return 'central';
  if (!rule.from.includes(entry.status)) return 'status';
  if (rule.needsValue && entry.value === null) return 'noValue';
  const tooEarly = entry.status === 'unreported' && situation.entryWindow !== 'closed';
  return rule.unreportedOnlyAfterEntry && tooEarly ? 'entryOpen' : null;
}

/** The status to which the verb leads the entry. */
export function statusAfter(event: CertifierEvent, entry: Decidable): EntryStatus {
  const rule: CertifierTransition = CERTIFIER_TRANSITIONS[event];
  if (rule.unchanged) return entry.status;
  return entry.value === null ? (rule.toWithoutValue ?? rule.to) : rule.to;
}
