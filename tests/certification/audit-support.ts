import type { Response } from 'supertest';
import type { Agent, TestApp } from '../support/test-app.ts';
import type { WorldOffice } from '../support/world.ts';

/** Opens AUDIT in the open round as the KPI office's page does; no office = all. */
export async function opened(app: TestApp, node: string, office: WorldOffice | null = null): Promise<void> {
  await app.db.raw(
    `insert into audit_openings (node_id, round_id, office_id, reason, opened_by)
     values (?, ?, ?, 'ตรวจสอบแล้ว', ?) on conflict do nothing`,
    [
      app.world.node(node),
      app.world.rounds.open,
      office === null ? null : app.world.offices[office],
      app.world.users.kpiOffice,
    ],
  );
}

/** Nothing is open, nothing given, nothing said. */
export async function cleared(app: TestApp): Promise<void> {
  await app.db.raw('truncate audit_events, audit_scores, audit_openings, audit_requests');
}

export function officePage(app: TestApp, office: WorldOffice = 'krabi'): string {
  return `/krs/certify/offices?round=${app.world.rounds.open}&office=${app.world.offices[office]}`;
}

/** The boxes of the page as it stands now: `auditSeen_<id>` and `audit_<id>`. */
export async function boxesOf(
  app: TestApp,
  agent: Agent,
  office: WorldOffice = 'krabi',
): Promise<Record<string, string>> {
  const { text } = await agent.get(officePage(app, office)).expect(200);
  const fields: Record<string, string> = { round: app.world.rounds.open, office: app.world.offices[office] };
  for (const [, name = '', value = ''] of text.matchAll(/name="(audit(?:Seen)?_\d+)" value="([^"]*)"/g)) {
    fields[name] = value;
  }
  return fields;
}

/** Sends the list's form with these scores typed, by sub-indicator. */
export async function saveBoxes(
  app: TestApp,
  agent: Agent,
  typed: Record<string, string>,
  options: { fields?: Record<string, string>; confirmed?: boolean; htmx?: boolean } = {},
): Promise<Response> {
  const fields = { ...(options.fields ?? (await boxesOf(app, agent))) };
  for (const [node, text] of Object.entries(typed)) fields[`audit_${app.world.node(node)}`] = text;
  if (options.confirmed) fields.confirmed = '1';
  const request = agent.post('/krs/certify/audit').type('form');
  return (options.htmx ? request.set('HX-Request', 'true') : request).send(fields);
}

export async function scoreOf(app: TestApp, node: string, office: WorldOffice = 'krabi') {
  return app
    .db('audit_scores')
    .where({
      round_id: app.world.rounds.open,
      office_id: app.world.offices[office],
      node_id: app.world.node(node),
    })
    .first('score', 'version', { by: 'given_by' });
}

export async function auditEvents(app: TestApp, node: string) {
  return app
    .db('audit_events')
    .where({ node_id: app.world.node(node) })
    .orderBy('id')
    .select(
      'kind',
      'reason',
      { before: 'score_before', after: 'score_after', office: 'office_id', by: 'user_id' },
      {
        onBehalfOf: 'on_behalf_of',
      },
    );
}

/** One box of krabi in the open round, over the score that stands there now. */
export async function boxFields(app: TestApp, node: string, text: string): Promise<Record<string, string>> {
  const id = app.world.node(node);
  const seen = await scoreOf(app, node);
  return {
    round: app.world.rounds.open,
    office: app.world.offices.krabi,
    [`auditSeen_${id}`]: `${seen?.version ?? 0}:${seen?.score ?? ''}`,
    [`audit_${id}`]: text,
  };
}
