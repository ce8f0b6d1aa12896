import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importYear } from '../../src/cycle/actions.ts';
import type { Db } from '../../src/db/database.ts';
import type { FrameworkDocument } from '../../src/framework/format.ts';
import { lintFramework } from '../../src/framework/lint.ts';
import { offlineFramework } from '../../src/framework/offline.ts';
import { FrameworkRefused } from '../../src/framework/problems.ts';
import { toScoring } from '../../src/framework/rules.ts';
import { scoreOffice } from '../../src/scoring/index.ts';
import { countRows, frameworkDatabase, seedFramework } from './database.ts';
import { mutated, retold } from './mutations.ts';

const SEEDS = ['krs-2562', 'krs-2559', 'ars-2559'].map(seedFramework);
// A busy machine is slow at this.
const ONE_MINUTE = 60_000;
const anyMutation = fc.oneof(...SEEDS.map(mutated));

const UNDO = new Error('undone');

describe('the checks', () => {
  it(
    'answer a document that can be scored or a list of problems, whatever the file',
    () => {
      fc.assert(
        fc.property(fc.oneof({ weight: 9, arbitrary: anyMutation }, fc.jsonValue()), (json) => {
          const linted = lintFramework(json, null);
          if ('document' in linted) expectScorable(linted.document);
          else expect(linted.problems.every(({ place, message }) => place && message)).toBe(true);
          expect('document' in linted || linted.problems.length > 0).toBe(true);
        }),
        { numRuns: 120 },
      );
    },
    ONE_MINUTE,
  );
});

/** Formulas and criteria that passed have a result as soon as there are values. */
function expectScorable(document: FrameworkDocument): void {
  const framework = offlineFramework(document);
  for (const { kind } of document.rounds) {
    const tree = toScoring(framework, kind, { id: '1', type: 'สพป' });
    for (const score of scoreOffice(tree, new Map(), new Map()).subIndicators.values()) {
      expect(score.noResult).toMatchObject({ reason: 'missing_value' });
    }
  }
}

describe('the import', () => {
  let db: Db;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    ({ db, stop } = await frameworkDatabase());
  });
  afterAll(() => stop());

  it(
    'stores everything that passes the checks, and refuses the rest with a list',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(anyMutation, ...SEEDS.map(retold)), async (json) => {
          const trial = db.transaction(async (trx) => {
            try {
              await importYear(trx, json);
            } catch (error) {
              if (!(error instanceof FrameworkRefused)) throw error;
              expect(error.problems.length).toBeGreaterThan(0);
              expect(Object.values(await countRows(trx)).every((count) => count === 0)).toBe(true);
            }
            throw UNDO;
          });
          await expect(trial).rejects.toBe(UNDO);
        }),
        { numRuns: 60 },
      );
    },
    ONE_MINUTE,
  );
});
