import { isDue } from '../../framework/rules.ts';
import type { Framework, FrameworkNode, RoundKind, SubIndicator } from '../../framework/types.ts';
import type { CurrentUser } from '../../http/current-user.ts';
import type { StatusFilters } from '../forms.ts';
import {
  STATUS_BUCKETS,
  type StatusBucket,
  type StatusCounts,
  type StatusScope,
  type StatusView,
} from './types.ts';

export const OFFICES_PER_PAGE = 50;

/**
 * What the matrix may show: the KPI office everything, a bureau its own variables of all offices, everybody
 * else the own office. Filters narrow this, they never widen it.
 */
export function statusScope(
  user: Pick<CurrentUser, 'role' | 'officeId' | 'officeKind' | 'systemId'>,
  roundId: string,
  filters: StatusFilters,
): StatusScope {
  const all = user.role === 'kpi_office';
  const isBureau = !all && user.officeKind === 'bureau';
  return {
    systemId: user.systemId,
    roundId,
    officeId: all || isBureau ? null : user.officeId,
    bureauId: isBureau ? user.officeId : (filters.bureau ?? null),
    status: filters.status ?? null,
    region: filters.region ?? null,
    type: filters.type ?? null,
    search: filters.q ?? null,
  };
}

/** An office looks at its indicators first, everybody else at the offices. */
export function chooseView(scope: StatusScope, wanted: StatusView | undefined): StatusView {
  return wanted ?? (scope.officeId === null ? 'office' : 'indicator');
}

/** The columns of the matrix: what is due in the round, of a bureau only what it certifies. */
export function dueColumns(framework: Framework, roundKind: RoundKind, scope: StatusScope): SubIndicator[] {
  return framework.subIndicators.filter(
    (sub) =>
      isDue(sub, roundKind) &&
      (scope.bureauId === null || sub.variables.some((variable) => variable.bureauId === scope.bureauId)),
  );
}

/** The state that needs action first; null where nothing is due. */
export function foremost(counts: StatusCounts): StatusBucket | null {
  return STATUS_BUCKETS.find((bucket) => counts[bucket] > 0) ?? null;
}

/** How many entries are in any of the states. */
export function totalOf(counts: StatusCounts): number {
  return STATUS_BUCKETS.reduce((sum, bucket) => sum + counts[bucket], 0);
}

/** How many of the entries that an office owes are there: central data are never owed by an office. */
export function reportedOf(counts: StatusCounts): number {
  return totalOf(counts) - counts.unreported - counts.central_missing;
}

/** How many entries are in each state in all of these together; of nothing, none. */
export function sumCounts(all: Iterable<StatusCounts>): StatusCounts {
  const sum: StatusCounts = {
    rejected: 0,
    unreported: 0,
    central_missing: 0,
    pending: 0,
    certified: 0,
    audit: 0,
  };
  for (const counts of all) for (const bucket of STATUS_BUCKETS) sum[bucket] += counts[bucket];
  return sum;
}

export interface IndicatorGroup {
  dimension: FrameworkNode;
  rows: { sub: SubIndicator; counts: StatusCounts }[];
}

/** The counts of sub-indicators below their dimensions, in the order of the framework. */
export function groupByDimension(
  subs: readonly SubIndicator[],
  counts: ReadonlyMap<string, StatusCounts>,
): IndicatorGroup[] {
  const groups = new Map<string, IndicatorGroup>();
  for (const sub of subs) {
    const [dimension] = sub.path;
    const counted = counts.get(sub.id);
    if (dimension === undefined || counted === undefined) continue;
    const group = groups.get(dimension.id) ?? { dimension, rows: [] };
    group.rows.push({ sub, counts: counted });
    groups.set(dimension.id, group);
  }
  return [...groups.values()];
}
