import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../access/fingerprint.ts';
import { htmlProblems } from '../access/html.ts';
import { sessionCookie } from '../access/people.ts';
import { CASES, type Case } from '../access/requests.ts';
import { historyProblems, scoreProblems } from '../durability/consistency.ts';
import { entryFields } from '../support/entry-form.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { anyText, type Change, changedBody, changes, encoded } from './arbitraries.ts';

// fast-check prints seed and path of a failure; the same seed gives the same forms
const SEED = 2562;
const HANGS_MS = 8000;
const TIME_LIMIT_MS = 2500;

const VISITORS = ['owner', 'certifier', 'kpiOffice'] as const;
type Visitor = (typeof VISITORS)[number];
const FORMS = CASES.filter(({ route }) => route.startsWith('POST ') && !route.endsWith('/logout'));
// these answer by what the session holds, before they look at a field
const UNREAD =
  /\/(?:login\/second-factor|profile\/second-factor(?:\/.*)?|profile\/sessions\/.*|entry\/requests\/:id\/withdrawal)$/;
const oneOfEachRoute = [...new Map(FORMS.map((form) => [form.route, form])).values()].filter(
  ({ route }) => !UNREAD.test(route),
);
/** The forms that take lists or fields by the name, each of which reads them in its own way. */
const TAKES_MANY =
  /\/(?:entry(?:\/preview)?|central|audit|certifications|rejections\/confirmation|grants|receipts|assignments|takeover|accounts|handover|windows\/:change|parts\/:part|variables)$/;
/** Their rows are about something that is used up, and made anew for the next one. */
const PUTS_SOMETHING_THERE = /\/(?:threads|news|import|requests|framework|manuals)(?:\/|$)/;
const PAGES = CASES.filter(({ route }) => route.startsWith('GET '));

const MANY_FIELDS: [string, number, (at: number) => string][] = [
  ['4,000 unknown ones', 4000, (at) => `f${at}=1`],
  ['2,000 values of nobody', 2000, (at) => `value_${at + 1e6}=1&base_${at + 1e6}=1:`],
  ['4,000 times the same one', 4000, () => 'entry=1:1'],
  ['2,900 entries of nobody', 2900, (at) => `entry=${at + 1e6}:1`],
];

let app: TestApp;
const cookies = new Map<Visitor | 'signedOut', string>([['signedOut', '']]);

beforeAll(async () => {
  app = await startTestApp();
  for (const visitor of VISITORS) cookies.set(visitor, await sessionCookie(app, 'krs', PEOPLE[visitor]));
  // some rows are about something that has to be there first
  for (const { row } of CASES) await row.path(app);
});
afterAll(() => app?.stop());

/** As many as the time allows, and at most `numRuns`: a busy machine tries fewer. */
function limits(numRuns: number) {
  return { seed: SEED, numRuns, interruptAfterTimeLimit: TIME_LIMIT_MS, endOnFailure: true };
}

describe('whatever is sent', { timeout: 60_000 }, () => {
  it('no form fails, hangs, or changes a row that it refused to change', async () => {
    let before = await fingerprint(app);
    const anyForm = fc.record({
      form: fc.constantFrom(...FORMS),
      visitor: fc.constantFrom(...VISITORS),
      list: changes,
    });
    await fc.assert(
      fc.asyncProperty(anyForm, async ({ form, visitor, list }) => {
        const [path, body] = await requestOf(form, list);
        if (PUTS_SOMETHING_THERE.test(form.route)) before = await fingerprint(app);
        const { status } = await send(path, body, visitor);
        const after = await fingerprint(app);
        // what is over an older version or locked is left out of a form of entries, the rest of it is saved
        const partly =
          status === 409 && /^POST \/:system\/(?:entry|central|certify\/audit)$/.test(form.route);
        if (status >= 400 && !partly) expect(after, `${form.title} answered ${status}`).toBe(before);
        before = after;
      }),
      limits(600),
    );
    expect(await historyProblems(app.db)).toEqual([]);
    expect(await scoreProblems(app.db)).toEqual([]);
  });

  it('no address fails or hangs', async () => {
    const names = [
      'round',
      'office',
      'node',
      'variable',
      'q',
      'by',
      'page',
      'type',
      'region',
      'status',
      'state',
      'bureau',
      'from',
      'to',
      'outcome',
      'before',
      'after',
      'kind',
      'year',
      'parent',
      'place',
      'open',
      'of',
    ];
    const anyQuestion = fc.record({
      page: fc.constantFrom(...PAGES),
      visitor: fc.constantFrom(...VISITORS),
      query: fc.array(fc.tuple(fc.constantFrom(...names, 'view', 'select', 'next', '__proto__'), anyText), {
        minLength: 1,
        maxLength: 3,
      }),
    });
    await fc.assert(
      fc.asyncProperty(anyQuestion, async ({ page, visitor, query }) => {
        const [path = ''] = (await page.row.path(app)).split('?');
        const question = query.map(([name, text]) => `${name}=${encoded(text.slice(0, 2000))}`).join('&');
        await ask(`${path}?${question}`, { headers: { Cookie: cookies.get(visitor) ?? '' } });
      }),
      limits(500),
    );
  });
});

