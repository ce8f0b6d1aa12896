import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Db } from '../../src/db/database.ts';
import { boxFields, opened } from '../certification/audit-support.ts';
import { entryFields } from '../support/entry-form.ts';
import { storeDocument } from '../support/files.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { htmlProblems } from './html.ts';
import { type Visitor, visit } from './people.ts';
import { CASES, type Case, send } from './requests.ts';

/** Every text that somebody typed once and that pages show. */
const STORED = {
  systems: ['brand', 'name_th'],
  offices: ['name', 'short_name', 'list_label'],
  users: ['name', 'position', 'phone', 'email'],
  framework_nodes: ['code', 'name'],
  sub_indicators: ['result_unit'],
  variables: ['name', 'unit', 'explanation'],
  rounds: ['label'],
  entries: ['reason'],
  permits: ['reason'],
  entry_events: ['reason'],
  thread_items: ['text'],
  stored_files: ['original_name'],
  audit_requests: ['reason', 'answer'],
  audit_openings: ['reason'],
  audit_events: ['reason'],
};

const AS_HTMX = { 'HX-Request': 'true' };

/** Shown by no page yet. */
const NOWHERE = ['permits.reason', 'entry_events.reason'];

let app: TestApp;
const agents = new Map<Visitor, Agent>();
const shown = new Set<string>();

beforeAll(async () => {
  app = await startTestApp();
  await storeDocument(app);
  await opened(app, '3', 'krabi');
  await asked(app);
  await poison(app.db, app.world.rounds.open);
  for (const visitor of ['owner', 'certifier', 'kpiOffice', 'signedOut'] as const) {
    agents.set(visitor, await visit(app, visitor));
  }
});
afterAll(() => app?.stop());

/**
 * Breaks out of a text, of an attribute in either kind of quotes, of a script, of a template and of a catalogue's text.
 */
function payload(name: string): string {
  return `"'><img src=x onerror=alert(1)></title></script><script>alert(1)</script>{{7*7}}$t(common.logout)<%= 7*7 %>${name}`;
}

// reading first: decisions replace the stored reasons
const pages = CASES.filter(
  ({ route }) =>
    /\/:system|GET \/$/.test(route) && !/logout|language|preview|threads\/files|\/file$|\.json$/.test(route),
);
const inOrder = [...pages].sort((a, b) => a.route.localeCompare(b.route));

describe.each(['owner', 'certifier', 'kpiOffice', 'signedOut'] as const)('the pages of %s', (visitor) => {
  // refusals show nothing that is stored
  const shownTo = inOrder.filter(({ row }) => ![303, 400, 403, 404].includes(row.expected[visitor]));
  it.each(shownTo)('$title', async (request) => {
    await request.row.prepare?.(app);
    check((await ask(request, visitor)).text);
    if (/certify|explanation|threads/.test(request.route)) check((await ask(request, visitor, AS_HTMX)).text);
  });
});

it('every stored text was met on some page', () => {
  const all = Object.entries(STORED).flatMap(([table, columns]) =>
    columns.map((column) => `${table}.${column}`),
  );
  expect([...shown].sort()).toEqual(all.filter((name) => !NOWHERE.includes(name)).sort());
});

