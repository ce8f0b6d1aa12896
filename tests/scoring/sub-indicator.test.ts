import { describe, expect, test } from 'vitest';
import { withoutForeign } from '../../src/scores/explanation.ts';
import {
  explainSubIndicator,
  type Levels,
  type ScoredSubIndicator,
  scoreSubIndicator,
} from '../../src/scoring/index.ts';
import { entries, subIndicator, variable } from './support.ts';

describe('result and criteria', () => {
  test('45 of 54 is 3.3333 ร้อยละ 83.33', () => {
    const score = scoreSubIndicator(subIndicator(), entries({ a: '45', b: '54' }), null);
    expect(score).toMatchObject({
      result: '83.333333333333333',
      percent: '83.33',
      selfAssessed: '3.3333',
      certified: '3.3333',
      reason: null,
      noResult: null,
      placement: { rule: 'between', from: { level: 3, value: '80' }, to: { level: 4, value: '90' } },
    });
  });

  test('thirds add up to the level', () => {
    const sub = subIndicator({ formula: '(a / 3 + b / 3 + a / 3) * 100', resultUnit: null });
    expect(scoreSubIndicator(sub, entries({ a: '1', b: '1' }), null)).toMatchObject({
      result: '100',
      certified: '5.0000',
    });
  });

  test('a result that is a hair below a level counts as the level once rounded to 15 decimals', () => {
    const sub = withLevels(['60', '70', '80', '90', '100'], {});
    expect(scoreOf(sub, '79.9999999999999996')).toBe('3.0000');
    expect(scoreOf(sub, '79.999')).toBe('2.9999');
  });

  test.each([
    [['0', null, '1', null, '2'], '0', '1.0000'],
    [['0', null, '1', null, '2'], '1', '3.0000'],
    [['0', null, '1', null, '2'], '1.5', '4.0000'],
    [['0', null, '1', null, '2'], '2', '5.0000'],
    [['0', null, null, null, '1'], '0', '1.0000'],
    [['0', null, null, null, '1'], '0.5', '3.0000'],
    [['0', null, null, null, '1'], '1', '5.0000'],
    [['60', '60', '70', '70', '80'], '59', '1.0000'],
    [['60', '60', '70', '70', '80'], '60', '2.0000'],
    [['60', '60', '70', '70', '80'], '65', '2.5000'],
    [['60', '60', '70', '70', '80'], '70', '4.0000'],
    [['60', '60', '70', '80', '80'], '80', '5.0000'],
    [['50', '50', '50', '50', '50'], '49', '1.0000'],
    [['50', '50', '50', '50', '50'], '50', '5.0000'],
    [['-10', '-5', '0', '5', '10'], '-7.5', '1.5000'],
    [['0', '2.5', '5', '7.5', '10'], '-3', '1.0000'],
  ] as [Levels, string, string][])('levels %j: %s scores %s', (criteria, value, wanted) => {
    expect(scoreOf(withLevels(criteria, {}), value)).toBe(wanted);
  });

  test.each([
    ['5', '1.0000'],
    ['4.5', '1.5000'],
    ['3', '3.0000'],
    ['0.99', '5.0000'],
    ['8', '1.0000'],
  ])('less is better: %s scores %s', (value, wanted) => {
    expect(scoreOf(withLevels(['5', '4', '3', '2', '1'], { direction: 'less' }), value)).toBe(wanted);
  });

  test('less is better with equal neighbours and missing levels', () => {
    const sub = withLevels(['5', '5', null, '2', '2'], { direction: 'less' });
    expect(['5', '3.5', '2'].map((value) => scoreOf(sub, value))).toEqual(['2.0000', '3.0000', '5.0000']);
  });

  test('whole levels only', () => {
    const sub = withLevels(['60', '70', '80', '90', '100'], { wholeLevels: true });
    expect(['55', '79.99', '80', '100'].map((value) => scoreOf(sub, value))).toEqual([
      '1.0000',
      '2.0000',
      '3.0000',
      '5.0000',
    ]);
  });

  test('a result in another unit is told as score ÷ 5 × 100', () => {
    const sub = withLevels(['1', '2', '3', '4', '5'], { resultUnit: 'ระดับ' });
    expect(scoreSubIndicator(sub, entries({ a: '3.5' }), null).percent).toBe('70.00');
  });

  test('steps and count over yes/no items', () => {
    const variables = ['1', '2', '3'].map((code) => variable(code, 'yes_no'));
    const facts = entries({ 1: '1', 2: '0', 3: '1' });
    const steps = subIndicator({
      formula: 'steps(v1, v2, v3)',
      criteria: ['1', null, '2', null, '3'],
      variables,
    });
    const count = subIndicator({
      formula: 'count(v1, v2, v3)',
      criteria: ['1', null, '2', null, '3'],
      variables,
    });
    expect(scoreSubIndicator(steps, facts, null)).toMatchObject({ result: '1', certified: '1.0000' });
    expect(scoreSubIndicator(count, facts, null)).toMatchObject({ result: '2', certified: '3.0000' });
  });
});

