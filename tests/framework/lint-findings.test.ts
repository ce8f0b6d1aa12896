import { describe, expect, it } from 'vitest';
import { emptyDraft, plainDocument } from '../../src/framework/drafts/document.ts';
import { lintDraft } from '../../src/framework/drafts/lint.ts';
import type { DraftDocument, DraftSubIndicator, DraftVariable } from '../../src/framework/drafts/types.ts';
import type { KnownThings } from '../../src/framework/known.ts';
import { lintFramework } from '../../src/framework/lint.ts';
import { textOfProblem } from '../../src/framework/problems.ts';
import { translator } from '../../src/i18n/index.ts';
import { formulaBounds } from '../../src/scoring/index.ts';
import { seedFramework } from './database.ts';

const KNOWN: KnownThings = {
  officeTypes: ['สพป', 'สพม'],
  offices: [
    { id: '1', code: '1001', type: 'สพป', label: 'กระบี่' },
    { id: '2', code: '2001', type: 'สพม', label: 'เขต 13' },
  ],
  bureaus: [{ id: '9', code: '9', name: 'สำนักการคลัง', shortName: 'สคส.' }],
};
const ALL = { '6M': 'office', '12M': 'office' } as const;
const th = translator('th');

/** What is found beside a sound framework, after a change: severity, code, concerned parts and the Thai text. */
function found(change: (draft: DraftDocument, sub: DraftSubIndicator) => void, known = KNOWN) {
  const draft = soundDraft();
  const [sub] = draft.dimensions[0]?.indicators[0]?.sub_indicators ?? [];
  if (sub !== undefined) change(draft, sub);
  return lintDraft(draft, known).map((problem) => ({
    ...problem,
    parts: problem.parts.map(({ ref }) => ref),
    thai: textOfProblem(th, problem),
  }));
}