describe('what was typed comes back escaped', () => {
  const typed = payload('typed');
  const shownAgain = 'onerror=alert(1)&gt;';

  it('at the login', async () => {
    const answer = await app.agent().post('/krs/login').type('form').send({ username: typed, password: 'x' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(shownAgain);
    check(answer.text);
  });

  it('on the entry page', async () => {
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const id = await app.world.entry('open', 'krabi', '3/1.');
    const form = await entryFields(app.db, { [id]: typed });
    const answer = await owner.post('/krs/entry').type('form').send(form).expect(422);
    expect(answer.text).toContain(shownAgain);
    check(answer.text);
    const preview = await owner.post('/krs/entry/preview').type('form').send(form).expect(200);
    expect(preview.type).toBe('application/json');
  });

  it('in the reason of a rejection and the time of a permit', async () => {
    const certifier = await signIn(app, 'krs', PEOPLE.certifier);
    const id = await app.world.entry('open', 'krabi', '1/b');
    const form = { version: '2', reason: typed, until: typed, view: typed, status: typed };
    for (const act of ['rejection', 'permit']) {
      const answer = await certifier
        .post(`/krs/certify/entries/${id}/${act}`)
        .type('form')
        .send(form)
        .expect(422);
      expect(answer.text).toContain(shownAgain);
      check(answer.text);
    }
  });

  it('in a box of AUDIT and in the reason for opening it', async () => {
    const kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const box = await boxFields(app, '3', typed);
    const answer = await kpiOffice.post('/krs/certify/audit').type('form').send(box).expect(422);
    const page = `/krs/audit/nodes/${app.world.node('3')}/openings?round=${app.world.rounds.open}`;
    const opening = await kpiOffice.post(page).type('form').send({ reason: typed }).expect(422);
    for (const { text } of [answer, opening]) {
      expect(text).toContain(shownAgain);
      check(text);
    }
  });

  it('in the forms of a thread', async () => {
    const owner = await signIn(app, 'krs', PEOPLE.owner);
    const path = `/krs/threads/${app.world.offices.krabi}/${app.world.variable('1/a')}`;
    const form = { round: app.world.rounds.open, text: typed.repeat(40).slice(0, 4001) };
    for (const part of ['comments', 'documents']) {
      const answer = await owner.post(`${path}/${part}`).type('form').send(form).expect(422);
      expect(answer.text).toContain(shownAgain);
      check(answer.text);
    }
  });

  it('in a search, a filter, and the address of a page', async () => {
    const kpiOffice = await signIn(app, 'krs', PEOPLE.kpiOffice);
    const q = encodeURIComponent(typed.slice(0, 60));
    for (const path of [
      `/krs/search?q=${q}`,
      `/krs/status?q=${q}&type=${q}`,
      `/krs/login?next=${q}`,
      `/krs/${q}`,
    ]) {
      check((await kpiOffice.get(path)).text);
      check((await app.agent().get(path)).text);
    }
  });
});

async function ask(request: Case, visitor: Visitor, headers = {}) {
  const agent = request.row.freshSession ? await visit(app, visitor) : agents.get(visitor);
  if (agent === undefined) throw new Error(`${visitor} has no browser`);
  return send(app, request, agent, headers);
}

/** A request for AUDIT of bureau 9 that was declined, with its history. */
async function asked({ db, world }: TestApp): Promise<void> {
  const of3 = { node_id: world.node('3'), round_id: world.rounds.open };
  const answered = {
    state: 'declined',
    answer: 'x',
    answered_by: world.users.kpiOffice,
    answered_at: db.fn.now(),
  };
  const by = { bureau_id: world.offices.bureau9, requested_by: world.users.certifier };
  await db('audit_requests').insert({ ...of3, ...by, ...answered, reason: 'x' });
  await db('audit_events').insert({ ...of3, kind: 'request', reason: 'x', user_id: world.users.certifier });
}

/** Nothing of a payload is a tag or leaves its attribute; what was escaped is noted. */
function check(html: string): void {
  expect(html).not.toMatch(/<img src=x|<script>|<\/title><\/script>|>49|"'>/);
  expect(htmlProblems(html)).toEqual([]);
  for (const [, name = ''] of html.matchAll(
    /\{\{7\*7\}\}\$t\(common\.logout\)&lt;%= 7\*7 %&gt;([a-z_]+\.[a-z_]+)/g,
  ))
    shown.add(name);
}

async function poison(db: Db, openRound: string): Promise<void> {
  await db.raw('alter table entry_events disable trigger entry_events_append_only');
  await db.raw('alter table audit_events disable trigger audit_events_append_only');
  await db.raw('alter table thread_items disable trigger thread_items_never_edited');
  await db('permits').insert({
    round_id: openRound,
    office_id: db('offices').where({ code: '8101' }).select('id'),
    variable_id: db('entries').where({ round_id: openRound, status: 'pending' }).min('variable_id'),
    until: '2019-10-25T16:30:00+07:00',
    reason: 'x',
    granted_by: db('users').where({ username: PEOPLE.certifier }).select('id'),
  });
  for (const [table, columns] of Object.entries(STORED)) {
    for (const column of columns) {
      const unique = column === 'code' ? " || ' ' || id" : '';
      const rows = column === 'reason' ? 'where reason is not null' : '';
      await db.raw(`update ${table} set ${column} = ?${unique} ${rows}`, [payload(`${table}.${column}`)]);
    }
  }
}
