import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { compareDecimals, roundHalfUp } from '../../src/lib/decimal.ts';
import {
  averageOfChecked,
  type Direction,
  type EntryStatus,
  type Levels,
  rollUp,
  scoreOffice,
  scoreSubIndicator,
  validateAuditScore,
  weightedColumn,
} from '../../src/scoring/index.ts';
import oracles from './oracles.json' with { type: 'json' };
import { entries, givenLevel, indicator, subIndicator, variable } from './support.ts';

const decimal = z.union([z.string(), z.number().transform(String)]);
const criteria = z.tuple([decimal, decimal, decimal, decimal, decimal]);

const STATUSES: Record<string, EntryStatus> = {
  รอการรับรองผล: 'pending',
  ไม่รับรอง: 'rejected',
  ยังไม่รายงานผล: 'unreported',
  รับรองผล: 'certified',
};

type Check = (input: unknown, expected: unknown) => void;

const CHECKS: Record<string, Check> = {
  weighted(input, expected) {
    const { weight, score } = z.object({ weight: decimal, score: decimal }).parse(input);
    const { weighted } = z.object({ weighted: decimal }).parse(expected);
    same(weightedColumn(weight, score), weighted);
  },
  dimension_average(input, expected) {
    const { rows } = z.object({ rows: z.array(z.tuple([decimal, decimal])) }).parse(input);
    const want = z
      .object({ weight_sum: decimal, weighted_sum: decimal, dimension_score: decimal })
      .parse(expected);
    const total = totalOf(rows);
    same(total.weight, want.weight_sum);
    same(hundredth(total.certifiedWeighted), want.weighted_sum);
    same(total.certified, want.dimension_score);
  },
  higher_is_better: (input, expected) => checkCriteria(input, expected, 'more'),
  higher_is_better_uneven: (input, expected) => checkCriteria(input, expected, 'more'),
  lower_is_better: (input, expected) => checkCriteria(input, expected, 'less'),
  percent_a_over_b(input, expected) {
    const value = decimal.nullable();
    const given = z.object({ a: value, b: value, criteria }).parse(input);
    const want = z.object({ percent: z.string().nullable(), score: decimal }).parse(expected);
    const facts = entries({ a: reported(given.a), b: reported(given.b) });
    const score = scoreSubIndicator(subIndicator({ criteria: given.criteria }), facts, null);
    expect(score.percent).toBe(want.percent);
    same(score.selfAssessed, want.score);
    same(score.certified, want.score);
  },
  milestone_steps(input, expected) {
    const { steps_done } = z.object({ steps_done: z.array(decimal) }).parse(input);
    same(scoreItems('steps', steps_done, ['1', '2', '3', '4', '5']), scoreWanted(expected));
  },
  yes_no(input, expected) {
    const { value } = z.object({ value: decimal }).parse(input);
    const want = scoreWanted(expected);
    const sub = subIndicator({
      formula: 'v1',
      criteria: ['0', null, null, null, '1'],
      variables: [variable('1', 'yes_no')],
    });
    const score = scoreSubIndicator(sub, entries({ 1: value }), null);
    same(score.certified, want);
    same(score.variables[0]?.certified, want);
  },
  yes_no_two_items(input, expected) {
    const { values } = z.object({ values: z.array(decimal) }).parse(input);
    same(scoreItems('count', values, ['0', null, '1', null, '2']), scoreWanted(expected));
  },
  actual_vs_self(input, expected) {
    const given = z.object({ self_score: decimal.nullable(), status: z.string() }).parse(input);
    const want = z.object({ actual_score: decimal, self_page: decimal }).parse(expected);
    const status = STATUSES[given.status];
    if (status === undefined) throw new Error(`Unknown status ${given.status}`);
    const facts = entries({ 'x.a': [given.self_score, status] });
    const score = scoreSubIndicator(givenLevel('x', '1'), facts, null);
    same(score.certified, want.actual_score);
    same(score.anySaved ? score.selfAssessed : '0.0000', want.self_page);
  },
  audit(input, expected) {
    const given = z
      .object({ audit_score: z.string(), self_score: decimal.optional(), status: z.string().optional() })
      .parse(input);
    const audit = validateAuditScore(given.audit_score);
    const want = z
      .union([z.object({ error: z.string() }), z.object({ actual_score: decimal, self_page: decimal })])
      .parse(expected);
    expect(audit.ok).toBe(!('error' in want));
    if (!audit.ok || 'error' in want) return;
    const facts = entries({ 'x.a': [given.self_score ?? null, 'certified'] });
    const score = scoreSubIndicator(givenLevel('x', '1'), facts, audit.score);
    same(score.certified, want.actual_score);
    same(score.selfAssessed, want.self_page);
  },
  total_average(input, expected) {
    const { rows } = z.object({ rows: z.array(z.tuple([z.string(), decimal, decimal])) }).parse(input);
    const want = z
      .object({ weight_sum: decimal, weighted: z.array(decimal), total: decimal })
      .parse(expected);
    const total = totalOf(rows.map(([, weight, score]) => [weight, score]));
    same(total.weight, want.weight_sum);
    expect(total.parts.map((part) => weightedColumn(part.weight, part.certified))).toEqual(want.weighted);
    same(total.certified, want.total);
  },
  indicator_from_sub_indicators(input, expected) {
    const { rows } = z.object({ rows: z.array(z.tuple([z.string(), decimal, decimal])) }).parse(input);
    const { indicator_score } = z.object({ indicator_score: decimal }).parse(expected);
    same(indicatorOf(rows.map(([, weight, score]) => [weight, score])).certified, indicator_score);
  },
  not_due_excluded(input, expected) {
    const due = z.enum(['due', 'not_due']);
    const row = z.tuple([z.string(), decimal, decimal.nullable(), due]);
    const { rows } = z.object({ rows: z.array(row) }).parse(input);
    const { total } = z.object({ total: decimal }).parse(expected);
    same(notDueTotal(rows), total);
  },
  rounding(input, expected) {
    const { value } = z.object({ value: z.string() }).parse(input);
    const want = z
      .object({ rounded4: z.string().optional(), rounded2: z.string().optional() })
      .parse(expected);
    if (want.rounded4 !== undefined) expect(roundHalfUp(value, 4)).toBe(want.rounded4);
    else expect(roundHalfUp(value, 2)).toBe(want.rounded2);
  },
  kpi_online_average(input, expected) {
    const { checked_scores } = z.object({ checked_scores: z.array(decimal) }).parse(input);
    const want = z.object({ average: decimal, level: z.number() }).parse(expected);
    const answer = averageOfChecked(checked_scores);
    same(answer?.average, want.average);
    expect(answer?.level).toBe(want.level);
  },
};