describe('an error of a draft', () => {
  it('is none where nothing is wrong', () => {
    expect(found(() => {})).toEqual([]);
  });

  it('names the part and the field', () => {
    expect(found((_, sub) => set(sub, { weight: '90' }))).toMatchObject([
      { code: 'weights_sum', parts: [], severity: 'error', thai: expect.stringContaining('รวมกันได้ 90') },
    ]);
    expect(found((_, sub) => set(sub, { name: '' }))).toMatchObject([
      { code: 'missing', parts: ['node-n3'], field: 'name', thai: 'ยังไม่ได้กรอก' },
    ]);
    expect(found((draft) => set(draft.rounds[1] ?? {}, { entry_closes_at: '' }))).toMatchObject([
      { code: 'missing', parts: [], field: 'entry_closes_at', round: '12M' },
    ]);
  });

  it('is a variable that nobody certifies', () => {
    const problems = found((_, sub) => set(sub.variables[0], { bureau: '' }));
    expect(problems).toMatchObject([
      { code: 'uncertified', severity: 'error', parts: ['variable-n1'], field: 'bureau' },
    ]);
    expect(problems[0]?.message).toBe('nobody certifies it');
  });

  it('is a formula of open and closed variables', () => {
    expect(found((_, sub) => set(sub.variables[0], { open: false }))).toMatchObject([
      { code: 'mixed_open', values: { open: 'b', closed: 'a' }, parts: ['node-n3'] },
      { code: 'nothing_due' },
      { code: 'nothing_due' },
    ]);
  });

  it('is a formula whose variables are due in different rounds', () => {
    const sources = { '6M': 'not_due', '12M': 'office' } as const;
    expect(found((_, sub) => set(sub.variables[0], { sources })).map(({ code }) => code)).toEqual([
      'mixed_due',
      'nothing_due',
    ]);
  });

  it('is a formula that always divides by 0, or lacks a sign', () => {
    expect(found((_, sub) => set(sub, { formula: 'a + b / 0' }))).toMatchObject([
      { code: 'division_by_zero_always', severity: 'error', values: { divisor: '0' }, field: 'formula' },
    ]);
    const [, b] = soundDraft().dimensions[0]?.indicators[0]?.sub_indicators[0]?.variables ?? [];
    const never = found((_, sub) => set(sub.variables[1], { ...b, min: '0', max: '0' }));
    expect(never.map(({ code }) => code)).toEqual(['division_by_zero_always']);
    expect(found((_, sub) => set(sub, { formula: 'a + 2 b' }))).toMatchObject([
      { text: 'formula_missing_operator', thai: 'สูตร "a + 2 b" ขาดเครื่องหมาย + - * / ใน "2 b"' },
    ]);
  });

  it('is a formula with an unknown variable, or one that it does not use', () => {
    expect(found((_, sub) => set(sub, { formula: 'a / c' }))).toMatchObject([
      { code: 'formula', text: 'formula_unknown_name', values: { detail: 'c' }, field: 'formula' },
    ]);
    expect(found((_, sub) => set(sub, { formula: 'b * 1' }))).toMatchObject([
      { code: 'unused_variable', parts: ['variable-n1'] },
    ]);
  });

  it('is a scope without type of office and without single offices; either is enough', () => {
    const scope = (office_types: string[], included: boolean) => ({
      office_types,
      office_exceptions: [{ office: '2001', included, reason: 'เฉพาะเขต 13' }],
    });
    const errors = (fields: object) =>
      found((_, sub) => set(sub, fields)).filter(({ severity }) => severity === 'error');
    expect(errors(scope([], true))).toEqual([]);
    expect(errors(scope(['สพป'], false))).toEqual([]);
    expect(errors(scope([], false))).toMatchObject([
      { code: 'missing', text: 'noScope', field: 'office_types', parts: ['node-n3'] },
    ]);
    expect(found((_, sub) => set(sub, { office_types: [] })).map(({ code }) => code)).not.toContain(
      'no_office',
    );
  });

  it('is a code given twice, beside each of those that have it', () => {
    const [twice] = found((_, sub) => set(sub.variables[1], { code: 'a' }));
    expect(twice).toMatchObject({
      code: 'duplicate_code',
      text: 'variableTwice',
      parts: ['variable-n1', 'variable-n2'],
    });
  });

  it('is a level against the direction, but not one equal to its neighbour', () => {
    expect(found((_, sub) => set(sub, { criteria: ['1', '3', '2', '4', '5'] }))).toMatchObject([
      { code: 'criteria_order', values: { level: 3 }, field: 'criteria' },
    ]);
    expect(found((_, sub) => set(sub, { criteria: ['1', '2', '2.0', '4', '5'] }))).toMatchObject([
      { code: 'levels_equal', severity: 'warning', values: { level: 2, next: 3 } },
    ]);
    const [first, third] = found((_, sub) => set(sub, { criteria: ['10', '10', '20', '20', '50'] }));
    expect(first?.thai).toBe('ระดับ 1 และ 2 ใช้ค่าเดียวกันคือ 10 ผู้ที่ถึงค่านี้ได้ระดับ 2 ขึ้นไป ระดับ 1 มีเฉพาะผู้ที่ไม่ถึง');
    expect(third?.thai).toContain('จึงไม่มีผู้ใดได้ระดับ 3');
  });
});

