import { documentToRows } from '../document-rows.ts';
import type { FrameworkDocument } from '../format.ts';
import { bureauIdOf, type KnownThings, officeIdOf } from '../known.ts';
import type { FrameworkRow, FrameworkRows } from '../rows.ts';
import { partsOf, spaceOf } from './parts.ts';
import type { DraftDocument } from './types.ts';

/** Keys of parts that are in the published framework: the ids of their rows. */
export interface PublishedKeys {
  nodes: ReadonlySet<string>;
  variables: ReadonlySet<string>;
}

/** Those of a published framework's rows. */
export function publishedKeys({
  nodes,
  variables,
}: Pick<FrameworkRows, 'nodes' | 'variables'>): PublishedKeys {
  return { nodes: new Set(nodes.map(({ id }) => id)), variables: new Set(variables.map(({ id }) => id)) };
}

/** How many ids `draftRows` takes for parts that are new. */
export function countNewParts(
  draft: DraftDocument,
  published: PublishedKeys,
): { nodes: number; variables: number } {
  const keys = keysOf(draft);
  return {
    nodes: keys.nodes.filter((key) => !published.nodes.has(key)).length,
    variables: keys.variables.filter((key) => !published.variables.has(key)).length,
  };
}

/**
 * The rows of a checked draft in the order of its page: parts that are published keep their ids, the others take
 * those that were reserved. `document` is the same draft as its check answered it.
 */
export function draftRows(
  draft: DraftDocument,
  document: FrameworkDocument,
  framework: Omit<FrameworkRow, 'title_th' | 'title_en' | 'fiscal_year'>,
  ids: {
    published: PublishedKeys;
    nodes: readonly string[];
    variables: readonly string[];
    known: KnownThings;
  },
): FrameworkRows {
  const keys = keysOf(draft);
  const nodes = idsOf(keys.nodes, ids.published.nodes, ids.nodes).values();
  const variables = idsOf(keys.variables, ids.published.variables, ids.variables).values();
  // rows are made in the order of the parts
  const rows = documentToRows(document, {
    framework: framework.id,
    system: framework.system_id,
    node: () => next(nodes),
    variable: () => next(variables),
    bureau: (reference) => bureauIdOf(ids.known, reference),
    office: (code) => officeIdOf(ids.known, code),
  });
  const copied = partsOf(draft).flatMap((part) => (part.kind === 'variable' ? [part.part.copied_from] : []));
  return {
    ...rows,
    framework: { ...rows.framework, ...framework },
    variables: rows.variables.map((row, index) => ({ ...row, copied_from_id: copied[index] ?? null })),
  };
}

function keysOf(draft: DraftDocument): { nodes: string[]; variables: string[] } {
  const parts = partsOf(draft);
  const of = (space: 'node' | 'variable') =>
    parts.filter(({ kind }) => spaceOf(kind) === space).map(({ key }) => key);
  return { nodes: of('node'), variables: of('variable') };
}

function idsOf(
  keys: readonly string[],
  published: ReadonlySet<string>,
  reserved: readonly string[],
): string[] {
  const fresh = reserved.values();
  return keys.map((key) => (published.has(key) ? key : next(fresh)));
}

function next(ids: Iterator<string>): string {
  const { value, done } = ids.next();
  if (done) throw new RangeError('Fewer ids were reserved than the framework has rows');
  return value;
}
