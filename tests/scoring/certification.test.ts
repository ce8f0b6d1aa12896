import { describe, expect, test } from 'vitest';
import { scoreSubIndicator } from '../../src/scoring/index.ts';
import { entries, subIndicator, variable } from './support.ts';

describe('certification', () => {
  test.each(['pending', 'rejected'] as const)('%s: self-assessed stays, certified is 1.0000', (status) => {
    const score = scoreSubIndicator(subIndicator(), entries({ a: ['45', status], b: '54' }), null);
    expect(score).toMatchObject({
      selfAssessed: '3.3333',
      selfReasons: [],
      certified: '1.0000',
      reason: status,
    });
    expect(score.reasons).toEqual([{ reason: status, variableIds: ['a'] }]);
  });

  test('several reasons: the foremost first, each with its variables', () => {
    const variables = ['a', 'b', 'c', 'd'].map((code) => variable(code));
    const sub = subIndicator({
      formula: 'a + b + c + d + e',
      variables: [...variables, variable('e', 'whole', 'central')],
    });
    const facts = entries({
      a: ['1', 'pending'],
      b: ['1', 'rejected'],
      c: [null, 'unreported'],
      d: [null, 'rejected'],
      e: [null, 'unreported'],
    });
    const score = scoreSubIndicator(sub, facts, null);
    expect(score.reason).toBe('rejected');
    expect(score.reasons).toEqual([
      { reason: 'rejected', variableIds: ['b', 'd'] },
      { reason: 'unreported', variableIds: ['c'] },
      { reason: 'central_missing', variableIds: ['e'] },
      { reason: 'pending', variableIds: ['a'] },
    ]);
    expect(score.selfReasons).toEqual([
      { reason: 'unreported', variableIds: ['c', 'd'] },
      { reason: 'central_missing', variableIds: ['e'] },
    ]);
  });

  test('central data that was not loaded', () => {
    const sub = subIndicator({ variables: [variable('a'), variable('b', 'whole', 'central')] });
    const score = scoreSubIndicator(sub, entries({ a: '45' }), null);
    expect(score).toMatchObject({ certified: '1.0000', reason: 'central_missing', selfAssessed: '1.0000' });
  });

  test('a status nobody knows never certifies', () => {
    const facts = entries({ a: ['45', 'draft' as 'pending'], b: '54' });
    expect(scoreSubIndicator(subIndicator(), facts, null)).toMatchObject({
      certified: '1.0000',
      reason: 'pending',
    });
  });

  test('certified without a value certifies nothing', () => {
    const facts = entries({ a: [null, 'certified'], b: '54' });
    expect(scoreSubIndicator(subIndicator(), facts, null)).toMatchObject({
      certified: '1.0000',
      reason: 'unreported',
    });
  });

  test('without any variable nothing is certified', () => {
    const sub = subIndicator({ formula: '100', variables: [] });
    expect(scoreSubIndicator(sub, new Map(), null).certified).toBe('1.0000');
  });

  test('an AUDIT score replaces the certified one, whatever the entries say', () => {
    const facts = entries({ a: ['45', 'rejected'], b: [null, 'unreported'] });
    expect(scoreSubIndicator(subIndicator(), facts, '4')).toMatchObject({
      certified: '4.0000',
      audit: '4.0000',
      reason: null,
      reasons: [],
      selfAssessed: '1.0000',
    });
  });
});

describe('variable scores', () => {
  test('shared: 1.0000 until the variable itself is certified, then the certified score', () => {
    const waiting = scoreSubIndicator(subIndicator(), entries({ a: ['45', 'pending'], b: '54' }), null);
    expect(waiting.variables).toEqual([
      { variableId: 'a', own: false, selfAssessed: '3.3333', certified: '1.0000', reason: 'pending' },
      { variableId: 'b', own: false, selfAssessed: '3.3333', certified: '1.0000', reason: null },
    ]);
    const done = scoreSubIndicator(subIndicator(), entries({ a: '45', b: '54' }), null);
    expect(done.variables.map((v) => v.certified)).toEqual(['3.3333', '3.3333']);
  });

  test.each([
    ['yes_no', '1', '5.0000'],
    ['yes_no', '1.0', '5.0000'],
    ['yes_no', '0', '1.0000'],
    ['level', '3.25', '3.2500'],
    ['level', '0', '1.0000'],
    ['level', '7', '5.0000'],
  ] as const)('%s %s has its own score %s', (kind, value, wanted) => {
    const sub = subIndicator({
      formula: 'count(v1, v2)',
      variables: [variable('1', kind), variable('2', 'yes_no')],
    });
    const certified = scoreSubIndicator(sub, entries({ 1: value }), null);
    expect(certified.variables[0]).toMatchObject({ own: true, selfAssessed: wanted, certified: wanted });
    const pending = scoreSubIndicator(sub, entries({ 1: [value, 'pending'] }), null);
    expect(pending.variables[0]).toMatchObject({ selfAssessed: wanted, certified: '1.0000' });
  });
});