describe('a warning', () => {
  it('does not refuse a file', () => {
    const draft = soundDraft();
    const [sub] = draft.dimensions[0]?.indicators[0]?.sub_indicators ?? [];
    set(sub?.variables[1], { min: '0' });
    const linted = lintFramework(plainDocument(draft), KNOWN);
    expect('document' in linted).toBe(true);
    expect(linted.warnings.map(({ code }) => code)).toEqual(['division_by_zero']);
  });

  it('names the divisor that may be 0', () => {
    expect(found((_, sub) => set(sub.variables[1], { min: '0' }))).toMatchObject([
      { code: 'division_by_zero', values: { divisor: 'b' }, field: 'formula' },
    ]);
    const between = found((_, sub) => set(sub, { formula: '(a + b) / (a - b) * 100' }));
    expect(between).toMatchObject([{ code: 'division_by_zero', values: { divisor: 'a - b' } }]);
    expect(found((_, sub) => set(sub, { formula: 'a / max(b, 1) * 100' }))).toEqual([]);
  });

  it('names levels that no value within the limits reaches', () => {
    expect(
      found((_, sub) => set(sub, { formula: 'a + b', criteria: ['1', '2', '3', '2000', '2001'] })),
    ).toMatchObject([
      { code: 'level_unreachable', text: 'unreachableHigh', values: { levels: '5', limit: '2000' } },
    ]);
    const less = { formula: 'a + b', direction: 'less', criteria: ['9', '8', '7', '1', '0'] } as const;
    expect(found((_, sub) => set(sub, { ...less, criteria: [...less.criteria] }))).toMatchObject([
      { code: 'level_unreachable', text: 'unreachableLow', values: { levels: '5', limit: '1' } },
    ]);
    const byRound = { '6M': ['1', '2', '3', '4', '6000'] };
    expect(found((_, sub) => set(sub, { formula: 'a + b', criteria_by_round: byRound }))).toMatchObject([
      { field: 'criteria_by_round', place: expect.stringContaining('6M') },
    ]);
  });

  it('warns of rounds of quite another year, and refuses years of the Buddhist Era', () => {
    const codeFor = (date: string) => found((draft) => set(draft.rounds[0] ?? {}, { data_as_of: date }));
    expect(codeFor('2031-03-31')).toMatchObject([
      {
        ...{ code: 'round_other_year', severity: 'warning' },
        thai: 'ไม่อยู่ในปีงบประมาณ 2562 หรือปีถัดไป (1 ต.ค. 2561 ถึง 31 ธ.ค. 2563)',
        message: 'is not within fiscal year 2562 or the year after it (1 Oct 2561 to 31 Dec 2563)',
      },
    ]);
    expect(codeFor('2562-03-31')).toMatchObject([
      { code: 'round_year', severity: 'error', thai: expect.stringContaining('ค.ศ. คือ 2019') },
    ]);
  });

  it('names windows in which hardly anybody can do anything', () => {
    const closing = (time: object) => found((draft) => set(draft.rounds[0] ?? {}, time));
    expect(closing({ certification_closes_at: '2019-04-20T09:30:00.000Z' })).toMatchObject([
      { code: 'short_window', field: 'certification_closes_at', round: '6M', severity: 'warning' },
    ]);
    expect(closing({ entry_closes_at: '2019-04-01T20:00:00.000Z' })).toMatchObject([
      { code: 'short_window', field: 'entry_closes_at', round: '6M' },
    ]);
    expect(closing({ certification_closes_at: '2019-04-21T09:30:00.000Z' })).toEqual([]);
  });

  it('names a round in which nothing is due', () => {
    const problems = found((_, sub) => {
      for (const variable of sub.variables) variable.sources['6M'] = 'not_due';
    });
    expect(problems).toMatchObject([{ code: 'nothing_due', round: '6M', parts: [], field: 'kind' }]);
  });

  it('names the offices that have nothing to report', () => {
    expect(found((_, sub) => set(sub, { office_types: ['สพป'] }))).toMatchObject([
      { code: 'offices_without', values: { round: '6M', offices: 'เขต 13', n: 1 } },
      { code: 'offices_without', values: { round: '12M', offices: 'เขต 13', n: 1 } },
    ]);
    const excluded = [{ office: '2001', included: false, reason: 'ไม่มี' }];
    expect(found((_, sub) => set(sub, { office_exceptions: excluded }))).toHaveLength(2);
    const included = [{ office: '2001', included: true, reason: 'ร่วมด้วย' }];
    const narrowed = { office_types: ['สพป'], office_exceptions: included };
    expect(found((_, sub) => set(sub, narrowed))).toEqual([]);
  });

  it('names what applies to no office', () => {
    const onlyPrimary = { ...KNOWN, offices: KNOWN.offices.slice(0, 1) };
    const codes = found((_, sub) => set(sub, { office_types: ['สพม'] }), onlyPrimary).map(({ code }) => code);
    expect(codes).toEqual(['offices_without', 'offices_without', 'no_office']);
  });
});