describe('no result', () => {
  test('division by zero', () => {
    const score = scoreSubIndicator(subIndicator(), entries({ a: '5', b: '0' }), null);
    expect(score).toMatchObject({
      result: null,
      percent: null,
      noResult: { reason: 'division_by_zero' },
      selfAssessed: '1.0000',
      selfReasons: [{ reason: 'no_result', variableIds: [] }],
      certified: '1.0000',
      reason: 'no_result',
      anySaved: true,
    });
  });

  test('a missing value', () => {
    const score = scoreSubIndicator(subIndicator(), entries({ b: '20' }), null);
    expect(score).toMatchObject({
      noResult: { reason: 'missing_value', variableIds: ['a'] },
      selfReasons: [{ reason: 'unreported', variableIds: ['a'] }],
      certified: '1.0000',
      reason: 'unreported',
      anySaved: true,
    });
  });

  test('nothing saved yet', () => {
    const score = scoreSubIndicator(subIndicator(), new Map(), null);
    expect(score).toMatchObject({
      anySaved: false,
      selfAssessed: '1.0000',
      certified: '1.0000',
      percent: null,
    });
  });

  test('a due variable outside the formula is owed all the same', () => {
    const sub = subIndicator({ variables: [variable('a'), variable('b'), variable('c')] });
    const score = scoreSubIndicator(sub, entries({ a: '45', b: '54' }), null);
    expect(score).toMatchObject({
      result: '83.333333333333333',
      selfAssessed: '1.0000',
      certified: '1.0000',
    });
    expect(score.reasons).toEqual([{ reason: 'unreported', variableIds: ['c'] }]);
  });

  test.each([
    ['a ^ b', { reason: 'formula', formulaReason: 'forbidden_character', detail: '^' }],
    ['a / c', { reason: 'formula', formulaReason: 'unknown_name', detail: 'c' }],
  ])('a formula that is refused: %s', (formula, noResult) => {
    const score = scoreSubIndicator(subIndicator({ formula }), entries({ a: '1', b: '1' }), null);
    expect(score).toMatchObject({ noResult, certified: '1.0000', reason: 'no_result' });
  });

  test.each([
    [['60', null, null, null, 'x']],
    [['', null, null, null, '1']],
    [[null, null, null, null, '1']],
    [['0', '1 2', null, null, '1']],
  ])('criteria that cannot be read: %j', (criteria) => {
    const sub = subIndicator({ criteria: criteria as unknown as Levels });
    const score = scoreSubIndicator(sub, entries({ a: '1', b: '1' }), null);
    expect(score).toMatchObject({ result: '100', noResult: { reason: 'criteria' }, certified: '1.0000' });
  });

  test.each(['NaN', 'Infinity', '', '1e5'])('the value %j is none', (value) => {
    const score = scoreSubIndicator(subIndicator(), entries({ a: value, b: '54' }), null);
    expect(score).toMatchObject({ certified: '1.0000', reason: 'unreported' });
  });
});

describe('explanation', () => {
  test('tells formula, numbers, criteria, segment and reasons as plain data', () => {
    const sub = subIndicator();
    const facts = entries({ a: ['45', 'pending'], b: '54' });
    const explanation = explainSubIndicator(sub, facts, scoreSubIndicator(sub, facts, null));
    expect(explanation).toMatchObject({
      formula: 'a / b * 100',
      criteria: ['60', '70', '80', '90', '100'],
      weight: '10',
      inputs: [
        { code: 'a', name: 'a', value: '45', status: 'pending', reason: 'pending' },
        { code: 'b', name: 'b', value: '54', status: 'certified', reason: null },
      ],
      score: {
        placement: {
          x: '83.333333333333333',
          from: { level: 3, value: '80' },
          to: { level: 4, value: '90' },
        },
        reasons: [{ reason: 'pending', variableIds: ['a'] }],
      },
    });
    expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
  });

  test('a variable nobody reported has no value and the status unreported', () => {
    const sub = subIndicator();
    const explanation = explainSubIndicator(sub, new Map(), scoreSubIndicator(sub, new Map(), null));
    expect(explanation.inputs[0]).toMatchObject({ value: null, status: 'unreported', reason: 'unreported' });
  });

  test('says nothing of the variables of others to who may see some only', () => {
    const sub = subIndicator({
      formula: 'own + foreign + missing',
      variables: [variable('own'), variable('foreign', 'level'), variable('missing')],
    });
    const facts = entries({ own: '45', foreign: '4' });
    const explanation = explainSubIndicator(sub, facts, scoreSubIndicator(sub, facts, null));
    const described = { variableName: '', unit: '', rejection: null };
    const inputs = explanation.inputs.map((input) => ({ ...input, ...described }));
    const shown = {
      code: '',
      name: '',
      formula: '',
      substituted: '45 + 4 + ?',
      weighted: '',
      partial: false,
    };
    const part = withoutForeign({ ...explanation, ...shown, inputs }, (id) => id === 'own');
    expect(part.score.variables.map(({ variableId }) => variableId)).toEqual(['own']);
    expect(part.score.selfReasons).toEqual([{ reason: 'unreported', variableIds: [] }]);
    expect(JSON.stringify(part)).not.toMatch(/foreign|missing|4 \+/);
  });
});

function withLevels(criteria: Levels, given: Partial<ScoredSubIndicator>): ScoredSubIndicator {
  return subIndicator({ formula: 'a', criteria, variables: [variable('a', 'number')], ...given });
}

function scoreOf(sub: ScoredSubIndicator, value: string): string {
  return scoreSubIndicator(sub, entries({ a: value }), null).certified;
}
