import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import { importFramework } from '../../src/framework/actions.ts';
import { lintFramework } from '../../src/framework/lint.ts';
import { offlineFramework } from '../../src/framework/offline.ts';
import { loadFramework, loadFrameworkOf, readFrameworkRows } from '../../src/framework/queries.ts';
import { appliesTo } from '../../src/framework/rules.ts';
import type { Framework, FrameworkNode } from '../../src/framework/types.ts';
import { countStatements } from '../support/statements.ts';
import { frameworkDatabase, seedFramework } from './database.ts';

let db: Db;
let stop: () => Promise<void>;
const ids: Record<string, string> = {};

beforeAll(async () => {
  ({ db, stop } = await frameworkDatabase());
  for (const name of ['krs-2562', 'krs-2559', 'ars-2559']) {
    ({ frameworkId: ids[name] } = await importFramework(db, seedFramework(name)));
  }
});
afterAll(() => stop());

describe('loading', () => {
  it.each(['krs-2562', 'krs-2559', 'ars-2559'])('gives back what the file %s says', async (name) => {
    const linted = lintFramework(seedFramework(name), null);
    if ('problems' in linted) throw new Error('The seed is faulty');
    const stored = await loadFramework(db, ids[name] ?? '', 1);
    expect(withoutIds(stored)).toEqual(withoutIds(offlineFramework(linted.document)));
  });

  it('takes one statement, and none when it was read before', async () => {
    const id = ids['krs-2559'] ?? '';
    await db('frameworks').where({ id }).update({ version: 2, title_th: 'แก้แล้ว' });
    expect(await statementsOf(() => Promise.all([loadFramework(db, id, 2), loadFramework(db, id, 2)]))).toBe(
      1,
    );
    expect(await statementsOf(() => loadFramework(db, id, 2))).toBe(0);
    expect((await loadFramework(db, id, 2)).titleTh).toBe('แก้แล้ว');
  });

  it('shares what was read between the database and its transactions, not between databases', async () => {
    const id = ids['krs-2559'] ?? '';
    const framework = await loadFramework(db, id, 2);
    await db.transaction(async (trx) => expect(await loadFramework(trx, id, 2)).toBe(framework));
    const other = await frameworkDatabase();
    await expect(loadFramework(other.db, id, 2)).rejects.toThrow(`There is no framework ${id}`);
    await other.stop();
  });

  it('does not keep a newer version under the number of an older one', async () => {
    const id = ids['ars-2559'] ?? '';
    await db('frameworks').where({ id }).update({ version: 5 });
    expect((await loadFramework(db, id, 4)).version).toBe(5);
    expect(await statementsOf(() => loadFramework(db, id, 4))).toBe(1);
  });

  it('knows single offices that were added or taken out', async () => {
    const id = ids['krs-2562'] ?? '';
    const office = await db('offices').where({ code: '8101' }).first('id', 'type');
    const node = await db('framework_nodes')
      .where({ framework_id: id, kind: 'sub_indicator', code: '1' })
      .first('id');
    await db('sub_indicator_offices').insert({
      node_id: node.id,
      office_id: office.id,
      included: false,
      reason: 'ไม่มีกลุ่มเป้าหมาย',
    });
    await db('frameworks').where({ id }).update({ version: 2 });
    const framework = await loadFramework(db, id, 2);
    const [first, second] = framework.subIndicators;
    expect(first && appliesTo(first, office)).toBe(false);
    expect(second && appliesTo(second, office)).toBe(true);
  });

  it('of a round that stays on an older revision knows who certifies today', async () => {
    const id = ids['krs-2559'] ?? '';
    const { version } = await db('frameworks').where({ id }).first('version');
    const pinned = { frameworkId: id, frameworkVersion: version, revision: 1, newestRevision: 1 };
    expect(await loadFrameworkOf(db, pinned)).toBe(await loadFramework(db, id, version));
    const content = JSON.stringify(await readFrameworkRows(db, id));
    await db('framework_revisions').insert({ framework_id: id, revision: 1, version, content });
    await db('frameworks')
      .where({ id })
      .update({ revision: 2, version: version + 1 });
    const [one, other] = [...(await loadFramework(db, id, version)).variables.values()];
    const now = await db('offices').whereNot('id', one?.bureauId).where({ kind: 'bureau' }).first('id');
    await db('variables').where({ id: one?.id }).update({ bureau_id: now.id, retired: true });
    const replaced = { ...pinned, newestRevision: 2 };
    expect(await statementsOf(() => loadFrameworkOf(db, replaced))).toBe(1);
    expect(await statementsOf(() => loadFrameworkOf(db, replaced))).toBe(0);
    const { revision, variables } = await loadFrameworkOf(db, replaced);
    expect(revision).toBe(1);
    expect(variables.get(one?.id ?? '')).toEqual({ ...one, bureauId: now.id });
    expect(variables.get(other?.id ?? '')).toEqual(other);
    // what was published remains
    expect((await loadFramework(db, id, version)).variables.get(one?.id ?? '')).toEqual(one);
    // a revision that came in the meantime
    const overtaken = { ...pinned, newestRevision: 3 };
    await loadFrameworkOf(db, overtaken);
    expect(await statementsOf(() => loadFrameworkOf(db, overtaken))).toBe(1);
  });

  it('throws where there is none, and asks again the next time', async () => {
    await expect(loadFramework(db, '999999', 1)).rejects.toThrow('There is no framework 999999');
    expect(await statementsOf(() => loadFramework(db, '999999', 1).catch(() => null))).toBe(1);
  });

  it('holds no more than a few frameworks in memory', async () => {
    const id = ids['krs-2562'] ?? '';
    for (let version = 100; version < 130; version += 1) {
      await db('frameworks').where({ id }).update({ version });
      await loadFramework(db, id, version);
    }
    expect(await statementsOf(() => loadFramework(db, id, 129))).toBe(0);
    expect(await statementsOf(() => loadFramework(db, id, 100))).toBe(1);
  });
});

function statementsOf(work: () => Promise<unknown>): Promise<number> {
  return countStatements(db, work);
}

/** The tree as plain data, without what only this database knows. */
function withoutIds({ fiscalYear, revision, titleTh, titleEn, dimensions, subIndicators }: Framework) {
  const plainNode = (node: FrameworkNode): object => ({
    kind: node.kind,
    code: node.code,
    name: node.name,
    children: node.children.map(plainNode),
  });
  const subs = subIndicators.map(({ id, path, variables, ...rest }) => ({
    ...rest,
    path: path.map((node) => node.code),
    variables: variables.map(({ id: _, subIndicatorId, bureauId, ...variable }) => ({
      ...variable,
      isItsOwn: subIndicatorId === id,
    })),
  }));
  return { fiscalYear, revision, titleTh, titleEn, dimensions: dimensions.map(plainNode), subs };
}
