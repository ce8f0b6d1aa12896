import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scaleFraction, shortest, toFraction } from '../../src/scoring/fraction.ts';
import { FormulaError, formulaName, parseFormula } from '../../src/scoring/index.ts';

describe('formulas that count', () => {
  test.each([
    ['a / b * 100', '83.333333333333333'],
    ['(a - b) / a * 100', '-20'],
    ['-a + +b', '9'],
    ['a - b - 1', '-10'],
    ['a / b / 2', '0.416666666666667'],
    ['a - (b - 1)', '-8'],
    ['2 * (a + b) / 3', '66'],
    ['0.1 + 0.2', '0.3'],
    ['.5 * a', '22.5'],
    ['a / 3 + a / 3 + a / 3', '45'],
    ['1 / 3 * 3', '1'],
    ['sum(a, b, 1)', '100'],
    ['avg(a, b)', '49.5'],
    ['avg(a / b, b / a) * 2', '2.033333333333333'],
    ['min(a, b)', '45'],
    ['max(a, b, 54.0001)', '54.0001'],
    ['count(a - 44, b, 1, 1.0)', '3'],
    ['steps(1, a - 44, b, 1)', '2'],
    ['steps(0, 1, 1)', '0'],
    ['steps(1, 1, 1)', '3'],
    ['123456789012345678901234567890 + 0.000000000000001', '123456789012345678901234567890.000000000000001'],
  ])('%s = %s', (text, wanted) => {
    expect(evaluate(text, { a: '45', b: '54' })).toBe(wanted);
  });

  test('numeric codes are written v1, v2', () => {
    expect(evaluate('v1 / v2 * 100', { 1: '1', 2: '3' })).toBe('33.333333333333333');
    expect(formulaName('12')).toBe('v12');
  });

  test('codes that name something else to the parser or to us cannot be written', () => {
    for (const code of ['sum', 'steps', 'mod', 'to', 'true', 'Infinity', '1.1', 'ก', 'a b', '']) {
      expect(formulaName(code), code).toBeNull();
    }
  });

  test('a variable may have the name of a constant or a unit', () => {
    expect(evaluate('pi + e + i + cm', { pi: '1', e: '2', i: '3', cm: '4' })).toBe('10');
    expect(evaluate('constructor * 2', { constructor: '4' })).toBe('8');
  });

  test('names the codes used, each once, in the order of first use', () => {
    expect(parseFormula('b + v1 * b - a', ['a', 'b', '1', 'unused']).codes).toEqual(['b', '1', 'a']);
  });

  test('recognises a / b * 100 and nothing else as a ratio', () => {
    expect(parseFormula('v1/v2*100', ['1', '2']).ratio).toEqual({ numerator: '1', denominator: '2' });
    for (const text of [
      'a / a * 100',
      'a / b * 10',
      '100 * a / b',
      'a / (b * 100)',
      '(a / b) * 100',
      '1 / b * 100',
    ]) {
      expect(parseFormula(text, ['a', 'b']).ratio, text).toBeNull();
    }
  });

  test.each([
    'a / (b - 54)',
    '1 / (1 / (b - 54))',
    '0 / 0',
    'max(1, 1 / 0)',
    'count(1 / 0)',
    '0 * (1 / 0)',
    '-(a / 0)',
  ])('division by zero anywhere: %s has no result', (text) => {
    expect(evaluate(text, { a: '45', b: '54' })).toBeNull();
  });
});

