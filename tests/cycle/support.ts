import { expect } from 'vitest';
import { verifyScores } from '../../src/scores/verification/actions.ts';
import { listAllRounds } from '../../src/scores/verification/queries.ts';
import type { TestApp } from '../support/test-app.ts';

export interface NewRound {
  id: string;
  label: string;
}

/** A third round of the world's year, whose entry opens in two weeks; without lists. Its variables are due as in 12M. */
export async function newRound(
  { db, world }: TestApp,
  times: Partial<Record<string, Date>> = {},
): Promise<NewRound> {
  await db.raw(`insert into variable_rounds (variable_id, round_kind, source)
                select variable_id, '9M', source from variable_rounds where round_kind = '12M' on conflict do nothing`);
  const label = 'รอบ 9 เดือน ปี 62';
  const { revision } = await db('frameworks').where({ id: world.frameworkId }).first('revision');
  const round = {
    system_id: world.systems.krs,
    framework_id: world.frameworkId,
    revision,
    fiscal_year: 2562,
    kind: '9M',
    sequence: 3,
    label,
    entry_opens_at: new Date('2019-11-01T00:00:00+07:00'),
    entry_closes_at: new Date('2019-11-20T16:30:00+07:00'),
    certification_closes_at: new Date('2019-12-15T16:30:00+07:00'),
    ...times,
  };
  const [{ id }] = await db('rounds').insert(round, ['id']);
  return { id, label };
}

/** Nothing of the round of `newRound` is left, nor of the tasks. */
export async function noLists({ db }: TestApp): Promise<void> {
  const own = "(select id from rounds where kind = '9M')";
  await db.raw(`
    alter table entry_events disable trigger user; alter table round_events disable trigger user;
    alter table audit_events disable trigger user;
    delete from audit_events where round_id in ${own};
    delete from entry_events where entry_id in (select id from entry_rows where round_id in ${own});
    delete from receipts where item_id in (select id from thread_items where round_id in ${own});
    delete from thread_items where round_id in ${own};
    delete from audit_scores where round_id in ${own};
    delete from permits where round_id in ${own};
    delete from edit_requests where round_id in ${own};
    delete from entry_rows where round_id in ${own};
    delete from scores where round_id in ${own};
    delete from round_offices where round_id in ${own};
    delete from round_events where round_id in ${own};
    delete from rounds where kind = '9M';
    delete from tasks;
    delete from graphile_worker._private_jobs;
    alter table entry_events enable trigger user; alter table round_events enable trigger user;
    alter table audit_events enable trigger user`);
}

/** The round has scores, and they are those that its entries give. */
export async function expectRightScores({ db }: TestApp, { id }: NewRound): Promise<void> {
  const stored = (await listAllRounds(db)).find((round) => round.id === id);
  if (stored === undefined) throw new Error('The round is gone');
  const { scores, differences } = await verifyScores(db, stored);
  expect(scores).toBeGreaterThan(20);
  expect(differences).toEqual([]);
}
