import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pruneLoginHistory } from '../../src/auth/history/actions.ts';
import { textOf } from '../reports/support.ts';
import { downloadSheet } from '../support/spreadsheet.ts';
import { countStatements } from '../support/statements.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person, WORLD_NOW } from '../support/world.ts';

const READERS = ['owner', 'colleague', 'outsider', 'certifier', 'bureauAdmin', 'kpiOffice'] as const;
const NEWEST = new Date('2019-10-14T16:30:05+07:00');

let app: TestApp;
const agents = {} as Record<(typeof READERS)[number], Agent>;

beforeAll(async () => {
  app = await startTestApp();
  for (const person of READERS) agents[person] = await signIn(app, 'krs', PEOPLE[person satisfies Person]);
});
afterAll(() => app.stop());
beforeEach(() => app.db('login_events').delete());

interface Line {
  username: string;
  user_id?: string | null;
  at?: Date;
  outcome?: string;
  [column: string]: unknown;
}

/** Writes lines as the login does; of a person with an account unless `user_id` is given. */
async function write(...lines: Line[]): Promise<void> {
  const byName = new Map(Object.entries(PEOPLE).map(([person, name]) => [name as string, person as Person]));
  const known = (username: string) => {
    const person = byName.get(username);
    return person === undefined ? null : app.world.users[person];
  };
  await app.db('login_events').insert(
    lines.map((line) => ({
      system_id: app.world.systems.krs,
      user_id: known(line.username),
      outcome: 'success',
      at: NEWEST,
      ...line,
    })),
  );
}

async function shown(agent: Agent, query = ''): Promise<string[]> {
  const { text } = await agent.get(`/krs/logins?${query}`).expect(200);
  return [...text.matchAll(/<td class="username"[^>]*>([^<]*)/g)].map(([, name = '']) => name);
}

describe('the login history', () => {
  it('has a line with date, time, username, name, address, host, system, browser and outcome', async () => {
    await write(
      {
        username: PEOPLE.owner,
        address: '198.51.100.4',
        host_name: 'pc4.example.org',
        os: 'Windows 10',
        browser: 'Chrome 126.0.0.0',
      },
      { username: 'nobody', outcome: 'wrong', at: new Date(NEWEST.getTime() - 1) },
    );
    const { text } = await agents.kpiOffice.get('/krs/logins').expect(200);
    const { name } = await app.db('users').where({ id: app.world.users.owner }).first('name');
    const head = ['วันที่', 'เวลา', 'ชื่อผู้ใช้งาน', 'ชื่อ-สกุล', 'IPAddress', 'HostName', 'OS', 'Browser', 'ผล'];
    expect(textOf(text)).toContain(head.join(' '));
    expect(textOf(text)).toContain(
      `14 ต.ค. 2562 16:30:05 8101 ${name} สพป.กระบี่ 198.51.100.4 pc4.example.org Windows 10 Chrome 126.0.0.0 สำเร็จ`,
    );
    expect(textOf(text)).toContain('nobody – – – – – ไม่สำเร็จ: ไม่มีชื่อผู้ใช้งานนี้');
    expect(text).toContain('ทั้งหมด 2 ครั้ง');
  });

  it('shows what was typed as text', async () => {
    await write({ username: '<b>"x"', outcome: 'wrong', host_name: '<i>host</i>', browser: '<script>' });
    const { text } = await agents.kpiOffice.get('/krs/logins').expect(200);
    expect(text).toContain('&lt;b&gt;');
    expect(text).not.toMatch(/<i>host|<td[^>]*><script>/);
  });

  it('reads well in English', async () => {
    await write({ username: PEOPLE.owner, outcome: 'slowed' });
    await agents.owner.post('/krs/language').type('form').send({ locale: 'en' });
    const { text } = await agents.owner.get('/krs/logins').expect(200);
    await agents.owner.post('/krs/language').type('form').send({ locale: 'th' });
    expect(textOf(text)).toMatch(/Date Time Username Name IP address Host name OS Browser Result/);
    expect(text).toContain('Failed: too many attempts');
  });
});

