import type { EntryStatus } from '../scoring/types.ts';

/**
 * What the reporting office may do with an entry, from which status, and where it leads
 * (domain.md, "The life of an entry"; manual KRS 2559, R87, R116). Guards, buttons and tests read this table.
 */
export const REPORTER_TRANSITIONS = {
  save: { from: ['unreported', 'pending', 'rejected'], to: 'pending' },
  clear: { from: ['pending', 'rejected'], to: 'unreported' },
  resubmit: { from: ['rejected'], to: 'pending' },
} as const satisfies Record<string, { from: readonly EntryStatus[]; to: EntryStatus }>;

export type ReporterEvent = keyof typeof REPORTER_TRANSITIONS;

/** Whether the event is possible for an entry that an office supplies; a value is needed to resubmit. */
export function reporterMay(
  event: ReporterEvent,
  entry: { status: EntryStatus; value: string | null },
): boolean {
  const from: readonly EntryStatus[] = REPORTER_TRANSITIONS[event].from;
  return from.includes(entry.status) && (event !== 'resubmit' || entry.value !== null);
}
