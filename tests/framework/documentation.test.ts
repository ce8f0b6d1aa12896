import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readValues } from '../../src/cli/scores-format.ts';
import { importYear } from '../../src/cycle/actions.ts';
import type { Db } from '../../src/db/database.ts';
import * as format from '../../src/framework/format.ts';
import { lintFramework } from '../../src/framework/lint.ts';
import { offlineFramework } from '../../src/framework/offline.ts';
import { projectRoot } from '../../src/lib/paths.ts';
import { countRows, documentedExample, documentedFramework, frameworkDatabase } from './database.ts';

const text = readFileSync(join(projectRoot, 'docs', 'framework-format.md'), 'utf8');

describe('docs/framework-format.md', () => {
  let db: Db;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ db, stop } = await frameworkDatabase());
  });
  afterAll(() => stop());

  it('shows a framework file that can be imported', async () => {
    await importYear(db, documentedFramework());
    expect(await countRows(db)).toMatchObject({ frameworks: 1, sub_indicators: 2, variables: 4, rounds: 2 });
  });

  it('shows a values file that fits it', () => {
    const linted = lintFramework(documentedFramework(), null);
    if ('problems' in linted) throw new Error('The example is faulty');
    const values = readValues(documentedExample('json values'), offlineFramework(linted.document), '12M');
    expect(values).toMatchObject({ audits: new Map([['2', '4.5000']]) });
    expect('entries' in values && values.entries.get('1.1/b')).toEqual({ value: '54', status: 'certified' });
  });

  it('tells all mistakes of a values file at once, whatever their kind', () => {
    const linted = lintFramework(documentedFramework(), null);
    if ('problems' in linted) throw new Error('The example is faulty');
    const faulty = {
      values: {
        '1.1': { a: { value: '1,5' }, b: { value: 54, state: 'certified' }, z: { value: 1 } },
        '2': { '1': { value: 2 }, '2': 1 },
        '9': {},
        '8': 5,
      },
      audit_scores: { '2': '7', '1.1': true, '9': '3' },
      more: 1,
    };
    const read = readValues(faulty, offlineFramework(linted.document), '12M');
    expect('problems' in read && read.problems.map((text) => text.replace(/: .*/, '')).sort()).toEqual([
      'audit_scores > 1.1',
      'audit_scores > 2',
      'audit_scores > 9',
      'file',
      'values > 1.1 > a > value',
      'values > 1.1 > b',
      'values > 1.1 > z',
      'values > 2 > 1',
      'values > 2 > 2',
      'values > 8',
      'values > 8',
      'values > 9',
    ]);
  });

  it('describes every field', () => {
    const { roundFields, variableFields, subIndicatorFields, nodeFields, headerFields } = format;
    const fields = {
      ...roundFields,
      ...variableFields,
      ...subIndicatorFields,
      ...nodeFields,
      ...headerFields,
    };
    expect(Object.keys(fields).filter((field) => !text.includes(`\`${field}\``))).toEqual([]);
  });
});
