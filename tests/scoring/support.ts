import type {
  EntryFact,
  EntryStatus,
  ScoredNode,
  ScoredSubIndicator,
  ScoredVariable,
  VariableKind,
} from '../../src/scoring/index.ts';

type Reported = readonly [value: string | null, status: EntryStatus];

export const PERCENT_LEVELS = ['60', '70', '80', '90', '100'] as const;

/** A due variable whose id is its code. */
export function variable(
  code: string,
  kind: VariableKind = 'whole',
  source: ScoredVariable['source'] = 'office',
): ScoredVariable {
  return { id: code, code, kind, source };
}

/** A percentage of a over b against 60–70–80–90–100, unless told otherwise. */
export function subIndicator(given: Partial<ScoredSubIndicator> = {}): ScoredSubIndicator {
  return {
    id: 's1',
    code: '1.1',
    weight: '10',
    formula: 'a / b * 100',
    direction: 'more',
    wholeLevels: false,
    resultUnit: 'percent',
    criteria: PERCENT_LEVELS,
    variables: [variable('a'), variable('b')],
    ...given,
  };
}

/** Entries by code; a plain text is a certified value. */
export function entries(given: Record<string, string | Reported>): Map<string, EntryFact> {
  const facts = new Map<string, EntryFact>();
  for (const [code, entry] of Object.entries(given)) {
    const [value, status] = typeof entry === 'string' ? ([entry, 'certified'] as const) : entry;
    facts.set(code, { value, status });
  }
  return facts;
}

/** A sub-indicator whose score equals its variable's value, which is 1–5. */
export function givenLevel(id: string, weight: string): ScoredSubIndicator {
  return subIndicator({
    id,
    code: id,
    weight,
    formula: 'a',
    resultUnit: null,
    criteria: ['1', '2', '3', '4', '5'],
    variables: [{ id: `${id}.a`, code: 'a', kind: 'number', source: 'office' }],
  });
}

export function indicator(
  id: string,
  subIndicators: readonly ScoredSubIndicator[],
  children: readonly ScoredNode[] = [],
): ScoredNode {
  return { id, code: id, kind: 'indicator', children, subIndicators };
}

export function dimension(id: string, children: readonly ScoredNode[]): ScoredNode {
  return { id, code: id, kind: 'dimension', children, subIndicators: [] };
}
