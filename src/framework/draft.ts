import type { z } from 'zod';
import { headerFields, nodeFields, roundFields, subIndicatorFields, variableFields } from './format.ts';

export type Path = readonly (string | number)[];

/** A part of a file that may be broken: its fields that could be read, and where it stands. */
interface Draft<Fields extends z.ZodRawShape> {
  fields: Partial<z.output<z.ZodObject<Fields>>>;
  /** Readable, e.g. `dimensions[2] C3 > 7 > 7 > variable a`. */
  place: string;
  /** As in JavaScript, e.g. `dimensions[2].indicators[0]`. */
  position: string;
  path: Path;
}

export type DraftVariable = Draft<typeof variableFields>;
export type DraftRound = Draft<typeof roundFields>;

export interface DraftSubIndicator extends Draft<typeof subIndicatorFields> {
  variables: DraftVariable[];
}

export interface DraftNode extends Draft<typeof nodeFields> {
  kind: 'dimension' | 'indicator';
  indicators: DraftNode[];
  subIndicators: DraftSubIndicator[];
}

export interface DraftFramework extends Draft<typeof headerFields> {
  rounds: DraftRound[];
  dimensions: DraftNode[];
}

/**
 * Reads whatever can be read of a framework file, so that the rules find their problems in the sound parts while
 * other parts are broken. Never fails; a part that is no object has no fields.
 */
export function readDraft(json: unknown): DraftFramework {
  return {
    ...draft(json, [], headerFields),
    rounds: children(json, [], 'rounds').map((path) => draft(json, path, roundFields)),
    dimensions: children(json, [], 'dimensions').map((path) => readNode(json, path, 'dimension')),
  };
}

/** What can be read of a file's own fields: system, year, titles. */
export function readHeader(json: unknown): DraftFramework['fields'] {
  return draft(json, [], headerFields).fields;
}

/** Where a path leads, with the codes that stand on the way: `dimensions[2] C3 > 7 > 7 > variable a > min`. */
export function placeOf(json: unknown, path: Path): string {
  const labels: string[] = [];
  for (let at = 0; at < path.length; at += 1) {
    const key = path[at];
    const index = path[at + 1];
    if (typeof key === 'string' && LISTS.has(key) && typeof index === 'number') {
      labels.push(labelOf(key, index, valueAt(json, path.slice(0, at + 2))));
      at += 1;
    } else {
      labels.push(typeof key === 'number' ? numbered(path[at - 1], key) : short(String(key)));
    }
  }
  return labels.length === 0 ? 'file' : labels.join(' > ');
}

const LISTS = new Set(['rounds', 'dimensions', 'indicators', 'sub_indicators', 'variables']);

function labelOf(list: string, index: number, item: unknown): string {
  const name = codeOf(item);
  if (list === 'dimensions' || list === 'rounds')
    return `${list}[${index}]${name === undefined ? '' : ` ${name}`}`;
  if (name === undefined) return `${list}[${index}]`;
  return list === 'variables' ? `variable ${name}` : name;
}

function codeOf(item: unknown): string | undefined {
  const { code, kind } = asObject(item);
  const name = code ?? kind;
  return typeof name === 'string' && name !== '' ? short(name) : undefined;
}

/** The values of criteria are known by their level, other list items by their index. */
function numbered(list: string | number | undefined, index: number): string {
  return list === 'office_types' || list === 'notes' ? `[${index}]` : `level ${index + 1}`;
}

function short(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

function readNode(json: unknown, path: Path, kind: DraftNode['kind']): DraftNode {
  return {
    ...draft(json, path, nodeFields),
    kind,
    indicators: children(json, path, 'indicators').map((child) => readNode(json, child, 'indicator')),
    subIndicators: children(json, path, 'sub_indicators').map((child) => ({
      ...draft(json, child, subIndicatorFields),
      variables: children(json, child, 'variables').map((leaf) => draft(json, leaf, variableFields)),
    })),
  };
}

function draft<Fields extends z.ZodRawShape>(json: unknown, path: Path, fields: Fields): Draft<Fields> {
  const raw = asObject(valueAt(json, path));
  const read: Record<string, unknown> = {};
  for (const [key, schema] of Object.entries(fields)) {
    const parsed = (schema as z.ZodType).safeParse(raw[key]);
    if (parsed.success) read[key] = parsed.data;
  }
  const fieldsRead = read as Draft<Fields>['fields'];
  return { fields: fieldsRead, place: placeOf(json, path), position: positionOf(path), path };
}

function positionOf(path: Path): string {
  return path
    .map((key, at) => (typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${key}`))
    .join('');
}

function children(json: unknown, path: Path, list: string): Path[] {
  const items = asObject(valueAt(json, path))[list];
  return Array.isArray(items) ? items.map((_, index) => [...path, list, index]) : [];
}

/** What stands at the path, undefined where it leads nowhere. */
export function valueAt(json: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    json,
  );
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
