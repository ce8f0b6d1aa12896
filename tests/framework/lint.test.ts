import { describe, expect, it } from 'vitest';
import type { KnownThings } from '../../src/framework/known.ts';
import { lintFramework } from '../../src/framework/lint.ts';
import { BROKEN } from './broken.ts';
import { seedFramework } from './database.ts';

const KNOWN: KnownThings = {
  officeTypes: ['สพป', 'สพม'],
  offices: [{ id: '8', code: '1001', type: 'สพป', label: 'กระบี่' }],
  bureaus: [
    { id: '1', code: '9', name: 'สำนักการคลังและสินทรัพย์', shortName: 'สคส.' },
    { id: '2', code: null, name: 'สำนักคู่แฝด', shortName: 'ส1' },
    { id: '3', code: null, name: 'สำนักคู่แฝด', shortName: 'ส2' },
  ],
};

const BROKEN_FILE: unknown = JSON.parse(JSON.stringify(BROKEN));

// Place and code of every problem of broken.ts, in the order in which they are told.
const FAULTS = [
  ['dimensions[2] C3 > 19 > 19 > variable a > name', 'wrong_shape'],
  ['dimensions[2] C3 > 19 > 19 > variable b > unit', 'wrong_shape'],
  ['dimensions[2] C3 > 20 > 20 > name', 'missing'],
  ['file', 'unknown_field'],
  ['rounds[0] 6M', 'round_windows'],
  ['rounds[1] 12M', 'round_windows'],
  ['rounds[2] 9M > data_as_of', 'round_year'],
  ['rounds', 'duplicate_code'],
  ['dimensions[1] C1 > 10', 'heading_with_sub_indicators'],
  ['dimensions[1] C1 > 11', 'empty'],
  ['dimensions', 'duplicate_code'],
  ['dimensions', 'duplicate_code'],
  ['dimensions', 'duplicate_code'],
  ['dimensions[0] C1 > 9 > 9', 'weight'],
  ['dimensions[1] C1 > 12 > 10', 'empty'],
  ['dimensions[2] C3 > 13 > 13', 'duplicate_code'],
  ['dimensions', 'weights_sum'],
  ['dimensions[0] C1 > 1 > 1', 'formula'],
  ['dimensions[0] C1 > 1 > 2', 'formula'],
  ['dimensions[0] C1 > 3 > 3 > variable b', 'unused_variable'],
  ['dimensions[0] C1 > 4 > 4 > criteria', 'criteria_order'],
  ['dimensions[0] C1 > 5 > 5 > criteria', 'criteria_level_missing'],
  ['dimensions[0] C1 > 5 > 5 > criteria', 'criteria_level_missing'],
  ['dimensions[0] C1 > 6 > 6 > criteria', 'criteria_order'],
  ['dimensions[0] C1 > 6 > 6 > criteria', 'criteria_order'],
  ['dimensions[0] C1 > 6 > 6 > criteria', 'criteria_order'],
  ['dimensions[0] C1 > 6 > 6 > criteria', 'criteria_order'],
  ['dimensions[0] C1 > 7 > 7 > criteria_by_round > 3M', 'unknown_round'],
  ['dimensions[0] C1 > 7 > 7', 'criteria_missing'],
  ['dimensions[0] C1 > 7 > 7', 'criteria_missing'],
  ['dimensions[0] C1 > 8 > 8 > office_types', 'unknown_office_type'],
  ['dimensions[1] C1 > 12 > 10', 'formula'],
  ['dimensions[2] C3 > 13 > 13', 'formula'],
  ['dimensions[2] C3 > 13 > 13 > variable a', 'range'],
  ['dimensions[2] C3 > 14 > 14 > variable a', 'range'],
  ['dimensions[2] C3 > 14 > 14 > variable b', 'range'],
  ['dimensions[2] C3 > 15 > 15 > variable a', 'decimals'],
  ['dimensions[2] C3 > 15 > 15 > variable b', 'range'],
  ['dimensions[2] C3 > 16 > 16 > variable a', 'unknown_bureau'],
  ['dimensions[2] C3 > 16 > 16 > variable b', 'unknown_bureau'],
  ['dimensions[2] C3 > 17 > 17', 'mixed_due'],
  ['dimensions[2] C3 > 18 > 18 > variable a', 'unknown_round'],
  ['dimensions[2] C3 > 18 > 18 > variable b', 'source_missing'],
  ['dimensions[2] C3 > 18 > 18 > variable b', 'source_missing'],
  ['dimensions[2] C3 > 19 > 19 > variable ก', 'variable_name'],
  ['dimensions[2] C3 > 20 > 20', 'formula'],
];