describe('the limits of a formula', () => {
  it.each([
    ['a / b * 100', '0', '100000', []],
    ['a - b', '-1000', '999', []],
    ['-a * b', '-1000000', '0', []],
    ['avg(a, b) / 2', '0.25', '500', []],
    ['min(a, b)', '0', '1000', []],
    ['max(a, b) + sum(a, 1)', '2', '2001', []],
    ['count(c, d)', '0', '2', []],
    ['count(c, 1)', '1', '2', []],
    ['steps(1, c, 0)', '1', '2', []],
    ['b / a', '0.001', null, ['a']],
    ['(c - d) / (c - d)', null, null, ['c - d']],
    ['1 / (b / a)', '0', '1000', ['a']],
    ['a / (0 - b)', '-1000', '0', []],
  ])('%s lies between %s and %s', (formula, low, high, zeroDivisors) => {
    const limits = new Map([
      ['a', { min: '0', max: '1000' }],
      ['b', { min: '1', max: '1000' }],
      ['c', { min: '0', max: '1' }],
      ['d', { min: '0', max: '1' }],
    ]);
    expect(formulaBounds(formula, limits)).toEqual({ low, high, zeroDivisors, alwaysZero: [] });
  });

  it('are not told where a variable has none', () => {
    expect(formulaBounds('a + x', new Map([['a', { min: '0', max: '1' }]]))).toBeNull();
    expect(formulaBounds('a', new Map([['a', { min: '2', max: '1' }]]))).toBeNull();
  });
});

it('the frameworks of the seeds have warnings at most, and these of few kinds', () => {
  for (const name of ['krs-2562', 'ars-2559'] as const) {
    const linted = lintFramework(seedFramework(name), null);
    expect('document' in linted).toBe(true);
    expect(new Set(linted.warnings.map(({ code }) => code)).size).toBeLessThan(4);
  }
});

function set<Part extends object>(
  part: Part | undefined,
  fields: Partial<Record<keyof Part, unknown>>,
): void {
  Object.assign(part ?? {}, fields);
}

function soundDraft(): DraftDocument {
  const sub: DraftSubIndicator = {
    ...{ key: 'n3', code: '1', name: 'ตัวชี้วัดย่อย', weight: '100', formula: 'a / b * 100' },
    ...{ direction: 'more', whole_levels: false, result_unit: 'percent', mode: 'normal' },
    ...{ criteria: ['60', '70', '80', '90', '100'], criteria_by_round: {} },
    ...{ office_types: ['สพป', 'สพม'], office_exceptions: [] },
    variables: [variable('n1', 'a', '0'), variable('n2', 'b', '1')],
  };
  return {
    ...emptyDraft('krs', 2562),
    ...{ title_th: 'กรอบ', title_en: 'Framework', rounds: [round('6M', 1), round('12M', 2)] },
    dimensions: [
      {
        ...{ key: 'n1', code: 'C1', name: 'มิติ', sub_indicators: [] },
        indicators: [{ key: 'n2', code: '1', name: 'ตัวชี้วัด', indicators: [], sub_indicators: [sub] }],
      },
    ],
  };
}

function variable(key: string, code: string, min: string): DraftVariable {
  return {
    ...{ key, code, name: `ตัวแปร ${code}`, unit: 'คน', kind: 'whole', decimals: 0, min, max: '1000' },
    ...{ explanation: '', files_asked: false, carry_over: false, open: true, sources: { ...ALL } },
    ...{ bureau: '9', copied_from: null },
  };
}

function round(kind: string, sequence: number) {
  return {
    ...{ kind, sequence, label: `รอบ ${kind}`, data_as_of: null },
    entry_opens_at: '2019-04-01T00:00:00.000Z',
    entry_closes_at: '2019-04-20T09:30:00.000Z',
    certification_closes_at: '2019-05-15T09:30:00.000Z',
  };
}
