import { describe, expect, it } from 'vitest';
import { lintFramework } from '../../src/framework/lint.ts';
import { offlineFramework } from '../../src/framework/offline.ts';
import { appliesTo, criteriaFor, isDue, sourceIn, toScoring } from '../../src/framework/rules.ts';
import type { Framework, SubIndicator } from '../../src/framework/types.ts';
import type { ScoredNode } from '../../src/scoring/index.ts';
import { seedFramework } from './database.ts';

const framework = offline('krs-2562');
const PRIMARY = { id: '1', type: 'สพป' };
const SECONDARY = { id: '2', type: 'สพม' };

describe('scope', () => {
  it('is that of the office type', () => {
    expect(appliesTo(sub('2'), PRIMARY)).toBe(true);
    expect(appliesTo(sub('2'), SECONDARY)).toBe(false);
    expect(appliesTo(sub('1'), { id: '3', type: null })).toBe(false);
  });

  it('follows single offices first', () => {
    const exceptions = new Map([
      ['1', false],
      ['2', true],
      ['3', true],
    ]);
    const changed: SubIndicator = { ...sub('2'), officeExceptions: exceptions };
    expect(appliesTo(changed, PRIMARY)).toBe(false);
    expect(appliesTo(changed, SECONDARY)).toBe(true);
    expect(appliesTo(changed, { id: '3', type: null })).toBe(true);
  });
});

describe('due and criteria', () => {
  it('depend on the kind of the round', () => {
    expect(isDue(sub('11.5'), '6M')).toBe(false);
    expect(isDue(sub('11.5'), '12M')).toBe(true);
    expect(isDue(sub('1'), '9M')).toBe(false);
    expect(sub('1').variables.map((variable) => sourceIn(variable, '6M'))).toEqual(['central', 'central']);
    expect(sub('11.5').variables.map((variable) => sourceIn(variable, '6M'))).toEqual([undefined, undefined]);
  });

  it('have criteria of their own or common ones', () => {
    expect(criteriaFor(sub('11.1'), '6M')).toEqual(['44', '46', '48', '50', '52']);
    expect(criteriaFor(sub('11.2'), '6M')).toEqual(['60', '70', '80', '90', '100']);
    expect(() => criteriaFor(sub('11.1'), '9M')).toThrow('no criteria for 9M');
  });
});

describe('the scoring input', () => {
  it('holds what is due and applies, in the order of the page, below every node', () => {
    const tree = toScoring(framework, '6M', SECONDARY);
    expect(tree.map(({ code }) => code)).toEqual(['C1', 'C2', 'C3', 'C4', 'C5']);
    expect(codes(tree)).toEqual(['1', '4', '5', '6', '7', '8', '9', '10', '11.1', '11.2', '11.3', '11.4']);
    expect(codes(toScoring(framework, '12M', PRIMARY))).toHaveLength(16);
    expect(codes(toScoring(framework, '9M', PRIMARY))).toEqual([]);
  });

  it('carries the criteria and sources of the round kind', () => {
    const [first] = toScoring(framework, '6M', PRIMARY)[4]?.children[1]?.subIndicators ?? [];
    expect(first).toMatchObject({
      code: '11.1',
      weight: '2.5',
      formula: 'a / b * 100',
      criteria: ['44', '46', '48', '50', '52'],
      variables: [
        { code: 'a', kind: 'number', source: 'central' },
        { code: 'b', kind: 'number', source: 'central' },
      ],
    });
  });

  it('is made once for all offices alike', () => {
    const tree = toScoring(framework, '6M', PRIMARY);
    expect(toScoring(framework, '6M', { id: '77', type: 'สพป' })).toBe(tree);
    expect(toScoring(framework, '6M', SECONDARY)).not.toBe(tree);
    expect(toScoring(framework, '12M', PRIMARY)).not.toBe(tree);
    expect(toScoring(offline('krs-2562'), '6M', PRIMARY)).not.toBe(tree);
    expect(toScoring(offline('krs-2562'), '6M', PRIMARY)).toEqual(tree);
  });

  it('keeps headings', () => {
    const tree = toScoring(offline('krs-2559'), '12M', PRIMARY);
    const heading = tree[0]?.children[0]?.children[4];
    expect(heading).toMatchObject({ code: '1.5', subIndicators: [] });
    expect(heading?.children.map(({ code }) => code)).toEqual(['1.5.1', '1.5.2']);
  });
});

describe('a framework in memory', () => {
  it('cannot be changed', () => {
    expect(() => Object.assign(sub('1'), { weight: '99' })).toThrow(TypeError);
    expect(() => sub('1').variables.pop()).toThrow(TypeError);
    expect(() => (toScoring(framework, '6M', PRIMARY) as ScoredNode[]).pop()).toThrow(TypeError);
  });
});

function offline(name: string): Framework {
  const linted = lintFramework(seedFramework(name), null);
  if ('problems' in linted) throw new Error(JSON.stringify(linted.problems));
  return offlineFramework(linted.document);
}

function sub(code: string): SubIndicator {
  const found = framework.subIndicators.find((one) => one.code === code);
  if (found === undefined) throw new Error(`There is no sub-indicator ${code}`);
  return found;
}

function codes(nodes: readonly ScoredNode[]): string[] {
  return nodes.flatMap((node) => [...node.subIndicators.map(({ code }) => code), ...codes(node.children)]);
}
