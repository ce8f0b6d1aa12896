import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareDecimals, divideHalfUp, fromScaled, toScaled } from '../../src/lib/decimal.ts';
import {
  type Direction,
  type EntryStatus,
  type Levels,
  type ScoredSubIndicator,
  scoreOffice,
  scoreSubIndicator,
} from '../../src/scoring/index.ts';
import { dimension, entries, givenLevel, indicator, subIndicator, variable } from './support.ts';

const direction = fc.constantFrom<Direction>('more', 'less');
const status = fc.constantFrom<EntryStatus>('unreported', 'pending', 'certified', 'rejected');
const value = fc.integer({ min: -2000, max: 12_000 }).map((n) => fromScaled(BigInt(n), 2));
const score = fc.integer({ min: 10_000, max: 50_000 }).map((n) => fromScaled(BigInt(n), 4));
const weight = fc.integer({ min: 1, max: 3000 }).map((n) => fromScaled(BigInt(n), 2));

/** Weakly ordered levels along the direction, any of 2–4 left out; few distinct values, so that equals are common. */
const criteria = fc
  .tuple(direction, fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 5, maxLength: 5 }), fc.nat(7))
  .map(([way, numbers, gaps]) => {
    const ordered = numbers.toSorted((a, b) => (way === 'more' ? a - b : b - a)).map((n) => String(n * 8));
    const stated = ordered.map((n, i) => (i > 0 && i < 4 && (gaps >> (i - 1)) & 1 ? null : n));
    return { direction: way, criteria: stated as unknown as Levels };
  });

const anyDisorderedCriteria = fc.tuple(value, fc.option(value), fc.option(value), fc.option(value), value);

