import type { EntryColumns, EventColumns, PermitColumns } from './statements.ts';
import type { Step } from './stories.ts';
import type { Said } from './talk.ts';

/** What is written of one round: entries as their history leaves them, the history, the permits, the threads. */
export interface RoundRows {
  entries: EntryColumns;
  events: EventColumns;
  permits: PermitColumns;
  said: Said[];
}

export function emptyRows(): RoundRows {
  return {
    entries: {
      ids: [],
      values: [],
      statuses: [],
      reasons: [],
      versions: [],
      reportedBy: [],
      reportedAt: [],
      decidedBy: [],
      decidedAt: [],
    },
    events: {
      entryIds: [],
      kinds: [],
      ats: [],
      userIds: [],
      onBehalfOf: [],
      valuesBefore: [],
      valuesAfter: [],
      statusesBefore: [],
      statusesAfter: [],
      eventReasons: [],
      untils: [],
    },
    permits: {
      officeIds: [],
      variableIds: [],
      permittedUntil: [],
      permitReasons: [],
      grantedBy: [],
      grantedAt: [],
      endedAt: [],
    },
    said: [],
  };
}

/** Adds one entry with its history; without history there is nothing to write. */
export function addEntry(
  rows: RoundRows,
  entry: { id: string; officeId: string; variableId: string },
  steps: readonly Step[],
): void {
  addHistory(rows.events, entry.id, steps);
  addPermits(rows.permits, entry, steps);
  const changes = steps.filter((step) => step.kind !== 'permit');
  if (changes.length > 0) addState(rows.entries, entry.id, changes);
}

function addHistory(events: EventColumns, entryId: string, steps: readonly Step[]): void {
  let value: string | null = null;
  let status = 'unreported';
  for (const step of steps) {
    events.entryIds.push(entryId);
    events.kinds.push(step.kind);
    events.ats.push(step.at);
    events.userIds.push(step.userId);
    events.onBehalfOf.push(step.onBehalfOf);
    events.valuesBefore.push(value);
    events.valuesAfter.push(step.value);
    events.statusesBefore.push(status);
    events.statusesAfter.push(step.status);
    events.eventReasons.push(step.reason);
    events.untils.push(step.until);
    ({ value, status } = step);
  }
}

const REPORTS: readonly Step['kind'][] = ['save', 'clear', 'resubmit', 'central'];
const DECIDES: readonly Step['kind'][] = ['certify', 'reject', 'central'];

function addState(entries: EntryColumns, id: string, changes: readonly Step[]): void {
  const last = changes.at(-1);
  const reported = changes.findLast((step) => REPORTS.includes(step.kind));
  const decided = last !== undefined && DECIDES.includes(last.kind) ? last : undefined;
  entries.ids.push(id);
  entries.values.push(last?.value ?? null);
  entries.statuses.push(last?.status ?? 'unreported');
  entries.reasons.push(last?.status === 'rejected' ? last.reason : null);
  entries.versions.push(1 + changes.length);
  entries.reportedBy.push(reported?.userId ?? null);
  entries.reportedAt.push(reported?.at ?? null);
  entries.decidedBy.push(decided?.userId ?? null);
  entries.decidedAt.push(decided?.at ?? null);
}

/** A permit ends by itself, or with the certification that follows. */
function addPermits(
  permits: PermitColumns,
  entry: { officeId: string; variableId: string },
  steps: readonly Step[],
): void {
  for (const [index, step] of steps.entries()) {
    if (step.until === null) continue;
    const certified = steps.slice(index).find(({ kind }) => kind === 'certify');
    permits.officeIds.push(entry.officeId);
    permits.variableIds.push(entry.variableId);
    permits.permittedUntil.push(step.until);
    permits.permitReasons.push(step.reason ?? '');
    permits.grantedBy.push(step.userId);
    permits.grantedAt.push(step.at);
    permits.endedAt.push(certified?.at ?? null);
  }
}
