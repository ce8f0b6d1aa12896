import { describe, expect, test } from 'vitest';
import { readScore } from '../../src/certification/audit/rules.ts';
import { parseTypedNumber } from '../../src/lib/numbers.ts';
import { averageOfChecked, checkCriteria, validateAuditScore } from '../../src/scoring/index.ts';

describe('AUDIT scores (R144)', () => {
  test.each([
    ['1', '1.0000'],
    ['5', '5.0000'],
    [' 4.25 ', '4.2500'],
    ['3.3333', '3.3333'],
  ])('%j is %s', (text, score) => {
    expect(validateAuditScore(text)).toEqual({ ok: true, score });
  });

  test.each([
    ['', 'not_a_number'],
    ['สี่', 'not_a_number'],
    ['4,5', 'not_a_number'],
    ['1e0', 'not_a_number'],
    ['NaN', 'not_a_number'],
    ['+3', 'not_a_number'],
    ['0.9999', 'out_of_range'],
    ['5.0001', 'out_of_range'],
    ['-3', 'out_of_range'],
    ['4.00001', 'too_many_decimals'],
  ])('%j is refused: %s', (text, problem) => {
    expect(validateAuditScore(text)).toEqual({ ok: false, problem });
  });
});

test('a comma for the point in the box of a certifier is refused', () => {
  expect(readScore('3,5')).toEqual({ problem: 'not_a_number' });
});

test.each(['+3', '\u200b+3', ' + 3'])('%j in the box of a certifier is refused', (text) => {
  expect(readScore(text)).toEqual({ problem: 'not_a_number' });
  expect(readScore(text.replace('+', ''))).toEqual({ score: '3.0000' });
});

describe('a typed number', () => {
  test.each([
    ['1,234,567.5', '1234567.5'],
    ['๑,๒๕๐', '1250'],
    [' 1 250 ', '1250'],
    ['1\u00a0234,567', '1234567'],
    ['1, 250 .50', '1250.5'],
    ['- 1,250', '-1250'],
    ['\u22121250', '-1250'],
    ['1\u200b250', '1250'],
    ['0012.', '12'],
    ['0.333', '0.333'],
    ['.5', '0.5'],
    ['-.50', '-0.5'],
    ['๑,๒๕๐ .๕', '1250.5'],
  ])('%j is %s', (text, plain) => {
    expect(parseTypedNumber(text)).toBe(plain);
  });

  test.each([
    '12,5',
    '1,2,3',
    '197,',
    ',197',
    '1,2345',
    '12345,678',
    '0,123',
    '1,,234',
    '12 5',
    '1.234,567',
    '1.5,',
    '1.2.3',
    '1e3',
    '.',
    ',.5',
    '1,.5',
    '..5',
    '',
  ])('%j is none', (text) => {
    expect(parseTypedNumber(text)).toBeUndefined();
  });
});

describe('criteria while designing', () => {
  test('strictly or weakly ordered along the direction, with gaps', () => {
    expect(checkCriteria(['60', '70', '80', '90', '100'], 'more')).toEqual([]);
    expect(checkCriteria(['60', null, '60', null, '100'], 'more')).toEqual([]);
    expect(checkCriteria(['5', '4', '4', null, '1'], 'less')).toEqual([]);
  });

  test('against the direction', () => {
    expect(checkCriteria(['60', '70', '65', '90', '100'], 'more')).toEqual([{ level: 3, problem: 'order' }]);
    expect(checkCriteria(['60', null, '65', null, '100'], 'less')).toEqual([
      { level: 3, problem: 'order' },
      { level: 5, problem: 'order' },
    ]);
    expect(checkCriteria(['9', '10', null, null, '100'], 'more')).toEqual([]);
  });

  test('levels 1 and 5 are required, numbers are numbers', () => {
    expect(checkCriteria([null, '70', 'x', null], 'more')).toEqual([
      { level: 1, problem: 'missing' },
      { level: 3, problem: 'not_a_number' },
      { level: 5, problem: 'missing' },
    ]);
  });
});

describe('KPI-ONLINE average', () => {
  test('nothing checked has none', () => {
    expect(averageOfChecked([])).toBeNull();
  });

  test('the level comes from the unrounded mean', () => {
    expect(averageOfChecked(['2.9999', '2.9999'])).toEqual({ average: '3.00', level: 2 });
    expect(averageOfChecked(['4', '3'])).toEqual({ average: '3.50', level: 3 });
    expect(averageOfChecked(['1', '1.25'])).toEqual({ average: '1.13', level: 1 });
  });

  test('with thresholds of its own', () => {
    expect(averageOfChecked(['4', '3'], ['1.5', '2.5', '3.5', '4.5'])).toEqual({ average: '3.50', level: 4 });
  });
});
