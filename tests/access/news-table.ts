import type { TestApp } from '../support/test-app.ts';
import { behindSignIn, type Row } from './expectations.ts';

/** รายการใหม่: who sees it, and who registers what of it. */
export const NEWS_TABLE: Record<string, Row[]> = {
  'GET /:system/news': [
    { what: 'the own side', path: () => '/krs/news', expected: behindSignIn(200) },
    {
      what: 'narrowed',
      path: () => '/krs/news?kind=deadline&year=2562&bureau=all',
      expected: behindSignIn(200),
    },
    {
      what: 'narrowed to an office',
      path: ({ world }) => `/krs/news?office=${world.offices.krabi}`,
      expected: behindSignIn(200),
    },
  ],
  'GET /:system/news/sent': [
    { what: 'the own side', path: () => '/krs/news/sent', expected: behindSignIn(200) },
    {
      what: 'a page further on',
      path: () => '/krs/news/sent?from=1&kind=comment',
      expected: behindSignIn(200),
    },
  ],
  'POST /:system/news/receipts': [
    {
      what: 'a comment to krabi about 5/a, which only its admin reports',
      path: () => '/krs/news/receipts',
      prepare: (app) => commentOn(app, '5/a', 'bureau'),
      fields: async (app) => ({ items: await commentOn(app, '5/a', 'bureau') }),
      expected: behindSignIn(404, { krabi: 403, owner: 303 }),
    },
    {
      what: 'a comment of krabi about 1/a, which bureau 9 certifies',
      path: () => '/krs/news/receipts',
      prepare: (app) => commentOn(app, '1/a', 'office'),
      fields: async (app) => ({ items: await commentOn(app, '1/a', 'office') }),
      expected: behindSignIn(404, { bureau9: 303, kpiOffice: 303 }),
    },
    {
      what: 'nothing',
      path: () => '/krs/news/receipts',
      fields: () => ({}),
      expected: behindSignIn(400),
    },
  ],
};

/** A comment of one side that nobody has registered, as the form names it: the one that is there, or a new one. */
async function commentOn(
  { db, world }: TestApp,
  variable: string,
  side: 'office' | 'bureau',
): Promise<string> {
  const office = world.offices.krabi;
  const { bureau_id: bureau } = await db('variables')
    .where({ id: world.variable(variable) })
    .first('bureau_id');
  const [receiver, sending] = side === 'office' ? [bureau, office] : [office, bureau];
  const waiting = await db('receipts')
    .where({ receiver_id: receiver, office_id: office, variable_id: world.variable(variable) })
    .where({ registered_at: null, withdrawn: false })
    .first('item_id');
  if (waiting !== undefined) return `${waiting.item_id}-${office}`;
  const [{ id }] = await db('thread_items').insert(
    {
      system_id: world.systems.krs,
      variable_id: world.variable(variable),
      office_id: office,
      round_id: world.rounds.open,
      kind: 'comment',
      text: 'โปรดตรวจสอบ',
      sender_id: side === 'office' ? world.users.owner : world.users.certifier,
      side,
      sender_office_id: sending,
    },
    ['id'],
  );
  await db('receipts').insert({
    item_id: id,
    system_id: world.systems.krs,
    receiver_id: receiver,
    office_id: office,
    variable_id: world.variable(variable),
    sending_office_id: sending,
  });
  return `${id}-${office}`;
}