describe('a faulty file', () => {
  it('has all its problems told at once, each with its place', () => {
    expect(problemsOf(BROKEN_FILE).map(({ place, code }) => [place, code])).toEqual(FAULTS);
  });

  it('has them told in words', () => {
    const messages = problemsOf(BROKEN_FILE).map(({ place, message }) => `${place}: ${message}`);
    expect(messages).toEqual(
      expect.arrayContaining([
        "dimensions: the sub-indicators' weights sum to 76, not to 100",
        'dimensions[0] C1 > 1 > 1: the formula "a / c * 100" names "c", which is no variable of this sub-indicator',
        'dimensions[2] C3 > 17 > 17: in the round 12M b is due but a is not: all or none',
        'dimensions[2] C3 > 20 > 20: the formula "eval(a) / b" calls "eval"; there are only sum, avg, min, max, count and steps',
        'dimensions[2] C3 > 16 > 16 > variable a: there is no bureau with the code or name "99"',
        'dimensions: the dimension code C1 is used more than once: dimensions[0], dimensions[1]',
      ]),
    );
  });

  it.each([
    'null',
    'true',
    '3',
    '"text"',
    '[]',
    '{}',
    '{ "dimensions": "many", "rounds": {} }',
    '{ "dimensions": [null, 1, "x", []], "rounds": [null] }',
    '{ "dimensions": [{ "indicators": [{ "sub_indicators": [{ "variables": [null] }] }] }] }',
    '{ "__proto__": { "system": "krs" }, "constructor": [] }',
  ])('may be any JSON: %s', (text) => {
    expect(problemsOf(JSON.parse(text)).length).toBeGreaterThan(0);
  });

  it('may be nested however deeply', () => {
    let json: unknown = {};
    for (let depth = 0; depth < 50_000; depth += 1) json = { indicators: [json] };
    expect(problemsOf({ dimensions: [json] })).toMatchObject([
      { place: 'file', code: 'too_deep', message: 'is nested deeper than 40 levels' },
    ]);
  });

  it('must not leave it open which bureau is meant', () => {
    const json = seedFramework('ars-2559') as Tree;
    for (const variable of variablesOf(json)) variable.bureau = 'สำนักคู่แฝด';
    const codes = problemsOf(json).map(({ code }) => code);
    expect(new Set(codes)).toEqual(new Set(['ambiguous_bureau']));
  });
});

describe('a sound file', () => {
  it('is accepted whole, with its decimals as exact strings', () => {
    const json = seedFramework('ars-2559') as Tree;
    for (const variable of variablesOf(json)) variable.bureau = 'สคส.';
    const linted = lintFramework(json, KNOWN);
    if (!('document' in linted)) throw new Error(JSON.stringify(linted.problems));
    const sub = linted.document.dimensions[0]?.indicators[1]?.sub_indicators?.[0];
    expect(sub).toMatchObject({ weight: '10', criteria: ['60', '65', '70', '75', '80'] });
    expect(linted.document.rounds[0]?.entry_closes_at).toBe('2016-04-20T09:30:00.000Z');
  });

  it('may write a number as text, to the last digit', () => {
    const exact = withMax('12345678901234567890.123456789012345', 10);
    expect(exact).toEqual(['range']);
    expect(withMax('99999999999999999999', 0)).toEqual([]);
    expect(withMax(0.1 + 0.2, 10)).toEqual(['wrong_shape']);
    expect(withMax('1e5', 0)).toEqual(['wrong_shape']);
    expect(withMax('1,000', 0)).toEqual(['wrong_shape']);
  });

  it('needs bureaus and office types only where they are known', () => {
    expect('document' in lintFramework(seedFramework('krs-2562'), null)).toBe(true);
    expect(problemsOf(seedFramework('krs-2562')).every(({ code }) => code === 'unknown_bureau')).toBe(true);
  });
});

interface Tree {
  dimensions: { indicators: { sub_indicators: { variables: Record<string, unknown>[] }[] }[] }[];
}

function variablesOf(json: Tree): Record<string, unknown>[] {
  return json.dimensions
    .flatMap((dimension) => dimension.indicators)
    .flatMap((indicator) => indicator.sub_indicators)
    .flatMap((sub) => sub.variables);
}

function withMax(max: unknown, decimals: number): string[] {
  const json = seedFramework('ars-2559') as Tree;
  const variable = variablesOf(json).find(({ kind }) => kind === 'number' || kind === 'whole');
  Object.assign(variable ?? {}, { max, decimals, kind: 'number' });
  const linted = lintFramework(json, null);
  return 'problems' in linted ? linted.problems.map(({ code }) => code) : [];
}

function problemsOf(json: unknown) {
  const linted = lintFramework(json, KNOWN);
  return 'problems' in linted ? linted.problems : [];
}