describe('properties of a score', () => {
  test('a better result never scores less', () => {
    fc.assert(
      fc.property(criteria, value, value, fc.boolean(), (given, a, b, wholeLevels) => {
        const sub = plain({ ...given, wholeLevels });
        const [worse, better] = compareDecimals(a, b) < 0 === (given.direction === 'more') ? [a, b] : [b, a];
        expect(compareDecimals(certified(sub, better), certified(sub, worse))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('every score lies within 1–5, even with disordered criteria', () => {
    fc.assert(
      fc.property(anyDisorderedCriteria, direction, value, fc.boolean(), (levels, way, x, wholeLevels) => {
        const answer = certified(plain({ criteria: levels, direction: way, wholeLevels }), x);
        expect(compareDecimals(answer, '1')).toBeGreaterThanOrEqual(0);
        expect(compareDecimals(answer, '5')).toBeLessThanOrEqual(0);
      }),
    );
  });

  test('the value stated for a level scores at least that level', () => {
    fc.assert(
      fc.property(criteria, fc.nat(4), (given, index) => {
        const needed = given.criteria[index];
        if (needed == null) return;
        expect(compareDecimals(certified(plain(given), needed), String(index + 1))).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('the order of variables and entries is irrelevant for symmetric functions', () => {
    const values = fc.array(value, { minLength: 1, maxLength: 8 });
    const symmetric = fc.constantFrom('sum', 'avg', 'min', 'max', 'count');
    fc.assert(
      fc.property(values, symmetric, fc.nat(), (given, name, turn) => {
        const codes = given.map((_, i) => `x${i}`);
        const turned = [...codes.slice(turn % codes.length), ...codes.slice(0, turn % codes.length)];
        const facts = Object.fromEntries(codes.map((code, i) => [code, given[i] ?? '']));
        const reversed = Object.fromEntries(Object.entries(facts).reverse());
        const one = overAll(name, codes);
        const other = overAll(name, turned);
        expect(scoreSubIndicator(other, entries(reversed), null)).toMatchObject({
          result: scoreSubIndicator(one, entries(facts), null).result,
          certified: scoreSubIndicator(one, entries(facts), null).certified,
        });
      }),
    );
  });

  test('certified is never from an uncertified value', () => {
    fc.assert(
      fc.property(value, status, value, status, (a, statusA, b, statusB) => {
        const facts = entries({ a: [a, statusA], b: [b, statusB] });
        const answer = scoreSubIndicator(subIndicator(), facts, null);
        const allCertified = statusA === 'certified' && statusB === 'certified';
        if (!allCertified) expect(answer.certified).toBe('1.0000');
        if (!allCertified) expect(answer.reason).not.toBeNull();
        for (const [index, one] of [statusA, statusB].entries()) {
          if (one !== 'certified') expect(answer.variables[index]?.certified).toBe('1.0000');
        }
      }),
    );
  });

  test('the numbers of the explanation give the score again', () => {
    fc.assert(
      fc.property(criteria, value, (given, x) => {
        const { placement, certified: answer } = scoreSubIndicator(plain(given), entries({ a: x }), null);
        if (placement?.rule !== 'between' || !placement.from || !placement.to) return;
        const [at, ti, tj] = [placement.x, placement.from.value, placement.to.value].map((n) =>
          toScaled(n, 15),
        );
        if (at === undefined || ti === undefined || tj === undefined) return;
        const rise = BigInt(placement.to.level - placement.from.level) * 10_000n * (at - ti);
        const again = BigInt(placement.from.level) * 10_000n + divideHalfUp(rise, tj - ti);
        expect(fromScaled(again, 4)).toBe(answer);
      }),
    );
  });
});

describe('properties of the roll-up', () => {
  const rows = fc.array(fc.tuple(weight, score, status), { minLength: 1, maxLength: 12 });

  test('recomputable from the printed parts, never above the best part and never below the worst', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const subs = given.map(([w], i) => givenLevel(`r${i}`, w));
        const facts = entries(Object.fromEntries(given.map(([, s, st], i) => [`r${i}.a`, [s, st] as const])));
        const tree = [
          dimension('D1', [
            indicator('1', subs.slice(0, 2)),
            indicator('2', [], [indicator('2.1', subs.slice(2, 5))]),
          ]),
          dimension('D2', [indicator('3', subs.slice(5))]),
        ];
        const office = scoreOffice(tree, facts, new Map());
        for (const node of [office.total, ...office.nodes, ...office.nodes.flatMap((n) => n.children)]) {
          if (node.parts.length === 0) continue;
          checkRecomputed(node.parts, 'selfAssessed', node.selfAssessed);
          checkRecomputed(node.parts, 'certified', node.certified);
        }
      }),
    );
  });
});

function checkRecomputed<K extends 'selfAssessed' | 'certified'>(
  parts: readonly (Record<K, string> & { weight: string })[],
  key: K,
  answer: string | null,
): void {
  const weights = parts.map((part) => toScaled(part.weight, 2));
  const scores = parts.map((part) => toScaled(part[key], 4));
  const weighted = weights.reduce((sum, w, i) => sum + w * (scores[i] ?? 0n), 0n);
  const total = weights.reduce((sum, w) => sum + w, 0n);
  expect(answer).toBe(fromScaled(divideHalfUp(weighted, total), 4));
  const sorted = parts.map((part) => part[key]).toSorted(compareDecimals);
  expect(compareDecimals(answer ?? '', sorted[0] ?? '')).toBeGreaterThanOrEqual(0);
  expect(compareDecimals(answer ?? '', sorted.at(-1) ?? '')).toBeLessThanOrEqual(0);
}

function plain(given: Partial<ScoredSubIndicator>): ScoredSubIndicator {
  return subIndicator({ formula: 'a', variables: [variable('a', 'number')], ...given });
}

function overAll(name: string, codes: readonly string[]): ScoredSubIndicator {
  const variables = codes.map((code) => variable(code, 'number'));
  return subIndicator({ formula: `${name}(${codes.join(', ')})`, variables });
}

function certified(sub: ScoredSubIndicator, x: string): string {
  return scoreSubIndicator(sub, entries({ a: x }), null).certified;
}
