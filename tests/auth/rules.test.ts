import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressGroup, pathWithin, plainAddress, safeNext, waitAfterFailures } from '../../src/auth/rules.ts';

describe('the way back after signing in', () => {
  it('stays in the system, whatever is asked for', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '\\',
        '..',
        '.',
        '%2e',
        '%2f',
        '%5c',
        '@',
        ':',
        'krs',
        'evil.example',
        '\t',
        '?',
        '#',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
        for (const wanted of [pieces.join(''), `/krs/${pieces.join('')}`]) {
          const path = safeNext(wanted, 'krs');
          if (path === undefined) continue;
          const target = new URL(path, 'https://kpi.example.org');
          expect(target.origin).toBe('https://kpi.example.org');
          expect(target.pathname).toMatch(/^\/krs(\/|$)/);
          expect(pathWithin(path, 'krs')).toBe(path);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps every plain path of the system', () => {
    expect(safeNext('/krs/entry?round=2&office=1#x', 'krs')).toBe('/krs/entry?round=2&office=1');
    expect(safeNext('/krs/login?next=/krs', 'krs')).toBeUndefined();
    expect(pathWithin('/krs/login?next=/krs', 'krs')).toBe('/krs/login?next=/krs');
    expect(safeNext(undefined, 'krs')).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', null],
    ['', null],
    [undefined, null],
  ])('%s is written %s', (address, plain) => {
    expect(plainAddress(address)).toBe(plain);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1::5', '2001:db8:0:1::/64'],
    ['2001:DB8::1:0:0:0:9', '2001:db8:0:1::/64'],
    ['2001:0db8:0000:0001:1:2:3:4', '2001:db8:0:1::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::', 'fe80:0:0:0::/64'],
    [null, 'unknown'],
  ])('%s belongs to %s', (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });
});

describe('the wait after failures', () => {
  it('doubles from two seconds to thirty', () => {
    expect([1, 4, 5, 6, 7, 8, 9, 100].map(waitAfterFailures)).toEqual([0, 0, 2, 4, 8, 16, 30, 30]);
  });
});
