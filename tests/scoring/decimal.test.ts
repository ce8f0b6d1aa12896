import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareDecimals,
  divideHalfUp,
  fromScaled,
  isDecimal,
  roundHalfUp,
  toScaled,
  trimZeros,
} from '../../src/lib/decimal.ts';

describe('exact decimals', () => {
  test.each([
    ['2.66665', 4, '2.6667'],
    ['83.335', 2, '83.34'],
    ['83.3349999', 2, '83.33'],
    ['-0.005', 2, '-0.01'],
    ['-0.004', 2, '0.00'],
    ['+7', 0, '7'],
    ['0.5', 0, '1'],
    ['007.10', 1, '7.1'],
    ['99.995', 2, '100.00'],
  ] as const)('%s to %i places is %s', (text, places, wanted) => {
    expect(roundHalfUp(text, places)).toBe(wanted);
  });

  test.each(['', ' 1', '1e5', 'NaN', 'Infinity', '.5', '5.', '--1', '1,000', '๑', '0x1'])(
    '%j is no decimal',
    (text) => {
      expect(isDecimal(text)).toBe(false);
      expect(() => roundHalfUp(text, 2)).toThrow(RangeError);
    },
  );

  test.each([
    ['3.5000', '3.5'],
    ['75.00', '75'],
    ['100', '100'],
    ['0.00', '0'],
    ['-1.10', '-1.1'],
  ])('%s without trailing zeros is %s', (text, wanted) => {
    expect(trimZeros(text)).toBe(wanted);
  });

  test('compares by value', () => {
    expect(compareDecimals('1.0', '1')).toBe(0);
    expect(compareDecimals('-0', '0')).toBe(0);
    expect(compareDecimals('9', '10')).toBe(-1);
    expect(compareDecimals('-2', '-10')).toBe(1);
    expect(compareDecimals('1.0000000000000000001', '1')).toBe(1);
  });

  test('scaling there and back loses nothing', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.nat(20), (value, places) => {
        expect(toScaled(fromScaled(value, places), places)).toBe(value);
      }),
    );
  });

  test('half-up is never further than a half away, and ties go away from zero', () => {
    const size = fc.bigInt(1n, 10n ** 12n);
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 15n), 10n ** 15n), size, (n, d) => {
        const twice = 2n * (divideHalfUp(n, d) * d - n);
        expect(twice <= d && twice >= -d).toBe(true);
        if (twice === d) expect(n > 0n).toBe(true);
        if (twice === -d) expect(n < 0n).toBe(true);
      }),
    );
  });
});
