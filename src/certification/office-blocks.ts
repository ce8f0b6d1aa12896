import { appliesTo, hasOwnHeading } from '../framework/rules.ts';
import type { Framework, FrameworkNode } from '../framework/types.ts';
import type { HeadingScore } from './headings/queries.ts';
import type { RowList, ShownRow } from './page.ts';
import type { OfficeCount } from './queries.ts';

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