describe('formulas that are refused when parsed', () => {
  test.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['a +', 'syntax'],
    ['(a', 'syntax'],
    ['a)', 'syntax'],
    ['a,b', 'syntax'],
    ['sum(a,)', 'syntax'],
    ['1.2.3', 'syntax'],
    ['c', 'unknown_name'],
    ['pi * a', 'unknown_name'],
    ['e', 'unknown_name'],
    ['sum', 'unknown_name'],
    ['constructor', 'unknown_name'],
    ['__proto__', 'unknown_name'],
    ['a - v1', 'unknown_name'],
    ['A', 'unknown_name'],
    ['a.constructor', 'forbidden_node'],
    ['a.b', 'forbidden_node'],
    ['sum.constructor(a)', 'forbidden_function'],
    ['import(a)', 'forbidden_function'],
    ['constructor(a)', 'forbidden_function'],
    ['hasOwnProperty(a)', 'forbidden_function'],
    ['evaluate(a)', 'forbidden_function'],
    ['sqrt(a)', 'forbidden_function'],
    ['factorial(a)', 'forbidden_function'],
    ['a(b)', 'forbidden_function'],
    ['sum()', 'wrong_arguments'],
    ['steps()', 'wrong_arguments'],
    ['true', 'forbidden_node'],
    ['null', 'forbidden_node'],
    ['Infinity', 'forbidden_node'],
    ['NaN', 'forbidden_node'],
    ['a b', 'missing_operator'],
    ['2 a', 'missing_operator'],
    ['2(a)', 'missing_operator'],
    ['(a)(b)', 'missing_operator'],
    ['5 cm', 'missing_operator'],
    ['a mod b', 'forbidden_operator'],
    ['a to b', 'forbidden_operator'],
    ['a and b', 'forbidden_operator'],
    ['not a', 'forbidden_operator'],
    ['a .* b', 'forbidden_operator'],
    ['a ./ b', 'forbidden_operator'],
    ['2a', 'forbidden_number'],
    ['5cm', 'forbidden_number'],
    ['1e999999999', 'forbidden_number'],
    ['0x1F', 'forbidden_number'],
    ['a ^ 2', 'forbidden_character'],
    ['a ** 2', 'syntax'],
    ['a = 3', 'forbidden_character'],
    ['f(x) = x', 'forbidden_character'],
    ['[a, b]', 'forbidden_character'],
    ['{a: 1}', 'forbidden_character'],
    ['"a"', 'forbidden_character'],
    ["a'", 'forbidden_character'],
    ['a:b', 'forbidden_character'],
    ['a ? 1 : 2', 'forbidden_character'],
    ['a ?? b', 'forbidden_character'],
    ['a > b', 'forbidden_character'],
    ['a!', 'forbidden_character'],
    ['10%', 'forbidden_character'],
    ['a; b', 'forbidden_character'],
    ['a\nb', 'forbidden_character'],
    ['a # note', 'forbidden_character'],
    ['a × b', 'forbidden_character'],
    ['a − b', 'forbidden_character'],
    ['а / b', 'forbidden_character'],
    ['ａ', 'forbidden_character'],
    ['๑ + a', 'forbidden_character'],
    ['a\u200b + b', 'forbidden_character'],
    ['a\u00a0+ b', 'forbidden_character'],
    ['𝑎 + b', 'forbidden_character'],
  ])('%j: %s', (text, reason) => {
    expect(reasonOf(text)).toBe(reason);
  });

  test('more than 500 characters', () => {
    expect(reasonOf(`${'a + '.repeat(124)}a+10`)).toBeNull();
    expect(reasonOf(`a${' '.repeat(500)}`)).toBe('too_long');
    expect(reasonOf('a+'.repeat(5000))).toBe('too_long');
    expect(reasonOf('('.repeat(1_000_000))).toBe('too_long');
  });

  test('more than 20 levels of nesting, however they are made', () => {
    expect(reasonOf(`${'('.repeat(20)}a${')'.repeat(20)}`)).toBeNull();
    expect(reasonOf(`${'('.repeat(21)}a${')'.repeat(21)}`)).toBe('too_deep');
    expect(reasonOf('('.repeat(500))).toBe('too_deep');
    expect(reasonOf(`${'sum('.repeat(21)}a${')'.repeat(21)}`)).toBe('too_deep');
    expect(reasonOf(`${'-'.repeat(20)}a`)).toBeNull();
    expect(reasonOf(`${'-'.repeat(499)}a`)).toBe('too_deep');
    expect(reasonOf(`${'-('.repeat(11)}a${')'.repeat(11)}`)).toBe('too_deep');
  });

  test('a chain is not nested', () => {
    expect(reasonOf(Array.from({ length: 100 }, () => 'a').join(' + '))).toBeNull();
  });

  test('two codes that are written alike', () => {
    expect(() => parseFormula('v1', ['1', 'v1'])).toThrow(FormulaError);
    expect(parseFormula('a', ['a', '1', 'v1']).codes).toEqual(['a']);
  });

  test('the same refusal again from the cache', () => {
    expect([reasonOf('a ^ 3'), reasonOf('a ^ 3')]).toEqual(['forbidden_character', 'forbidden_character']);
  });

  test('whatever is typed is either refused with a reason or a formula over the variables', () => {
    const pieces = [
      'a',
      'b',
      'v1',
      'sum',
      'steps(',
      '(',
      ')',
      '+',
      '-',
      '*',
      '/',
      ',',
      ' ',
      '.',
      '1',
      '0',
      'e',
      '_',
      'to',
    ];
    const typed = fc.oneof(
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((all) => all.join('')),
      fc.string({ unit: 'grapheme', maxLength: 60 }),
    );
    fc.assert(
      fc.property(typed, (text) => {
        if (reasonOf(text) !== null) return;
        const { codes } = parseFormula(text, ['a', 'b']);
        expect(['a', 'b']).toEqual(expect.arrayContaining([...codes]));
        evaluate(text, { a: '7', b: '0.25' });
      }),
      { numRuns: 500 },
    );
  });
});

function evaluate(text: string, values: Record<string, string>): string | null {
  const formula = parseFormula(text, Object.keys(values));
  const result = formula.evaluate(formula.codes.map((code) => toFraction(values[code] ?? '')));
  return result.d === 0n ? null : shortest(scaleFraction(result, 15), 15);
}

function reasonOf(text: string): string | null {
  try {
    parseFormula(text, ['a', 'b']);
    return null;
  } catch (error) {
    if (error instanceof FormulaError) return error.reason;
    throw error;
  }
}
