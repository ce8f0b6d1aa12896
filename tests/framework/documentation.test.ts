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
