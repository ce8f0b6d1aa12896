import { appliesTo, hasOwnHeading, labelOf, lacksFiles, variableLabel } from '../framework/rules.ts';
import type { Framework, FrameworkNode, SubIndicator, Variable } from '../framework/types.ts';
import type { CurrentUser } from '../http/current-user.ts';
import type { Round } from '../rounds/types.ts';
import { type MarksOfThreads, threadKey } from '../threads/marks/queries.ts';
import { actsInSteadOf } from '../threads/rules.ts';
import type { HeadingScore } from './headings/queries.ts';
import type { OfficeCount, VariableCount } from './queries.ts';
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

/** What a list is chosen by: an office or a variable, and what waits there. */
export interface Option {
  id: string;
  name: string;
  pending: number;
  fresh: number;
  central: boolean;
}

/** What the choice says about a list that is shown; undefined where nothing is left in it. */
export function optionOf({ place, rows }: Pick<RowList, 'place' | 'rows'>): Option | undefined {
  const [first] = rows;
  if (first === undefined) return undefined;
  const isVariable = place.view === 'variables';
  return {
    id: place.of,
    name: isVariable ? variableLabel(first.variable) : first.row.office,
    pending: rows.filter(({ group }) => group === 'pending').length,
    fresh: rows.reduce((sum, { fresh }) => sum + fresh, 0),
    central: isVariable && first.group === 'central',
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

export interface VariableGroup {
  label: string;
  options: Option[];
}

export interface Bureau {
  id: string;
  name: string;
}

export interface VariableChoice {
  groups: VariableGroup[];
  bureaus: Bureau[];
  pending: number;
}

/** The drop-down of variables: those due in the round, by sub-indicator in the framework's order (R118). */
export function variableChoice(
  framework: Framework,
  counts: readonly VariableCount[],
  bureauId: string | undefined,
): VariableChoice {
  const byVariable = new Map(counts.map((count) => [count.variableId, count]));
  const options = (sub: SubIndicator) =>
    sub.variables.flatMap((variable) => {
      const count = byVariable.get(variable.id);
      if (count === undefined || (bureauId !== undefined && count.bureauId !== bureauId)) return [];
      return [
        {
          id: variable.id,
          name: variableLabel(variable),
          pending: count.pending,
          fresh: count.fresh,
          central: count.source === 'central',
        },
      ];
    });
  const groups = framework.subIndicators
    .map((sub) => ({ label: labelOf(sub), options: options(sub) }))
    .filter((group) => group.options.length > 0);
  return {
    groups,
    bureaus: bureausOf(counts),
    pending: groups.flatMap((group) => group.options).reduce((sum, { pending }) => sum + pending, 0),
  };
}

export interface ChosenVariable {
  variable: Variable;
  label: string;
  subIndicator: SubIndicator;
  /** The indicators above it, those of the same name left out, dimension first. */
  headings: FrameworkNode[];
  bureau: string;
  /** The page acts in this bureau's stead. */
  inSteadOf: string | null;
}

/** The variable of the page with its headings, or undefined where the person has none of this id in the round. */
export function chosenVariable(
  framework: Framework,
  counts: readonly VariableCount[],
  user: CurrentUser,
  variableId: string | undefined,
): ChosenVariable | undefined {
  const count = counts.find((candidate) => candidate.variableId === variableId);
  const variable = framework.variables.get(count?.variableId ?? '');
  const subIndicator = framework.subIndicators.find((sub) => sub.id === variable?.subIndicatorId);
  if (count === undefined || variable === undefined || subIndicator === undefined) return undefined;
  return {
    variable,
    label: variableLabel(variable),
    subIndicator,
    headings: subIndicator.path.filter((node) => node.name !== subIndicator.name),
    bureau: count.bureau,
    inSteadOf: actsInSteadOf(user, count.bureauId) === null ? null : count.bureau,
  };
}

/** A heading of the framework in the list of one office, with the person's rows below it. */
export interface Block {
  node: FrameworkNode;
  level: number;
  score: HeadingScore | null;
  rows: ShownRow[];
}

/** The whole tree of headings that applies to the office; rows only where the person has variables (R135). */
export function officeBlocks(
  framework: Framework,
  office: OfficeCount,
  scores: ReadonlyMap<string, HeadingScore>,
  list: RowList,
): Block[] {
  const rowsOf = (node: FrameworkNode) =>
    list.rows.filter((shown) => shown.variable.subIndicatorId === node.id);
  const narrowed = list.place.status !== undefined;
  const scope = { id: office.officeId, type: office.officeType };
  const walk = (node: FrameworkNode, level: number): Block[] => {
    const block = { node, level, score: scores.get(node.id) ?? null, rows: rowsOf(node) };
    if (node.subIndicator !== null) {
      const shown = narrowed ? block.rows.length > 0 : appliesTo(node.subIndicator, scope);
      return shown ? [block] : [];
    }
    const headed = hasOwnHeading(node);
    const below = node.children.flatMap((child) => walk(child, headed ? level + 1 : level));
    return below.length === 0 || !headed ? below : [block, ...below];
  };
  return framework.dimensions.flatMap((dimension) => walk(dimension, 1));
}

/** The bureaus that occur, by name. */
export function bureausOf(rows: readonly { bureauId: string; bureau: string }[]): Bureau[] {
  const names = new Map(rows.map((row) => [row.bureauId, row.bureau]));
  return [...names].map(([id, name]) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name, 'th'));
}
