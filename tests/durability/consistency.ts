import type { Db } from '../../src/db/database.ts';
import { verifyScores } from '../../src/scores/verification/actions.ts';
import { listAllRounds } from '../../src/scores/verification/queries.ts';
import type { Acknowledged } from './savers.ts';

const UNFAITHFUL_ENTRIES = `
  select e.id, e.value, e.status, e.version, h.events, l.value_after, l.status_after
    from entries e
    join lateral (
      select count(*)::int as events from entry_events where entry_id = e.id and kind <> 'permit'
    ) h on true
    left join lateral (
      select * from entry_events where entry_id = e.id order by id desc limit 1
    ) l on true
   where e.version <> h.events + 1
      or e.value is distinct from l.value_after
      or e.status <> coalesce(l.status_after, 'unreported')`;

const BROKEN_CHAINS = `
  select id, entry_id from (
    select id, entry_id, value_before, status_before,
           lag(value_after) over w as value_earlier, lag(status_after) over w as status_earlier,
           row_number() over w as at
      from entry_events window w as (partition by entry_id order by id)
  ) x
   where at > 1 and (value_before is distinct from value_earlier or status_before <> status_earlier)`;

/**
 * Entries whose last event is not what they hold, or that changed another number of times than their version
 * says, and histories with a gap; empty when all is well.
 */
export async function historyProblems(db: Db): Promise<object[]> {
  const [entries, chains] = await Promise.all([db.raw(UNFAITHFUL_ENTRIES), db.raw(BROKEN_CHAINS)]);
  return [...entries.rows, ...chains.rows];
}

/** Stored scores that differ from a recomputation; empty when all is well. */
export async function scoreProblems(db: Db): Promise<object[]> {
  const rounds = await listAllRounds(db);
  const all = await Promise.all(rounds.map((round) => verifyScores(db, round)));
  // a round that was planned has no lists yet
  const verified = all.filter(({ offices }) => offices.length > 0);
  if (verified.length === 0 || verified.some(({ scores }) => scores === 0))
    throw new Error('nothing to verify');
  return verified.flatMap(({ differences }) => differences);
}

/** Acknowledged saves without a history row. */
export async function lostSaves(db: Db, acknowledged: readonly Acknowledged[]): Promise<Acknowledged[]> {
  const rows: { entry_id: string; value_after: string }[] = await db('entry_events')
    .where({ kind: 'save' })
    .select('entry_id', 'value_after');
  const kept = new Set(rows.map((row) => `${row.entry_id} ${Number(row.value_after)}`));
  return acknowledged.filter(({ entryId, value }) => !kept.has(`${entryId} ${Number(value)}`));
}

/** Moves the open round's windows around the real present: the server's own clock cannot be turned. */
export async function openRoundNow(db: Db, roundId: string): Promise<void> {
  await db.raw(
    `update rounds set entry_opens_at = now() - interval '1 day', entry_closes_at = now() + interval '1 day',
            certification_closes_at = now() + interval '2 days' where id = ?`,
    [roundId],
  );
}
