import type { TestApp } from '../support/test-app.ts';
import type { Person } from '../support/world.ts';
import { behindSignIn, type Expected, type Row } from './expectations.ts';

/** A thread is there for its office, the certifying bureau and the KPI office. */
const ofKrabi = (status: number, others: Parameters<typeof behindSignIn>[1] = {}): Expected =>
  behindSignIn(status, { outsider: 404, otherCertifier: 404, ...others });

/** Documents and comments: who gets which answer. */
export const THREADS_TABLE: Record<string, Row[]> = {
  'GET /:system/threads/:office/:variable': [
    { what: 'krabi, 1/a of bureau 9', path: (app) => pathOf(app, '1/a'), expected: ofKrabi(200) },
    {
      what: 'krabi, 2.2/a of bureau 1',
      path: (app) => pathOf(app, '2.2/a'),
      expected: behindSignIn(200, { outsider: 404, bureau9: 404 }),
    },
    {
      what: 'a round of no such id',
      path: (app) => `${pathOf(app, '1/a')}?round=999`,
      expected: behindSignIn(404),
    },
  ],
  'POST /:system/threads/:office/:variable/comments': [
    {
      what: 'krabi, 1/a',
      path: (app) => `${pathOf(app, '1/a')}/comments`,
      fields: (app) => ({ round: app.world.rounds.open, text: 'ส่งหลักฐานแล้ว' }),
      expected: ofKrabi(303, { idle: 403 }),
    },
    {
      what: 'krabi, 5/a, which is not assigned to the colleague',
      path: (app) => `${pathOf(app, '5/a')}/comments`,
      fields: (app) => ({ round: app.world.rounds.open, text: 'ส่งหลักฐานแล้ว' }),
      expected: ofKrabi(303, { idle: 403, colleague: 403 }),
    },
    {
      what: 'to all offices',
      path: (app) => `${pathOf(app, '1/a')}/comments`,
      fields: (app) => ({
        round: app.world.rounds.open,
        text: 'โปรดรายงาน',
        everybody: '1',
        to: 'all:3',
        confirmed: '1',
      }),
      expected: behindSignIn(303, { district: 403, otherCertifier: 404 }),
    },
  ],
  'POST /:system/threads/:office/:variable/documents': [
    {
      what: 'krabi, 1/a, without a file',
      path: (app) => `${pathOf(app, '1/a')}/documents`,
      fields: (app) => ({ round: app.world.rounds.open, text: 'คำสั่งแต่งตั้ง' }),
      expected: ofKrabi(422, { idle: 403 }),
    },
  ],
  'POST /:system/threads/:office/:variable/receipts': [
    {
      what: 'a comment of krabi',
      path: (app) => `${pathOf(app, '1/a')}/receipts`,
      prepare: (app) => commentBy(app, 'owner'),
      fields: async (app) => ({ items: await commentBy(app, 'owner') }),
      expected: ofKrabi(303, { owner: 404, colleague: 404, idle: 403 }),
    },
    {
      what: 'a comment of the bureau',
      path: (app) => `${pathOf(app, '1/a')}/receipts`,
      prepare: (app) => commentBy(app, 'certifier'),
      fields: async (app) => ({ items: await commentBy(app, 'certifier') }),
      expected: behindSignIn(404, { owner: 303, colleague: 303, idle: 403 }),
    },
  ],
  'POST /:system/threads/:office/:variable/items/:id/withdrawal': [
    {
      what: "the owner's comment",
      path: async (app) => `${pathOf(app, '1/a')}/items/${await commentBy(app, 'owner')}/withdrawal`,
      prepare: (app) => commentBy(app, 'owner'),
      fields: () => ({ confirmed: '1' }),
      expected: ofKrabi(403, { owner: 303 }),
    },
  ],
  'GET /:system/threads/items/:id/receipts': [
    {
      what: 'a comment of the bureau',
      path: async (app) => `/krs/threads/items/${await commentBy(app, 'certifier')}/receipts`,
      expected: behindSignIn(200, { district: 404, otherCertifier: 404 }),
    },
    {
      what: 'a comment of krabi',
      path: async (app) => `/krs/threads/items/${await commentBy(app, 'owner')}/receipts`,
      expected: behindSignIn(404, { krabi: 200 }),
    },
  ],
};

function pathOf({ world }: TestApp, variable: string): string {
  return `/krs/threads/${world.offices.krabi}/${world.variable(variable)}`;
}

const comments = new WeakMap<TestApp, Map<Person, string>>();

/** A comment about 1/a of krabi that nobody has registered or taken back; the same one until somebody has. */
async function commentBy(app: TestApp, sender: 'owner' | 'certifier'): Promise<string> {
  const known = comments.get(app) ?? new Map<Person, string>();
  comments.set(app, known);
  const last = known.get(sender);
  const open = { registered_at: null, withdrawn: false };
  const found =
    last &&
    (await app
      .db('receipts')
      .where({ item_id: last, ...open })
      .first('item_id'));
  if (found) return found.item_id;
  const id = await insertComment(app, sender);
  known.set(sender, id);
  return id;
}

async function insertComment({ db, world }: TestApp, sender: 'owner' | 'certifier'): Promise<string> {
  const isOffice = sender === 'owner';
  const [from, to] = isOffice ? (['krabi', 'bureau9'] as const) : (['bureau9', 'krabi'] as const);
  const place = {
    system_id: world.systems.krs,
    office_id: world.offices.krabi,
    variable_id: world.variable('1/a'),
  };
  const [{ id }] = await db('thread_items').insert(
    {
      ...place,
      round_id: world.rounds.open,
      kind: 'comment',
      text: 'โปรดตรวจสอบ',
      sender_id: world.users[sender],
      side: isOffice ? 'office' : 'bureau',
      sender_office_id: world.offices[from],
    },
    ['id'],
  );
  await db('receipts').insert({
    ...place,
    item_id: id,
    receiver_id: world.offices[to],
    sending_office_id: world.offices[from],
  });
  return id;
}
