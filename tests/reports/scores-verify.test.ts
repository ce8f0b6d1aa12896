import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/scores-verify.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function verify(args: string[] = []): Promise<{ lines: string[]; error: string | null }> {
  const lines: string[] = [];
  try {
    await run(args, { db: app.db }, (line) => lines.push(line));
    return { lines, error: null };
  } catch (error) {
    return { lines, error: String(error) };
  }
}

describe('scores verify', () => {
  it('finds nothing where the stored scores are right, and says how much it read', async () => {
    const { lines, error } = await verify();
    expect(error).toBeNull();
    expect(lines).toEqual([
      'krs · รอบที่ 1 ปี 62 (รอบ 6 เดือน): 3 offices, 36 entries, 45 scores, 0 differences',
      'krs · รอบที่ 2 ปี 62 (รอบ 12 เดือน): 3 offices, 35 entries, 43 scores, 0 differences',
      'All stored scores are what the entries give.',
    ]);
  });

  it('finds tampered, missing and superfluous scores and totals', async () => {
    const where = { round_id: app.world.rounds.open, office_id: app.world.offices.krabi };
    await app
      .db('scores')
      .where({ ...where, node_id: app.world.node('2.1') })
      .update({ certified: '4.9999' });
    await app
      .db('scores')
      .where({ ...where, node_id: app.world.node('3') })
      .update({ reason: null });
    await app
      .db('scores')
      .where({ ...where, node_id: app.world.node('5') })
      .delete();
    await app.db('scores').insert({ ...where, node_id: app.world.node('6'), self_assessed: 5, certified: 5 });
    await app.db('round_offices').where(where).update({ certified: '5' });
    const { lines, error } = await verify();
    expect(error).toContain('8 stored figures');
    const krabi = 'krs · รอบที่ 2 ปี 62 (รอบ 12 เดือน) · สพป.กระบี่';
    expect(lines).toEqual(
      expect.arrayContaining([
        `${krabi} · sub_indicator 2.1 · certified: stored 4.9999, computed 5.0000`,
        `${krabi} · sub_indicator 3 · reason: stored nothing, computed unreported`,
        `${krabi} · sub_indicator 5 · certified: stored nothing, computed 1.0000`,
        `${krabi} · sub_indicator 6 · certified: stored 5.0000, computed nothing`,
        `${krabi} · total · certified: stored 5.0000, computed 1.8778`,
      ]),
    );
  });

  it('refuses options it does not know', async () => {
    expect((await verify(['--fix'])).error).toContain('--fix');
  });
});
