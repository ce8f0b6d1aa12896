import type { Response } from 'supertest';
import { loadFramework } from '../../src/framework/queries.ts';
import { refreshScores } from '../../src/scores/actions.ts';
import { verifyScores } from '../../src/scores/verification/actions.ts';
import { listAllRounds, listRoundOffices } from '../../src/scores/verification/queries.ts';
import type { EntryStatus } from '../../src/scoring/types.ts';
import type { Agent, TestApp } from '../support/test-app.ts';
import type { WorldOffice } from '../support/world.ts';

export type State = 'unreported' | 'pending' | 'certified' | 'rejected' | 'rejected without a value';
export const STATES: State[] = ['unreported', 'pending', 'certified', 'rejected', 'rejected without a value'];

/** Puts an entry of the open round into a state, without history, and makes the stored scores fit. */
export async function given(
  app: TestApp,
  office: WorldOffice,
  variable: string,
  state: State,
): Promise<string> {
  const id = await app.world.entry('open', office, variable);
  const status: EntryStatus = state === 'rejected without a value' ? 'rejected' : state;
  const decided = status === 'certified' || status === 'rejected';
  await app.db('permits').where({ ended_at: null }).update({ ended_at: app.clock.now() });
  await app
    .db('entries')
    .where({ id })
    .update({
      status,
      value: state === 'unreported' || state === 'rejected without a value' ? null : '1',
      reason: status === 'rejected' ? 'เหตุผลเดิม' : null,
      version: app.db.raw('version + 1'),
      decided_by: decided ? app.world.users.bureauAdmin : null,
      decided_at: decided ? app.clock.now() : null,
    });
  await refreshAll(app);
  return id;
}

export async function refreshAll(app: TestApp): Promise<void> {
  for (const round of await listAllRounds(app.db)) {
    const framework = await loadFramework(app.db, round.frameworkId, round.frameworkVersion);
    const offices = await listRoundOffices(app.db, round.id);
    await app.db.transaction((trx) => refreshScores(trx, framework, round, offices));
  }
}

/** What a score recomputed from the entries would be against what is stored: nothing when they agree. */
export async function scoreDifferences(app: TestApp) {
  const rounds = await listAllRounds(app.db);
  return (await Promise.all(rounds.map((round) => verifyScores(app.db, round)))).flatMap(
    (found) => found.differences,
  );
}

export async function stored(app: TestApp, id: string) {
  return app
    .db('entries')
    .where({ id })
    .first('value', 'status', 'version', 'reason', { decidedBy: 'decided_by' });
}

export async function lastEvent(app: TestApp, id: string) {
  return app.db('entry_events').where({ entry_id: id }).orderBy('id', 'desc').first();
}

export async function eventCount(app: TestApp, id?: string): Promise<number> {
  const query = app.db('entry_events').count({ count: '*' });
  const [row] = await (id === undefined ? query : query.where({ entry_id: id }));
  return Number(row?.count);
}

export const VERBS = {
  certify: 'certification',
  cancel: 'certification/delete',
  reject: 'rejection',
  permit: 'permit',
} as const;

/** Does one of the four verbs as the list's form does, on the version that is stored now. */
export async function act(
  app: TestApp,
  agent: Agent,
  verb: keyof typeof VERBS,
  id: string,
  fields: Record<string, string> = {},
): Promise<Response> {
  const { version } = await stored(app, id);
  const typed = verb === 'reject' || verb === 'permit' ? { reason: 'ตามเหตุผลที่พิมพ์' } : {};
  const until = verb === 'permit' ? { until: '2019-11-01T16:30' } : {};
  return agent
    .post(`/krs/certify/entries/${id}/${VERBS[verb]}`)
    .type('form')
    .send({ version: String(version), ...typed, ...until, ...fields });
}

/** The message that the next page shows. */
export async function messageAfter(agent: Agent, response: Response): Promise<string> {
  const page = await agent.get(String(response.headers.location).split('#')[0] ?? '');
  return /<div class="notice[^>]*>[\s\S]*?<p>([\s\S]*?)<\/p>/.exec(page.text)?.[1] ?? '';
}

/** One row of a list page or of an answer for htmx. */
export function rowOf(html: string, id: string): string {
  const start = html.indexOf(`<tr id="e${id}"`);
  return start < 0 ? '' : html.slice(start, html.indexOf('</tr>', start));
}
