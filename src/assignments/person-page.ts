import { hasOwnHeading, labelOf } from '../framework/rules.ts';
import type { Framework, FrameworkNode } from '../framework/types.ts';
import { concerns, needsReporter } from './rules.ts';
import type { AssignedPerson, OfficeAssignment } from './types.ts';

/** A line of the tree: a heading with everything below it, or a sub-indicator with its box. */
export interface TreeRow {
  id: string;
  kind: FrameworkNode['kind'];
  label: string;
  level: number;
  /** The sub-indicators below it; of a sub-indicator itself alone. */
  below: string[];
  ticked: boolean;
  /** Whether the tick is what is stored. */
  changed: boolean;
  /** Who has it now (manual KRS 2558, R62–R63). */
  people: string[];
  central: boolean;
}

export interface Colleague {
  id: string;
  name: string;
  active: boolean;
  count: number;
}

export interface PersonPage {
  rows: TreeRow[];
  /** What is stored for the person, as the form carries it. */
  shown: string[];
  ticked: number;
  total: number;
  /** Other people of the office with assignments in this framework, which could be copied. */
  colleagues: Colleague[];
  /** Nobody of the office who is still there has anything in this framework. */
  nobodyYet: boolean;
}

interface PersonInput {
  framework: Framework;
  person: AssignedPerson;
  assignments: readonly OfficeAssignment[];
  /** The boxes that stand ticked; absent: what is stored. */
  ticked?: ReadonlySet<string>;
}

/** มอบหมายตัวชี้วัด: the tree of what concerns the person's office (manual KRS 2558, R58–R67). */
export function personPage(input: PersonInput): PersonPage {
  const { framework, person, assignments } = input;
  const own = new Set(assignments.filter((one) => one.userId === person.id).map(({ nodeId }) => nodeId));
  const state = { ...input, own, ticked: input.ticked ?? own };
  const rows = framework.dimensions.flatMap((dimension) => treeOf(dimension, 1, state));
  const boxes = rows.filter((row) => row.kind === 'sub_indicator');
  return {
    rows,
    shown: boxes.filter(({ id }) => own.has(id)).map(({ id }) => id),
    ticked: boxes.filter(({ ticked }) => ticked).length,
    total: boxes.length,
    colleagues: colleaguesOf(person, assignments),
    nobodyYet: !assignments.some(({ active }) => active),
  };
}

/** The sub-indicators below a heading of the tree; undefined where the page has no such heading. */
export function belowHeading(page: PersonPage, headingId: string): string[] | undefined {
  return page.rows.find(({ id }) => id === headingId)?.below;
}

type State = PersonInput & { own: ReadonlySet<string>; ticked: ReadonlySet<string> };

function treeOf(node: FrameworkNode, level: number, state: State): TreeRow[] {
  const sub = node.subIndicator;
  if (sub !== null) {
    const { person, framework } = state;
    if (!concerns(sub, person.office, framework.fiscalYear)) return [];
    const people = state.assignments.filter(({ nodeId, active }) => nodeId === node.id && active);
    return [
      {
        ...lineOf(node, level, [node.id]),
        ticked: state.ticked.has(node.id),
        changed: state.ticked.has(node.id) !== state.own.has(node.id),
        people: people.map(({ name }) => name),
        central: !needsReporter(sub),
      },
    ];
  }
  const headed = node.kind === 'dimension' || hasOwnHeading(node);
  const rows = node.children.flatMap((child) => treeOf(child, headed ? level + 1 : level, state));
  if (rows.length === 0 || !headed) return rows;
  const boxes = rows.filter((row) => row.kind === 'sub_indicator');
  const heading = lineOf(
    node,
    level,
    boxes.map(({ id }) => id),
  );
  return [{ ...heading, ticked: boxes.every(({ ticked }) => ticked) }, ...rows];
}

function lineOf(node: FrameworkNode, level: number, below: string[]): TreeRow {
  const label = node.kind === 'dimension' ? node.name : labelOf(node);
  const { id, kind } = node;
  return { id, kind, label, level, below, ticked: false, changed: false, people: [], central: false };
}

function colleaguesOf(person: AssignedPerson, assignments: readonly OfficeAssignment[]): Colleague[] {
  const colleagues = new Map<string, Colleague>();
  for (const { userId: id, name, active } of assignments) {
    if (id === person.id) continue;
    const known = colleagues.get(id) ?? { id, name, active, count: 0 };
    colleagues.set(id, { ...known, count: known.count + 1 });
  }
  return [...colleagues.values()];
}
