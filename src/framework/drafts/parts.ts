import type { DraftDocument, DraftNode, DraftSubIndicator, DraftVariable } from './types.ts';

export type PartKind = 'dimension' | 'indicator' | 'sub_indicator' | 'variable';

interface Standing {
  key: string;
  /** What stands above it, dimension first. */
  parents: Part[];
  /** Its place among those beside it, from 0, and how many there are. */
  index: number;
  count: number;
}

export interface NodePart extends Standing {
  kind: 'dimension' | 'indicator';
  part: DraftNode;
}
export interface SubIndicatorPart extends Standing {
  kind: 'sub_indicator';
  part: DraftSubIndicator;
}
export interface VariablePart extends Standing {
  kind: 'variable';
  part: DraftVariable;
}
/** A part of a draft and where it stands. */
export type Part = NodePart | SubIndicatorPart | VariablePart;

/** Every part in the order of the page, each before what is below it. */
export function partsOf(draft: DraftDocument): Part[] {
  const parts: Part[] = [];
  draft.dimensions.forEach((dimension, index) => {
    addNode(parts, 'dimension', dimension, { parents: [], index, count: draft.dimensions.length });
  });
  return parts;
}

/**
 * The part with this key. Dimensions, indicators and sub-indicators share their keys, variables have their own:
 * they are ids of two tables.
 */
export function findPart(draft: DraftDocument, space: 'node' | 'variable', key: string): Part | undefined {
  return partsOf(draft).find((part) => spaceOf(part.kind) === space && part.key === key);
}

/** Whose keys this kind of part shares. */
export function spaceOf(kind: PartKind): 'node' | 'variable' {
  return kind === 'variable' ? 'variable' : 'node';
}

/** All sub-indicators in the order of the page. */
export function subIndicatorsOf(draft: DraftDocument): SubIndicatorPart[] {
  return partsOf(draft).filter((part) => part.kind === 'sub_indicator');
}

/** Whether the part is in the published framework: its key is the id of a row. */
export function isPublished(key: string): boolean {
  return /^\d/.test(key);
}

/** Readable, by codes: `C1 › 1 › 1.1 › a`. */
export function placeOfPart({ parents, part }: Pick<Part, 'parents' | 'part'>): string {
  return [...parents.map((parent) => parent.part.code), part.code].map((code) => code || '–').join(' › ');
}

type Place = Omit<Standing, 'key'>;

function addNode(parts: Part[], kind: NodePart['kind'], node: DraftNode, place: Place): void {
  const self: NodePart = { kind, part: node, key: node.key, ...place };
  parts.push(self);
  const parents = [...place.parents, self];
  node.indicators.forEach((below, index) => {
    addNode(parts, 'indicator', below, { parents, index, count: node.indicators.length });
  });
  node.sub_indicators.forEach((sub, index) => {
    addSubIndicator(parts, sub, { parents, index, count: node.sub_indicators.length });
  });
}

function addSubIndicator(parts: Part[], sub: DraftSubIndicator, place: Place): void {
  const self: SubIndicatorPart = { kind: 'sub_indicator', part: sub, key: sub.key, ...place };
  parts.push(self);
  const parents = [...place.parents, self];
  sub.variables.forEach((variable, index) => {
    parts.push({
      kind: 'variable',
      part: variable,
      key: variable.key,
      parents,
      index,
      count: sub.variables.length,
    });
  });
}