describe('who sees what', () => {
  beforeEach(async () => {
    const { ars } = app.world.systems;
    await write(
      ...Object.values(PEOPLE).map((username) => ({ username })),
      { username: PEOPLE.colleague, outcome: 'wrong' },
      { username: 'stranger', outcome: 'wrong' },
      { username: PEOPLE.owner, system_id: ars, user_id: null },
    );
    const ownerInArs = await app.db('users').where({ system_id: ars, username: PEOPLE.owner }).first('id');
    await write({ username: PEOPLE.owner, system_id: ars, user_id: ownerInArs.id });
  });

  it('a reporter and a certifier: the own, failures too', async () => {
    expect(await shown(agents.colleague)).toEqual([PEOPLE.colleague, PEOPLE.colleague]);
    expect(await shown(agents.outsider)).toEqual([PEOPLE.outsider]);
    expect(await shown(agents.certifier)).toEqual([PEOPLE.certifier]);
    // no wish widens this
    const wishes = `office=${app.world.offices.krabi}&q=${PEOPLE.owner}`;
    expect(await shown(agents.outsider, wishes)).toEqual([]);
    expect(await shown(agents.outsider, `office=${app.world.offices.krabi}`)).toEqual([PEOPLE.outsider]);
  });

  it('an admin: the people of the own office, disabled ones too', async () => {
    const { owner, colleague, idle, former, certifier, bureauAdmin } = PEOPLE;
    expect((await shown(agents.owner)).sort()).toEqual([owner, colleague, colleague, idle, former].sort());
    expect((await shown(agents.bureauAdmin)).sort()).toEqual([certifier, bureauAdmin].sort());
    expect(await shown(agents.owner, `office=${app.world.offices.lampang}&q=${PEOPLE.outsider}`)).toEqual([]);
    expect(await shown(agents.owner, 'q=stranger')).toEqual([]);
  });

  it('the KPI office: all of the system, or an office', async () => {
    const all = await shown(agents.kpiOffice);
    expect(all).toHaveLength(Object.keys(PEOPLE).length + 2);
    expect(all).toContain('stranger');
    expect(await shown(agents.kpiOffice, `office=${app.world.offices.lampang}`)).toEqual([PEOPLE.outsider]);
    await agents.kpiOffice.get('/krs/logins?office=999999').expect(404);
  });

  it('in the file as on the page', async () => {
    for (const person of READERS) {
      const { rows } = await downloadSheet(agents[person], '/krs/logins.xlsx');
      const names = rows.slice(1).map((row) => String(row[2]));
      expect(names.sort(), person).toEqual((await shown(agents[person])).sort());
    }
  });
});

describe('the filters', () => {
  it('by day, both days included, in Bangkok', async () => {
    for (const [username, at] of [
      ['a', '2019-10-01T23:59:59.999+07:00'],
      ['b', '2019-10-02T00:00:00+07:00'],
      ['c', '2019-10-03T23:59:59.999+07:00'],
      ['d', '2019-10-04T00:00:00+07:00'],
    ] as const)
      await write({ username, at: new Date(at) });
    expect(await shown(agents.kpiOffice, 'from=2019-10-02&to=2019-10-03')).toEqual(['c', 'b']);
    expect(await shown(agents.kpiOffice, 'from=2562-10-02&to=๒๕๖๒-๑๐-๐๓')).toEqual(['c', 'b']);
    expect(await shown(agents.kpiOffice, 'from=2019-10-03')).toEqual(['d', 'c']);
    expect(await shown(agents.kpiOffice, 'to=2019-10-01')).toEqual(['a']);
  });

  it('by outcome', async () => {
    await write(
      { username: PEOPLE.owner },
      { username: 'x', outcome: 'wrong' },
      { username: 'y', outcome: 'slowed' },
    );
    expect((await shown(agents.kpiOffice, 'outcome=failed')).sort()).toEqual(['x', 'y']);
    expect(await shown(agents.kpiOffice, 'outcome=success')).toEqual([PEOPLE.owner]);
  });

  it('by part of a username or name; of usernames that nobody has, by their beginning', async () => {
    await write(
      { username: PEOPLE.colleague },
      { username: 'Wrongjai', outcome: 'wrong' },
      { username: 'jailer', outcome: 'wrong' },
    );
    const { name } = await app.db('users').where({ id: app.world.users.colleague }).first('name');
    expect(await shown(agents.kpiOffice, 'q=MJAI')).toEqual([PEOPLE.colleague]);
    expect((await shown(agents.kpiOffice, 'q=jai')).sort()).toEqual(['jailer', PEOPLE.colleague].sort());
    expect(await shown(agents.kpiOffice, 'q=wrong')).toEqual(['Wrongjai']);
    expect(await shown(agents.kpiOffice, `q=${encodeURIComponent(name.slice(-4))}`)).toEqual([
      PEOPLE.colleague,
    ]);
    expect(await shown(agents.kpiOffice, 'q=%25')).toEqual([]);
  });

  it('that cannot be read are shown again with what is wrong', async () => {
    for (const [query, message] of [
      ['from=15/10/2562', 'โปรดระบุวันที่'],
      ['to=2019-02-30', 'โปรดระบุวันที่'],
      ['from=2019-10-03&to=2019-10-02', 'วันที่สิ้นสุดอยู่ก่อนวันที่เริ่มต้น'],
    ] as const) {
      const { text } = await agents.kpiOffice.get(`/krs/logins?${query}`).expect(422);
      expect(text).toContain(message);
      for (const [, typed] of new URLSearchParams(query)) expect(text).toContain(`value="${typed}"`);
      await agents.kpiOffice.get(`/krs/logins.xlsx?${query}`).expect(303);
    }
    for (const query of ['office=x', 'before=1', 'after=x-y', 'q=%00', 'from=1&from=2', 'before=1-2-3']) {
      await agents.kpiOffice.get(`/krs/logins?${query}`).expect(200);
      await agents.kpiOffice.get(`/krs/logins.xlsx?${query}`).expect(200);
    }
  });
});

