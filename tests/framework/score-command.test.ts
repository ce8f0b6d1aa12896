import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run as importCommand } from '../../src/cli/framework-import.ts';
import { run as score } from '../../src/cli/score.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { BROKEN } from './broken.ts';
import { frameworkDatabase } from './database.ts';

const FRAMEWORK = join(projectRoot, 'seeds', 'frameworks', 'krs-2562.json');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kpi-score-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('score', () => {
  it('gives the worked example of indicator 11.2: 45 of 54 is 3.3333, ร้อยละ 83.33', async () => {
    const report = await scored({ values: { '11.2': { a: { value: 45 }, b: { value: '54' } } } });
    expect(subIndicator(report, '11.2')).toMatchObject({
      self_assessed: '3.3333',
      certified: '3.3333',
      percent: '83.33',
      self_weighted: '0.0833',
      variables: [
        { code: 'a', value: '45', status: 'certified', source: 'central', reason: null },
        { code: 'b', value: '54', status: 'certified', source: 'central', reason: null },
      ],
      explanation: {
        formula: 'a / b * 100',
        inputs: [
          { name: 'a', value: '45' },
          { name: 'b', value: '54' },
        ],
        result: '83.333333333333333',
        criteria: ['60', '70', '80', '90', '100'],
        placement: { rule: 'between', from: { level: 3, value: '80' }, to: { level: 4, value: '90' } },
      },
    });
  });

  it('keeps the certified score at 1.0000 until everything is certified, and says why', async () => {
    const report = await scored({
      values: {
        '4': { a: { value: 1, status: 'certified' }, b: { value: 400, status: 'pending' } },
        '7': { a: { value: 90, status: 'rejected' }, b: { value: 100, status: 'certified' } },
      },
    });
    expect(subIndicator(report, '4')).toMatchObject({
      self_assessed: '3.5000',
      certified: '1.0000',
      explanation: { reasons: [{ reason: 'pending', variable_ids: ['4/b'] }] },
    });
    expect(subIndicator(report, '7')).toMatchObject({
      self_assessed: '3.0000',
      certified: '1.0000',
      explanation: { reasons: [{ reason: 'rejected', variable_ids: ['7/a'] }] },
    });
    expect(subIndicator(report, '6')).toMatchObject({
      self_assessed: '1.0000',
      explanation: { self_reasons: [{ reason: 'unreported', variable_ids: ['6/a', '6/b'] }] },
    });
  });

  it('takes AUDIT scores and leaves out what is not due or does not apply', async () => {
    const report = await scored({ values: {}, audit_scores: { '5': '4.25' } });
    expect(subIndicator(report, '5')).toMatchObject({ self_assessed: '1.0000', certified: '4.2500' });
    // 5 has weight 5 of the 74 that count: (69 · 1 + 5 · 4.25) / 74
    expect(report.office).toMatchObject({ weight: '74', self_assessed: '1.0000', certified: '1.2196' });
    expect(report.not_counted).toEqual([
      { code: '2', why: 'not_applicable' },
      { code: '3', why: 'not_applicable' },
      { code: '11.5', why: 'not_due' },
      { code: '12', why: 'not_due' },
    ]);
    expect(report.dimensions).toHaveLength(5);
  });

  it('tells all mistakes of the values at once', async () => {
    const refusal = scored({
      values: {
        '1': { a: { value: 5, status: 'pending' }, z: { value: 1 } },
        '4': { a: { value: 1.5 }, b: { value: -1 } },
        '7': { a: { value: null, status: 'certified' }, b: { value: 3, status: 'unreported' } },
        '10': { a: { value: 2 } },
        '99': {},
      },
      audit_scores: { '5': 6, '98': 3 },
    });
    await expect(refusal).rejects.toThrow(
      [
        '  values > 1 > a: central data are certified or unreported, not pending',
        '  values > 1 > z: there is no variable z',
        '  values > 4 > a: must be a whole number',
        '  values > 4 > b: is less than 0',
        '  values > 7 > a: certified without a value',
        '  values > 7 > b: unreported, but with a value',
        '  values > 10 > a: must be 1 or 0',
        '  values > 99: there is no sub-indicator 99',
        '  audit_scores > 5: 6 is not a score from 1 to 5 with at most 4 decimals',
        '  audit_scores > 98: there is no sub-indicator 98',
      ].join('\n'),
    );
    await expect(scored({ values: { '4': { a: { value: 'many' } } } })).rejects.toThrow(
      'values > 4 > a > value: ',
    );
    await expect(scored([])).rejects.toThrow('is refused');
  });

  it('refuses unknown rounds, office types, options and files', async () => {
    await expect(scored({ values: {} }, { round: '9M' })).rejects.toThrow(
      'There is no round 9M, only 6M, 12M.',
    );
    await expect(scored({ values: {} }, { officeType: 'โรงเรียน' })).rejects.toThrow('only to สพป, สพม');
    await expect(score([], () => {})).rejects.toThrow('Usage: score');
    await expect(scored({ values: {} }, { framework: join(folder, 'none.json') })).rejects.toThrow('ENOENT');
    const text = await file('text.json', 'no json');
    await expect(scored({ values: {} }, { framework: text })).rejects.toThrow('is not JSON');
    const broken = await file('broken.json', JSON.stringify(BROKEN));
    await expect(scored({ values: {} }, { framework: broken })).rejects.toThrow(
      'weights sum to 76, not to 100',
    );
  });
});

