import type { Part } from '../drafts/parts.ts';
import type { DraftNode, DraftSubIndicator } from '../drafts/types.ts';

/** Whether an indicator stands for its only sub-indicator, of the same code and name. */
export function isUndivided({ name, code, indicators, sub_indicators: subIndicators }: DraftNode): boolean {
  const [only, ...others] = subIndicators;
  const isAlone = only !== undefined && others.length + indicators.length === 0;
  return isAlone && only.name === name && only.code === code;
}

/** The other one of an undivided indicator and its only sub-indicator; undefined where a part is neither. */
export function twinOf({ kind, part, parents }: Part): DraftNode | DraftSubIndicator | undefined {
  if (kind === 'indicator') return isUndivided(part) ? part.sub_indicators[0] : undefined;
  const parent = parents.at(-1);
  if (kind !== 'sub_indicator' || parent?.kind !== 'indicator') return undefined;
  return isUndivided(parent.part) ? parent.part : undefined;
}
