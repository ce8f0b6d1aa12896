import type { Agent, TestApp } from '../support/test-app.ts';
import type { WorldOffice, WorldRound } from '../support/world.ts';

/** The address of a thread. */
export function threadPath({ world }: TestApp, office: WorldOffice = 'krabi', variable = '1/a'): string {
  return `/krs/threads/${world.offices[office]}/${world.variable(variable)}`;
}

/** A comment as the thread's form sends it. */
export function comment(
  app: TestApp,
  agent: Agent,
  fields: Record<string, string> = {},
  { office = 'krabi', variable = '1/a', round = 'open' as WorldRound } = {},
) {
  return agent
    .post(`${threadPath(app, office as WorldOffice, variable)}/comments`)
    .type('form')
    .send({ round: app.world.rounds[round], text: 'โปรดตรวจสอบ', ...fields });
}

/** Documents as the thread's form sends them. */
export function attach(
  app: TestApp,
  agent: Agent,
  files: Record<string, string | Buffer> = { 'หลักฐาน.txt': 'หลักฐาน' },
  fields: Record<string, string> = {},
  { office = 'krabi', variable = '1/a', round = 'open' as WorldRound } = {},
) {
  const request = agent.post(`${threadPath(app, office as WorldOffice, variable)}/documents`);
  const all = { round: app.world.rounds[round], text: 'คำสั่งแต่งตั้ง', ...fields };
  for (const [name, value] of Object.entries(all)) request.field(name, value);
  for (const [name, content] of Object.entries(files)) {
    request.attach('files', Buffer.from(content), { filename: name, contentType: 'text/plain' });
  }
  return request;
}

export function register(app: TestApp, agent: Agent, ids: string[], path = threadPath(app)) {
  return agent
    .post(`${path}/receipts`)
    .type('form')
    .send({ items: ids.join(','), round: app.world.rounds.open });
}

export function takeBack(app: TestApp, agent: Agent, id: string, path = threadPath(app)) {
  return agent.post(`${path}/items/${id}/withdrawal`).type('form').send({ confirmed: '1' });
}

export interface StoredItem {
  id: string;
  kind: string;
  text: string;
  side: string;
  office_id: string | null;
  round_id: string;
  sender_id: string;
  on_behalf_of: string | null;
  deadline: Date | null;
  until: Date | null;
  withdrawn_at: Date | null;
}

/** Everything that was sent, oldest first. */
export function items(app: TestApp): Promise<StoredItem[]> {
  return app.db('thread_items').orderBy('id').select('*');
}

export async function lastItem(app: TestApp): Promise<StoredItem> {
  const item = (await items(app)).at(-1);
  if (item === undefined) throw new Error('nothing was sent');
  return item;
}

export function receipts(app: TestApp, itemId: string) {
  return app.db('receipts').where({ item_id: itemId }).orderBy('office_id').select('*');
}

/** Throws everything that was said away, and makes the world's entries of krabi as they were. */
export async function startAfresh(app: TestApp): Promise<void> {
  await app.db.raw(
    'truncate thread_items, receipts, stored_files, thread_notices, notices, mails restart identity cascade',
  );
  await app.db.raw('delete from graphile_worker._private_jobs');
}