describe('scoring oracles', () => {
  for (const { id, kind, source, input, expected } of oracles.cases) {
    test(`${id} ${kind} (${source.split(':')[0]})`, () => {
      const check = CHECKS[kind];
      if (check === undefined) throw new Error(`No check for oracle kind ${kind}`);
      expect.hasAssertions();
      check(input, expected);
    });
  }
});

function checkCriteria(input: unknown, expected: unknown, direction: Direction): void {
  const given = z.object({ criteria, value: decimal }).parse(input);
  const sub = subIndicator({
    formula: 'a',
    direction,
    criteria: given.criteria,
    variables: [variable('a', 'number')],
  });
  same(scoreSubIndicator(sub, entries({ a: given.value }), null).certified, scoreWanted(expected));
}

/** The score of `call(v1, v2, …)` over yes/no items. */
function scoreItems(call: string, values: readonly string[], levels: Levels): string {
  const codes = values.map((_, index) => String(index + 1));
  const sub = subIndicator({
    formula: `${call}(${codes.map((code) => `v${code}`).join(', ')})`,
    criteria: levels,
    variables: codes.map((code) => variable(code, 'yes_no')),
  });
  const facts = entries(Object.fromEntries(values.map((value, index) => [String(index + 1), value])));
  return scoreSubIndicator(sub, facts, null).certified;
}

/** The tree and the certified values of sub-indicators with these weights and scores. */
function officeOf(rows: readonly (readonly [weight: string, score: string])[]) {
  const subs = rows.map(([weight], index) => givenLevel(`r${index}`, weight));
  const facts = entries(Object.fromEntries(rows.map(([, score], index) => [`r${index}.a`, score])));
  return scoreOffice([indicator('1', subs)], facts, new Map());
}

function totalOf(rows: readonly (readonly [weight: string, score: string])[]) {
  return officeOf(rows).total;
}

function indicatorOf(rows: readonly (readonly [weight: string, score: string])[]) {
  const [node] = officeOf(rows).nodes;
  if (node === undefined) throw new Error('no indicator');
  return node;
}

/** The framework's tree still names what is not due; it just has no score. */
function notDueTotal(rows: readonly (readonly [string, string, string | null, 'due' | 'not_due'])[]) {
  const subs = rows.map(([code, weight]) => givenLevel(code, weight));
  const scores = new Map();
  for (const [index, [code, , score, due]] of rows.entries()) {
    const sub = subs[index];
    if (due === 'not_due' || !sub || score === null) continue;
    scores.set(code, scoreSubIndicator(sub, entries({ [`${code}.a`]: score }), null));
  }
  return rollUp([indicator('11', subs)], scores).total.certified;
}

function reported(value: string | null): readonly [string | null, EntryStatus] {
  return value === null ? [null, 'unreported'] : [value, 'certified'];
}

function scoreWanted(expected: unknown): string {
  return z.object({ score: decimal }).parse(expected).score;
}

function hundredth(weighted: string | null): string {
  return weightedColumn('1', weighted ?? '');
}

function same(actual: string | null | undefined, wanted: string): void {
  expect(compareDecimals(actual ?? 'none', wanted), `${actual} should be ${wanted}`).toBe(0);
}
