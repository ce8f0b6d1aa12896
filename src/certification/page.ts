import { lacksFiles, variableLabel } from '../framework/rules.ts';
import type { Framework, Variable } from '../framework/types.ts';
import type { CurrentUser } from '../http/current-user.ts';
import type { Round } from '../rounds/types.ts';
import { type MarksOfThreads, threadKey } from '../threads/marks/queries.ts';
import { type Change, changeOf, decisionWindow, groupOf, situationOf } from './rules.ts';
import { CERTIFIER_EVENTS, type CertifierEvent, type DecisionWindow, refusal } from './transitions.ts';
import {
  type CertifyRow,
  type DecisionRound,
  type Filter,
  GROUPS,
  type Group,
  type LeftReason,
} from './types.ts';

/** Which list a person looks at, and how it is narrowed: what an address says and a form brings along. */
export interface Place {
  view: 'variables' | 'offices';
  roundId: string;
  /** The variable or the office. */
  of: string;
  status: Filter | undefined;
  bureauId: string | undefined;
}

/** What a page needs to know to lay out rows. */
export interface ListInput {
  user: CurrentUser;
  round: DecisionRound | Round;
  framework: Framework;
  place: Place;
  now: Date;
  /** Ids of the entries whose box stands ticked. */
  ticked?: 'pending' | undefined;
  /** Why an entry was left as it was, by id. */
  left?: ReadonlyMap<string, LeftReason>;
  marks: MarksOfThreads;
}

export interface ShownRow {
  row: CertifyRow;
  variable: Variable;
  /** What the row is about: the office, or the variable with its code. */
  name: string;
  group: Group;
  change: Change | null;
  can: Record<CertifierEvent, boolean>;
  ticked: boolean;
  left: LeftReason | null;
  evidence: number;
  fresh: number;
  /** Documents are asked for and there are none. */
  lacksFiles: boolean;
}

export interface RowList {
  place: Place;
  rows: ShownRow[];
  filters: { group: Filter | undefined; count: number }[];
  window: DecisionWindow;
  /** The person may decide although certifying has closed for everybody else. */
  beyondClosing: boolean;
  opensAt: Date;
  closesAt: Date;
  certificationClosed: boolean;
  /** Rows of the whole list, narrowed or not. */
  total: number;
}

/** The rows of a list, narrowed to one group; the filters count the whole list. */
export function rowList(input: ListInput, rows: readonly CertifyRow[]): RowList {
  const { round, user, place, now } = input;
  const shown = rows.map((row) => shownRow(input, row)).filter((row) => row !== undefined);
  const closed = now >= round.certificationClosesAt;
  const window = decisionWindow(user, round, now);
  return {
    place,
    rows: shown.filter((row) => isWithin(row, place.status) || row.left !== null),
    filters: filtersOf(shown),
    window,
    beyondClosing: window === 'open' && closed,
    opensAt: round.entryOpensAt,
    closesAt: round.certificationClosesAt,
    certificationClosed: closed,
    total: shown.length,
  };
}

function isWithin({ group, fresh }: ShownRow, filter: Filter | undefined): boolean {
  if (filter === undefined) return true;
  return filter === 'fresh' ? fresh > 0 : group === filter;
}

function shownRow(input: ListInput, row: CertifyRow): ShownRow | undefined {
  const variable = input.framework.variables.get(row.variableId);
  if (variable === undefined) return undefined;
  const situation = situationOf(input.user, input.round, row, input.now);
  const can = Object.fromEntries(
    CERTIFIER_EVENTS.map((event) => [event, refusal(event, row, situation) === null]),
  ) as Record<CertifierEvent, boolean>;
  const group = groupOf(row);
  const thread = threadKey(row.officeId, row.variableId);
  const evidence = input.marks.evidence.get(thread) ?? 0;
  return {
    row,
    variable,
    name: input.place.view === 'variables' ? row.office : variableLabel(variable),
    group,
    change: changeOf(row.value, row.lastValue, variable.kind),
    can,
    ticked: input.ticked === 'pending' && group === 'pending',
    left: input.left?.get(row.id) ?? null,
    evidence,
    fresh: input.marks.fresh.get(thread) ?? 0,
    lacksFiles: lacksFiles(variable, row, evidence),
  };
}

/** All, the four statuses, and what else occurs; last what is new. */
function filtersOf(rows: readonly ShownRow[]): RowList['filters'] {
  const counts = GROUPS.map((group) => ({ group, count: rows.filter((row) => row.group === group).length }));
  const shown = counts.filter(
    ({ group, count }) => count > 0 || (group !== 'audited' && group !== 'central'),
  );
  const fresh = rows.filter((row) => isWithin(row, 'fresh')).length;
  return [
    { group: undefined, count: rows.length },
    ...shown,
    ...(fresh > 0 ? [{ group: 'fresh' as const, count: fresh }] : []),
  ];
}
