import { describe, expect, test } from 'vitest';
import { distanceToNextLevel, type ScoredSubIndicator, scoreSubIndicator } from '../../src/scoring/index.ts';
import { entries, subIndicator, variable } from './support.ts';

describe('distance to the next level', () => {
  test('in the result and in whole numbers of the numerator', () => {
    expect(distanceOf(subIndicator(), '45', '54')).toEqual({
      level: 4,
      target: '90',
      distance: '6.666666666666667',
      numerator: { variableId: 'a', target: '49', change: '4' },
    });
  });

  test('a step that lands exactly on the level is enough', () => {
    expect(distanceOf(subIndicator(), '44', '50')?.numerator).toEqual({
      variableId: 'a',
      target: '45',
      change: '1',
    });
  });

  test('below all levels one holds level 1: the distance is to level 2', () => {
    expect(distanceOf(subIndicator(), '10', '50')).toMatchObject({ level: 2, target: '70', distance: '50' });
  });

  test('less is better: the numerator has to shrink', () => {
    const sub = subIndicator({ direction: 'less', criteria: ['5', '4', '3', '2', '1'] });
    expect(distanceOf(sub, '7', '200')).toEqual({
      level: 3,
      target: '3',
      distance: '0.5',
      numerator: { variableId: 'a', target: '6', change: '-1' },
    });
    expect(distanceOf(sub, '7', '210')?.numerator).toMatchObject({ target: '6', change: '-1' });
  });

  test('money goes by its two decimals', () => {
    const sub = subIndicator({ variables: [variable('a', 'number'), variable('b', 'number')] });
    expect(distanceOf(sub, '65.10', '99.99')?.numerator).toEqual({
      variableId: 'a',
      target: '70',
      change: '4.9',
    });
  });

  test('missing levels are jumped over, of equal ones the highest is named', () => {
    expect(distanceOf(subIndicator({ criteria: ['60', null, null, '90', '100'] }), '70', '100')?.level).toBe(
      4,
    );
    expect(distanceOf(subIndicator({ criteria: ['60', '80', '80', '90', '100'] }), '70', '100')?.level).toBe(
      3,
    );
  });

  test('any other formula: in the unit of the result only', () => {
    expect(distanceOf(subIndicator({ formula: 'a - b' }), '75', '0')).toEqual({
      level: 3,
      target: '80',
      distance: '5',
      numerator: null,
    });
  });

  test('none at the top or without a result', () => {
    expect(distanceOf(subIndicator(), '54', '54')).toBeNull();
    expect(distanceOf(subIndicator(), '5', '0')).toBeNull();
  });

  test('the step named reaches the level and one less does not', () => {
    for (let a = 0; a < 97; a += 1) {
      const sub = subIndicator();
      const step = distanceOf(sub, String(a), '97');
      if (!step?.numerator) continue;
      const target = Number(step.numerator.target);
      expect(heldAt(sub, target)).toBeGreaterThanOrEqual(step.level);
      expect(heldAt(sub, target - 1)).toBeLessThan(step.level);
      expect(Number(step.numerator.change)).toBe(target - a);
    }
  });
});

function distanceOf(sub: ScoredSubIndicator, a: string, b: string) {
  const facts = entries({ a: [a, 'pending'], b: [b, 'pending'] });
  return distanceToNextLevel(sub, scoreSubIndicator(sub, facts, null), facts);
}

function heldAt(sub: ScoredSubIndicator, a: number): number {
  return scoreSubIndicator(sub, entries({ a: String(a), b: '97' }), null).placement?.from?.level ?? 1;
}