describe('what was typed', { timeout: 60_000 }, () => {
  it('comes back as it was, escaped, when it is no number', async () => {
    const id = await app.world.entry('open', 'krabi', '3/2.');
    const stored = await fingerprint(app);
    const typed = anyText.filter((text) => text.length <= 200 && isNoNumber(text));
    await fc.assert(
      fc.asyncProperty(typed, async (text) => {
        const fields = { ...(await entryFields(app.db, { [id]: text })) };
        const path = `/krs/entry?round=${app.world.rounds.open}`;
        const answer = await send(path, changedBody(fields, []), 'owner');
        expect(answer.status).toBe(422);
        expect(between(answer.text, `name="value_${id}" value="`, '"')).toBe(escaped(received(text)));
      }),
      limits(60),
    );
    expect(await fingerprint(app)).toBe(stored);
  });

  it('comes back from the login', async () => {
    const typed = anyText.filter((text) => text.trim() !== '' && text.length < 5000);
    await fc.assert(
      fc.asyncProperty(typed, anyText, async (username, password) => {
        const body = `username=${encoded(username)}&password=${encoded(password)}`;
        const answer = await send('/krs/login', body, 'signedOut');
        expect([422, 429]).toContain(answer.status);
        const shown = between(answer.text, 'name="username" value="', '"');
        expect(shown).toBe(escaped(received(username).trim()));
      }),
      limits(60),
    );
  });

  it('comes back from a rejection whose deadline cannot be read', async () => {
    const id = await app.world.entry('open', 'lampang', '1/a');
    const stored = await fingerprint(app);
    const typed = anyText.filter((text) => text.trim() !== '' && text.length < 1000 && !text.includes('\0'));
    await fc.assert(
      fc.asyncProperty(typed, async (reason) => {
        const body = `version=2&reason=${encoded(reason)}&until=${encoded('พรุ่งนี้')}`;
        const answer = await send(`/krs/certify/entries/${id}/rejection`, body, 'certifier');
        expect(answer.status).toBe(422);
        const shown = between(answer.text, 'name="reason"', '</textarea>').replace(/^[^>]*>/, '');
        expect(shown).toBe(escaped(received(reason).trim()));
      }),
      limits(60),
    );
    expect(await fingerprint(app)).toBe(stored);
  });
});

describe('very many fields', () => {
  it.each(['/krs/entry', '/language'])('%s is not read beyond 5,000 of them', async (path) => {
    // one parser for all forms, before it is known which
    const body = Array.from({ length: 10_000 }, (_, at) => `value_${at}=1&base_${at}=1:`).join('&');
    expect((await send(path, body, 'owner')).status).toBe(413);
  });

  it.each(MANY_FIELDS.map((one, turn) => [...one, turn] as const))(
    '%s change nothing, whatever the form',
    async (_what, count, field, turn) => {
      const body = Array.from({ length: count }, (_, at) => field(at)).join('&');
      const before = await fingerprint(app);
      // those that read no lists share the bodies out
      const rest = oneOfEachRoute.filter(({ route }) => !TAKES_MANY.test(route));
      const mine = rest.filter((_, at) => at % MANY_FIELDS.length === turn);
      for (const form of [...oneOfEachRoute.filter(({ route }) => TAKES_MANY.test(route)), ...mine]) {
        const visitor = form.route.includes('/certify/') ? 'kpiOffice' : 'owner';
        const answer = await send(await form.row.path(app), body, visitor);
        expect([200, 400, 403, 404, 413, 422], form.title).toContain(answer.status);
      }
      expect(await fingerprint(app)).toBe(before);
    },
  );
});

async function requestOf(form: Case, list: readonly Change[]): Promise<[path: string, body: string]> {
  const fields = (await form.row.fields?.(app)) ?? {};
  return [await form.row.path(app), changedBody(fields, list)];
}

function send(path: string, body: string, visitor: Visitor | 'signedOut') {
  const headers = {
    Cookie: cookies.get(visitor) ?? '',
    'Content-Type': 'application/x-www-form-urlencoded',
  };
  return ask(path, { method: 'POST', body, headers });
}

/** Asks, and looks at what no answer may be. */
async function ask(path: string, request: RequestInit): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(HANGS_MS);
  const answer = await fetch(app.url + path, { ...request, redirect: 'manual', signal });
  const text = await answer.text();
  expect(answer.status, `${path} ${String(request.body ?? '').slice(0, 300)}\n${text}`).toBeLessThan(500);
  if (answer.headers.get('content-type')?.includes('html')) expect(htmlProblems(text)).toEqual([]);
  return { status: answer.status, text };
}

/** The first piece of a page between two others. */
function between(page: string, before: string, after: string): string {
  const [, rest = 'nothing'] = page.split(before);
  return rest.slice(0, rest.indexOf(after));
}

/** What arrives: of bytes that are no UTF-8, the bytes as they were sent. */
function received(text: string): string {
  return /\p{Surrogate}/u.test(text) ? encoded(text) : text;
}

function isNoNumber(text: string): boolean {
  return text.trim() !== '' && !/[\d๐-๙]/.test(text) && text.replace(/[\s\u00a0\u200b,]/g, '') !== '';
}

function escaped(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? letter);
}
