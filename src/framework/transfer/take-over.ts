import { takeKey } from '../drafts/document.ts';
import { partsOf } from '../drafts/parts.ts';
import type { DraftDocument, DraftNode, DraftSubIndicator } from '../drafts/types.ts';

interface KnownPart {
  key: string;
  copiedFrom: string | null;
}

/**
 * What a file brings, under the keys of the parts with the same codes, so that they stay the same parts (a variable:
 * in the sub-indicator of the same code). A key comes from the draft, else from the published framework, from which
 * the draft may have taken the part out; everything else gets a new one.
 */
export function takeOver(
  imported: DraftDocument,
  { draft, published }: { draft: DraftDocument; published: DraftDocument | undefined },
): DraftDocument {
  const taken: DraftDocument = { ...structuredClone(imported), next_key: draft.next_key };
  const known = knownParts(published, draft);
  const used = new Set<string>();
  const keyed = (space: 'node' | 'variable', name: string): KnownPart => {
    const part = known.get(name);
    if (part === undefined || used.has(`${space} ${part.key}`)) {
      return { key: takeKey(taken), copiedFrom: null };
    }
    used.add(`${space} ${part.key}`);
    return part;
  };
  const takeSub = (sub: DraftSubIndicator) => {
    sub.key = keyed('node', `sub_indicator ${sub.code}`).key;
    for (const variable of sub.variables) {
      const { key, copiedFrom } = keyed('variable', `variable ${sub.code} ${variable.code}`);
      variable.key = key;
      variable.copied_from = copiedFrom;
    }
  };
  const takeNode = (kind: 'dimension' | 'indicator', node: DraftNode) => {
    node.key = keyed('node', `${kind} ${node.code}`).key;
    for (const below of node.indicators) takeNode('indicator', below);
    for (const sub of node.sub_indicators) takeSub(sub);
  };
  for (const dimension of taken.dimensions) takeNode('dimension', dimension);
  return taken;
}

/** By kind and code; of two with the same, the one of the later document, and there the first. */
function knownParts(...documents: (DraftDocument | undefined)[]): Map<string, KnownPart> {
  const known = new Map<string, KnownPart>();
  for (const document of documents) {
    if (document === undefined) continue;
    for (const part of partsOf(document).reverse()) {
      const above = part.kind === 'variable' ? `${part.parents.at(-1)?.part.code} ` : '';
      const copiedFrom = part.kind === 'variable' ? part.part.copied_from : null;
      known.set(`${part.kind} ${above}${part.part.code}`, { key: part.key, copiedFrom });
    }
  }
  return known;
}