describe('framework import', () => {
  it('stores a file once and tells the mistakes of another', async () => {
    const { db, stop } = await frameworkDatabase();
    try {
      const printed: string[] = [];
      const warned: string[] = [];
      const print = (to: string[]) => (line: string) => to.push(line);
      await importCommand([FRAMEWORK], { db }, print(printed), print(warned));
      expect(printed).toEqual([
        'Imported 2562: 16 sub-indicators with 31 variables.',
        'Created รอบที่ 1 ปี 62 (รอบ 6 เดือน): 50 entries.',
        'Created รอบที่ 2 ปี 62 (รอบ 12 เดือน): 58 entries.',
      ]);
      expect(warned).toHaveLength(10);
      expect(warned[0]).toContain('Warning: dimensions[0] C1 > 1 > 1: the divisor "b" may be 0');
      await expect(importCommand([FRAMEWORK], { db })).rejects.toThrow(
        'has a framework of fiscal year 2562 already',
      );
      const broken = await file('broken.json', JSON.stringify(BROKEN));
      await expect(importCommand([broken], { db })).rejects.toThrow(
        'dimensions[0] C1 > 3 > 3 > variable b: ',
      );
      await expect(importCommand([], { db })).rejects.toThrow('Usage: framework import FILE');
      expect(await db('frameworks').count()).toEqual([{ count: '1' }]);
    } finally {
      await stop();
    }
  });
});

interface Options {
  round?: string;
  officeType?: string;
  framework?: string;
}

async function scored(values: unknown, options: Options = {}): Promise<Record<string, unknown>> {
  const { round = '6M', officeType = 'สพม', framework = FRAMEWORK } = options;
  const valuesFile = await file('values.json', JSON.stringify(values));
  let output = '';
  await score(
    ['--framework', framework, '--values', valuesFile, '--round', round, '--office-type', officeType],
    (text) => {
      output += text;
    },
  );
  return JSON.parse(output);
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

interface ReportNode {
  code: string;
  indicators: ReportNode[];
  sub_indicators?: { code: string }[];
}

function subIndicator(report: Record<string, unknown>, code: string) {
  const below = (node: ReportNode): { code: string }[] => [
    ...(node.sub_indicators ?? []),
    ...node.indicators.flatMap(below),
  ];
  return (report.dimensions as ReportNode[]).flatMap(below).find((sub) => sub.code === code);
}
