import { describe, expect, test } from 'vitest';
import { rollUp, scoreOffice } from '../../src/scoring/index.ts';
import { dimension, entries, givenLevel, indicator, subIndicator, variable } from './support.ts';

describe('roll-up', () => {
  const tree = [
    dimension('D1', [
      indicator('1', [], [indicator('1.5', [givenLevel('x', '2.5'), givenLevel('y', '5')])]),
      indicator('2', [givenLevel('z', '10')]),
    ]),
    dimension('D2', [indicator('3', [])]),
  ];
  const facts = entries({ 'x.a': '5', 'y.a': ['2', 'pending'], 'z.a': '3.3333' });

  test('indicators, headings, dimensions and the total, self-assessed and certified', () => {
    const office = scoreOffice(tree, facts, new Map());
    const [first, second] = office.nodes;
    const [heading, plain] = first?.children ?? [];
    expect(heading).toMatchObject({ weight: '7.5', selfAssessed: '3.0000', certified: '2.3333' });
    expect(heading?.children[0]).toMatchObject({
      code: '1.5',
      certified: '2.3333',
      certifiedPercent: '46.67',
    });
    expect(plain).toMatchObject({ weight: '10', selfAssessed: '3.3333', certified: '3.3333' });
    expect(first).toMatchObject({ weight: '17.5', selfAssessed: '3.1905', certified: '2.9047' });
    expect(second).toMatchObject({ weight: null, selfAssessed: null, certified: null, parts: [] });
    expect(office.total).toMatchObject({ weight: '17.5', certified: '2.9047', certifiedPercent: '58.09' });
  });

  test('the parts are printed so that anyone can recompute the total', () => {
    const { total } = scoreOffice(tree, facts, new Map());
    expect(total.parts[0]).toEqual({
      subIndicatorId: 'x',
      code: 'x',
      weight: '2.5',
      selfAssessed: '5.0000',
      certified: '5.0000',
      selfWeighted: '12.5',
      certifiedWeighted: '12.5',
    });
    expect(total.certifiedWeighted).toBe('50.833');
  });

  test('AUDIT counts in the certified score only', () => {
    const office = scoreOffice(tree, facts, new Map([['y', '4.5']]));
    expect(office.nodes[0]?.children[0]).toMatchObject({ selfAssessed: '3.0000', certified: '4.6667' });
  });

  test('nothing due and applicable: no score, no weight, no division by zero', () => {
    for (const empty of [[], [dimension('D', [])], [indicator('1', [givenLevel('w', '0')])]]) {
      expect(scoreOffice(empty, new Map(), new Map()).total).toMatchObject({
        weight: null,
        selfAssessed: null,
        certified: null,
        selfPercent: null,
      });
    }
    expect(rollUp(tree, new Map()).total.certified).toBeNull();
  });

  test('a sub-indicator without due variables is not due', () => {
    const bare = subIndicator({ id: 'bare', variables: [] });
    const office = scoreOffice([indicator('1', [bare, givenLevel('x', '1')])], facts, new Map());
    expect(office.total).toMatchObject({ weight: '1', certified: '5.0000' });
    expect(office.subIndicators.has('bare')).toBe(false);
  });

  test('an error in one formula leaves the other scores alone', () => {
    const bad = subIndicator({
      id: 'bad',
      weight: '1',
      formula: 'a ^^ import(',
      variables: [variable('x.a')],
    });
    const office = scoreOffice([indicator('1', [bad, givenLevel('x', '1')])], facts, new Map());
    expect(office.subIndicators.get('x')?.certified).toBe('5.0000');
    expect(office.subIndicators.get('bad')?.reason).toBe('no_result');
    expect(office.total.certified).toBe('3.0000');
  });
});