describe('pages', () => {
  beforeEach(async () => {
    await write(
      // several at the same moment
      ...Array.from({ length: 120 }, (_, n) => ({
        username: `u${String(n).padStart(3, '0')}`,
        outcome: 'wrong',
        at: new Date(NEWEST.getTime() - Math.floor(n / 7)),
      })),
    );
  });
  const links = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/rel="(prev|next)" href="\/krs\/logins\?([^"]*)"/g)].map(([, rel, query = '']) => [
        rel,
        query.replaceAll('&amp;', '&'),
      ]),
    );

  it('lead through everything and back, without a gap or a repetition', async () => {
    const there: string[][] = [];
    let query: string | undefined = 'outcome=failed';
    let last = '';
    while (query !== undefined) {
      last = query;
      there.push(await shown(agents.kpiOffice, query));
      query = links((await agents.kpiOffice.get(`/krs/logins?${query}`)).text).next;
    }
    expect(there.map((page) => page.length)).toEqual([50, 50, 20]);
    expect(new Set(there.flat()).size).toBe(120);
    const back = links((await agents.kpiOffice.get(`/krs/logins?${last}`)).text).prev;
    expect(await shown(agents.kpiOffice, back)).toEqual(there[1]);
    const first = links((await agents.kpiOffice.get(`/krs/logins?${back}`)).text).prev;
    expect(await shown(agents.kpiOffice, first)).toEqual(there[0]);
  });

  it('are made of as many statements, however long the history is', async () => {
    const open = () => agents.kpiOffice.get('/krs/logins?q=u').expect(200);
    await open();
    expect(await countStatements(app.db, open)).toBeLessThanOrEqual(7);
  });
});

describe('the file', () => {
  it('has the same columns, dates as dates, and nothing that is a formula', async () => {
    await write({ username: '=cmd', outcome: 'wrong', host_name: '@host' });
    const { rows, fileName, headers } = await downloadSheet(agents.kpiOffice, '/krs/logins.xlsx?q=%3D');
    expect(fileName).toBe('ประวัติการเข้าสู่ระบบ 2019-10-15.xlsx');
    expect(headers['cache-control']).toBe('private, no-store');
    expect(rows[1]).toEqual([
      new Date('2019-10-14T00:00:00Z'),
      '16:30:05',
      "'=cmd",
      null,
      null,
      null,
      "'@host",
      null,
      null,
      'ไม่สำเร็จ: ไม่มีชื่อผู้ใช้งานนี้',
    ]);
  });
});

describe('old lines', () => {
  it('are forgotten after as many days as the system keeps them', async () => {
    const daysAgo = (days: number) => new Date(WORLD_NOW.getTime() - days * 24 * 3600 * 1000);
    await write(
      { username: 'kept', at: daysAgo(729) },
      ...Array.from({ length: 5001 }, () => ({ username: 'old', at: daysAgo(731) })),
      { username: 'ars', at: daysAgo(100), system_id: app.world.systems.ars },
    );
    await app
      .db('systems')
      .where({ code: 'ars' })
      .update({ settings: { loginHistoryDays: 90 } });
    const context = { db: app.db, clock: app.clock.now };
    expect(await pruneLoginHistory(context)).toBe(5002);
    expect(await app.db('login_events').pluck('username')).toEqual(['kept']);
    expect(await pruneLoginHistory(context)).toBe(0);
  });
});

describe('a try', () => {
  it('that came too soon counts as the account’s whose username it named', async () => {
    for (let n = 0; n < 6; n += 1) {
      await app.agent().post('/krs/login').type('form').send({ username: 'WICHAI', password: 'wrong' });
    }
    expect(await app.db('login_events').orderBy('id', 'desc').first()).toMatchObject({
      outcome: 'slowed',
      user_id: app.world.users.idle,
    });
    expect(await shown(agents.owner)).toHaveLength(6);
  });
});
