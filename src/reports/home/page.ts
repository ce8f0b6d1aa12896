import type { Assignee } from '../../assignments/queries.ts';
import { certificationIsOpen, entryClosesAt, entryWindow } from '../../rounds/rules.ts';
import type { Round } from '../../rounds/types.ts';
import { sumCounts } from '../status/page.ts';
import type { StatusCounts } from '../status/types.ts';
import type { FirstStep, FirstSteps, OwedIndicator, OwnEntry, OwnRound, PersonProgress } from './types.ts';

/** The rounds in which something can still happen, the one that closes first at the top. */
export function runningRounds(rounds: readonly Round[], now: Date): Round[] {
  return rounds
    .filter(
      (round) => certificationIsOpen(round, now) || round.hasPermit || entryWindow(round, now) === 'open',
    )
    .sort((a, b) => entryClosesAt(a).getTime() - entryClosesAt(b).getTime());
}

/** The first steps of a new system in their order; `next` is the one to take now. */
export function firstSteps({ framework, draft, rounds, people }: FirstSteps): FirstStep[] {
  const steps: Omit<FirstStep, 'next'>[] = [
    {
      key: 'framework',
      path: '/framework',
      done: framework,
      state: framework ? 'done' : draft ? 'draft' : 'none',
    },
    {
      key: 'rounds',
      path: '/rounds',
      done: false,
      state: rounds > 0 ? 'noLists' : framework ? 'none' : 'later',
    },
    { key: 'people', path: '/users', done: people > 0, state: people > 0 ? 'done' : 'none' },
  ];
  const next = steps.find(({ done }) => !done);
  return steps.map((step) => ({ ...step, next: step === next }));
}

/** The next round that has not begun yet. */
export function nextRound(rounds: readonly Round[], now: Date): Round | undefined {
  return rounds
    .filter((round) => round.entryOpensAt > now)
    .sort((a, b) => a.entryOpensAt.getTime() - b.entryOpensAt.getTime())[0];
}

/**
 * What somebody has to do in each round: what was rejected and why, and what is still missing. Central data
 * are never owed by the office, and what AUDIT decided needs nothing any more.
 */
export function ownRounds(rounds: readonly Round[], entries: readonly OwnEntry[], now: Date): OwnRound[] {
  return rounds.map((round) => {
    const own = entries.filter((entry) => entry.roundId === round.id && entry.source === 'office');
    const isOpen = entryWindow(round, now) === 'open';
    const editable = own.filter((entry) => isOpen || entry.permitUntil !== null);
    return {
      round,
      closesAt: entryClosesAt(round),
      canEdit: editable.length > 0,
      counts: countsOf(own),
      rejected: own.filter((entry) => entry.bucket === 'rejected'),
      owed: owedIndicators(editable.filter((entry) => entry.bucket === 'unreported')),
    };
  });
}

/** Who has reported how much, the furthest behind first. */
export function progressByPerson(
  entries: readonly OwnEntry[],
  assignees: ReadonlyMap<string, readonly Assignee[]>,
): PersonProgress[] {
  const people = new Map<string, { name: string; entries: OwnEntry[]; nodes: Set<string> }>();
  for (const entry of entries) {
    for (const { userId, name } of assignees.get(entry.nodeId) ?? []) {
      const person = people.get(userId) ?? { name, entries: [], nodes: new Set() };
      person.entries.push(entry);
      person.nodes.add(entry.nodeId);
      people.set(userId, person);
    }
  }
  return [...people]
    .map(([userId, { name, entries: own, nodes }]) => ({
      userId,
      name,
      indicators: nodes.size,
      counts: countsOf(own),
    }))
    .sort((a, b) => b.counts.unreported + b.counts.rejected - (a.counts.unreported + a.counts.rejected));
}

/** Sub-indicators that the office has to report and that nobody was assigned to. */
export function unassigned(
  entries: readonly OwnEntry[],
  assignees: ReadonlyMap<string, readonly Assignee[]>,
): OwedIndicator[] {
  return owedIndicators(entries.filter((entry) => !assignees.has(entry.nodeId)));
}

function countsOf(entries: readonly OwnEntry[]): StatusCounts {
  const counts = sumCounts([]);
  for (const entry of entries) counts[entry.bucket] += 1;
  return counts;
}

function owedIndicators(entries: readonly OwnEntry[]): OwedIndicator[] {
  const byNode = new Map<string, OwedIndicator>();
  for (const entry of entries) {
    const known = byNode.get(entry.nodeId);
    if (known !== undefined) known.missing += 1;
    else {
      byNode.set(entry.nodeId, {
        nodeId: entry.nodeId,
        code: entry.nodeCode,
        name: entry.nodeName,
        firstEntryId: entry.id,
        missing: 1,
        permitUntil: entry.permitUntil,
      });
    }
  }
  return [...byNode.values()];
}
