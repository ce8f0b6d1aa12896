import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { entryFields } from '../support/entry-form.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';

const PAGE_LIMIT = 8;
const SAVE_LIMIT = 12;

let app: TestApp;
let owner: Agent;
let path: string;
const query = pg.Client.prototype.query;
const statements: string[] = [];

beforeAll(async () => {
  app = await startTestApp();
  owner = await signIn(app, 'krs', PEOPLE.owner);
  path = `/krs/entry?round=${app.world.rounds.open}`;
  // the framework and the systems are kept in memory from here on, and connections are open
  await owner.get(path).expect(200);
  await owner.get(path).expect(200);
  pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]) {
    statements.push(textOf(args[0]));
    return Reflect.apply(query, this, args);
  } as typeof query;
});
afterAll(async () => {
  pg.Client.prototype.query = query;
  await app?.stop();
});
afterEach(() => {
  statements.length = 0;
});

describe('the number of SQL statements, session and user included', () => {
  it('of the entry page', async () => {
    await owner.get(path).expect(200);
    expect(statements.length, listed()).toBeLessThanOrEqual(PAGE_LIMIT);
    expect(statements.length, 'the counter works').toBeGreaterThan(2);
  });

  it('of the entry page as a browser asks for it: the session brings the rounds of its office', async () => {
    const plain = await owner.get(path).expect(200);
    const asked = statements.length;
    statements.length = 0;
    const page = await owner.get(path).set('Accept', 'text/html,*/*;q=0.8').expect(200);
    expect(statements.length, listed()).toBe(asked);
    const [session = '', rounds = ''] = statements;
    expect(session).toContain('s.sess');
    expect(rounds).toMatch(/from rounds r[\s\S]*from sessions s/);
    expect(menuOf(page.text)).toEqual(menuOf(plain.text));
    expect(menuOf(page.text).join()).toContain(`/krs/entry?round=${app.world.rounds.open}`);
  });

  it('of saving is the same for one value and for all', async () => {
    const one = await count(await form({ '1/a': '46' }));
    const all = await count(
      await form({ '1/a': '47', '1/b': '90', '2.2/a': '5', '5/a': '20.5', ...steps('1') }),
    );
    expect(one.length, listed(one)).toBeLessThanOrEqual(SAVE_LIMIT);
    expect(all, 'one value and all values').toEqual(one);
    const cleared = await count(await form({ '1/a': '', '1/b': '', '2.2/a': '', '5/a': '', ...steps('') }));
    expect(cleared).toEqual(one);
  });

  it('of the preview is the same for one value and for all', async () => {
    const preview = path.replace('/entry', '/entry/preview');
    const one = await count(await form({ '1/a': '46' }), preview, 200);
    const all = await count(
      await form({ '1/a': '47', '1/b': '90', '2.2/a': '5', ...steps('1') }),
      preview,
      200,
    );
    expect(one.length, listed(one)).toBeLessThanOrEqual(PAGE_LIMIT);
    expect(all).toEqual(one);
  });

  it('of a form that comes back is that of saving and of the page together', async () => {
    const refused = await count(await form({ '1/a': 'x', '1/b': 'y' }), path, 422);
    expect(refused.length, listed(refused)).toBeLessThanOrEqual(SAVE_LIMIT);
  });
});

/** The statements of sending this form. */
async function count(fields: Record<string, string>, to = path, status = 303): Promise<string[]> {
  statements.length = 0;
  await owner.post(to).type('form').send(fields).expect(status);
  return statements.splice(0);
}

async function form(typed: Record<string, string>): Promise<Record<string, string>> {
  const ids = Object.entries(typed).map(async ([variable, text]) => [
    await app.world.entry('open', 'krabi', variable),
    text,
  ]);
  return entryFields(app.db, Object.fromEntries(await Promise.all(ids)));
}

function steps(text: string): Record<string, string> {
  return Object.fromEntries([1, 2, 3, 4, 5].map((step) => [`3/${step}.`, text]));
}

function listed(list = statements): string {
  return list.map((text) => text.replace(/\s+/g, ' ').slice(0, 100)).join('\n');
}

/** A statement's text, whichever way the driver was called. */
function textOf(first: unknown): string {
  if (typeof first === 'string') return first;
  const { text } = (first ?? {}) as { text?: unknown };
  return typeof text === 'string' ? text : String(first);
}

function menuOf(page: string): string[] {
  return [...page.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '');
}
