import type { Levels, ScoredNode, ScoredSubIndicator } from '../scoring/types.ts';
import { deepFreeze } from './freeze.ts';
import type { Framework, FrameworkNode, RoundKind, Source, SubIndicator, Variable } from './types.ts';

/** As much of an office as decides what applies to it. */
export interface ScopedOffice {
  id: string;
  /** `สพป`, `สพม`; null for an office without a type, to which only single additions apply. */
  type: string | null;
}

/** Whether the sub-indicator applies to the office: its type, unless the office was added or taken out by itself. */
export function appliesTo(subIndicator: SubIndicator, office: ScopedOffice): boolean {
  const exception = subIndicator.officeExceptions.get(office.id);
  return exception ?? (office.type !== null && subIndicator.officeTypes.includes(office.type));
}

/** Who supplies the variable in rounds of this kind; undefined = not due. */
export function sourceIn(variable: Variable, roundKind: RoundKind): Source | undefined {
  return variable.sources.get(roundKind);
}

/**
 * Files are asked for, and no document stands beside a value that the office reported: it is warned and the certifier
 * sees it; saving is never blocked (R166).
 */
export function lacksFiles(
  variable: Variable,
  entry: { source: Source; value: string | null },
  documents: number,
): boolean {
  return variable.filesAsked && entry.source === 'office' && entry.value !== null && documents === 0;
}

/** A sub-indicator is due when all its variables are (Due and applicable); its formula uses every one of them. */
export function isDue(subIndicator: SubIndicator, roundKind: RoundKind): boolean {
  const { variables } = subIndicator;
  return variables.length > 0 && variables.every((variable) => variable.sources.has(roundKind));
}

/** The criteria of rounds of this kind. Throws where there are none, which no import lets pass for a due one. */
export function criteriaFor(subIndicator: SubIndicator, roundKind: RoundKind): Levels {
  const levels = subIndicator.criteria.get(roundKind) ?? subIndicator.criteria.get('');
  if (levels === undefined)
    throw new Error(`Sub-indicator ${subIndicator.code} has no criteria for ${roundKind}`);
  return levels;
}

type Trees = Map<string, readonly ScoredNode[]>;

// A framework has a few round kinds and office types, and some offices with exceptions: few trees for many offices.
const MAX_TREES = 500;
const MAX_OFFICES = 5000;
const memory = new WeakMap<Framework, { trees: Trees; ofOffices: Trees }>();

/**
 * The input of `scoreOffice`: every dimension and indicator, and the sub-indicators that are due in rounds of this
 * kind and apply to the office. Frozen, and shared by all offices with the same sub-indicators.
 */
export function toScoring(
  framework: Framework,
  roundKind: RoundKind,
  office: ScopedOffice,
): readonly ScoredNode[] {
  const { trees, ofOffices } = memory.get(framework) ?? { trees: new Map(), ofOffices: new Map() };
  memory.set(framework, { trees, ofOffices });
  return remembered(ofOffices, MAX_OFFICES, `${roundKind} ${office.id} ${office.type}`, () => {
    const counted = framework.subIndicators.filter((sub) => isDue(sub, roundKind) && appliesTo(sub, office));
    const ids = new Set(counted.map((sub) => sub.id));
    return remembered(trees, MAX_TREES, [roundKind, ...ids].join(' '), () =>
      deepFreeze(framework.dimensions.map((node) => scoredNode(node, roundKind, ids))),
    );
  });
}

function remembered(
  trees: Trees,
  limit: number,
  key: string,
  make: () => readonly ScoredNode[],
): readonly ScoredNode[] {
  const known = trees.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (trees.size >= limit) trees.clear();
  trees.set(key, made);
  return made;
}

function scoredNode(node: FrameworkNode, roundKind: RoundKind, counted: ReadonlySet<string>): ScoredNode {
  const children: ScoredNode[] = [];
  const subIndicators: ScoredSubIndicator[] = [];
  for (const child of node.children) {
    if (child.subIndicator === null) children.push(scoredNode(child, roundKind, counted));
    else if (counted.has(child.id)) subIndicators.push(scoredSubIndicator(child.subIndicator, roundKind));
  }
  const kind = node.kind === 'dimension' ? 'dimension' : 'indicator';
  return { id: node.id, code: node.code, kind, children, subIndicators };
}

function scoredSubIndicator(sub: SubIndicator, roundKind: RoundKind): ScoredSubIndicator {
  const { id, code, weight, formula, direction, wholeLevels, resultUnit } = sub;
  const criteria = criteriaFor(sub, roundKind);
  const variables = sub.variables.flatMap((variable) => {
    const source = sourceIn(variable, roundKind);
    return source === undefined
      ? []
      : [{ id: variable.id, code: variable.code, kind: variable.kind, source }];
  });
  return { id, code, weight, formula, direction, wholeLevels, resultUnit, criteria, variables };
}

/** The ids of the sub-indicators that these variables belong to. */
export function subIndicatorsOf(framework: Framework, variableIds: readonly string[]): Set<string> {
  const ids = new Set<string>();
  for (const id of variableIds) {
    const variable = framework.variables.get(id);
    if (variable !== undefined) ids.add(variable.subIndicatorId);
  }
  return ids;
}

/** An undivided indicator stands for its only sub-indicator of the same name: one heading for both. */
export function hasOwnHeading(node: FrameworkNode): boolean {
  const [only, ...others] = node.children;
  return only === undefined || others.length > 0 || only.subIndicator === null || only.name !== node.name;
}

/** `2.1 การจัดทำแผน`: an indicator as lists and letters name it; many a name begins with its code already. */
export function labelOf({ code, name }: { code: string; name: string }): string {
  return name.startsWith(code) ? name : `${code} ${name}`;
}

/** A variable as lists, threads and mails name it: its code with a full stop, as on the entry page, and its name. */
export function variableLabel({ code, name }: { code: string; name: string }): string {
  return `${code}. ${name}`;
}
