import bcrypt from 'bcrypt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { ARS_PASSWORD, PASSWORD, PEOPLE } from '../support/world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app?.stop());

function post(form: Record<string, string>, agent: Agent = app.agent(), system = 'krs') {
  return agent.post(`/${system}/login`).type('form').send(form);
}

describe('the login page', () => {
  it('carries the labels of the manual', async () => {
    const { text, headers } = await app.agent().get('/krs/login').expect(200);
    for (const label of ['ชื่อผู้ใช้งาน :', 'รหัสผ่าน:', 'เข้าสู่ระบบ', 'ยกเลิก']) expect(text).toContain(label);
    expect(text).toContain('กรณีไม่ทราบหรือต้องการ reset รหัสผ่าน ให้ติดต่อที่ กพร.');
    expect(text).toContain('กลุ่มพัฒนาระบบบริหาร สำนักงานคณะกรรมการการศึกษาขั้นพื้นฐาน');
    expect(text).toContain('<html lang="th"');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['set-cookie']).toBeUndefined();
  });

  it('leads who is signed in already to the home page', async () => {
    const agent = await signIn(app, 'krs', PEOPLE.owner);
    expect((await agent.get('/krs/login').expect(303)).headers.location).toBe('/krs');
  });

  it('does not exist for a system that does not exist', async () => {
    await app.agent().get('/nosuch/login').expect(404);
    await post({ username: 'a', password: 'b' }, app.agent(), 'nosuch').expect(404);
  });
});

describe('signing in', () => {
  it('opens the home page with the two lines of the manual', async () => {
    const agent = app.agent();
    const answer = await post({ username: PEOPLE.owner, password: PASSWORD }, agent).expect(303);
    expect(answer.headers.location).toBe('/krs');
    const { text } = await agent.get('/krs/entry');
    expect(text).toContain('เข้าสู่ระบบเรียบร้อยแล้ว\nระบบพร้อมใช้งาน');
    expect((await agent.get('/krs/entry')).text).not.toContain('ระบบพร้อมใช้งาน');
  });

  it('does not mind capital letters and blanks around the username', async () => {
    await post({ username: ` ${PEOPLE.colleague.toUpperCase()} `, password: PASSWORD }).expect(303);
  });

  it('keeps accounts of one system out of the other', async () => {
    await post({ username: PEOPLE.owner, password: PASSWORD }, app.agent(), 'ars').expect(422);
    await post({ username: PEOPLE.owner, password: ARS_PASSWORD }, app.agent(), 'ars').expect(303);
    await post({ username: PEOPLE.kpiOffice, password: PASSWORD }, app.agent(), 'ars').expect(422);
  });

  it('gives a new session id every time and ends the old session', async () => {
    const agent = app.agent();
    const first = sessionCookie(await post({ username: PEOPLE.owner, password: PASSWORD }, agent));
    const second = sessionCookie(await post({ username: PEOPLE.owner, password: PASSWORD }, agent));
    expect(second).not.toBe(first);
    await app.agent().get('/krs/entry').set('Cookie', first).expect(303);
    await app.agent().get('/krs/entry').set('Cookie', second).expect(200);
  });

  it('does not take over a session id that somebody planted', async () => {
    const planted = 'sid=s%3Aplanted.AAAA';
    const answer = await app.agent().post('/krs/login').set('Cookie', planted).type('form').send({
      username: PEOPLE.owner,
      password: PASSWORD,
    });
    expect(sessionCookie(answer)).not.toContain('planted');
  });

  it('sets a cookie that scripts and other systems do not see', async () => {
    const answer = await post({ username: PEOPLE.owner, password: PASSWORD });
    const cookie = cookiesOf(answer).find((line) => line.startsWith('sid='));
    expect(cookie).toMatch(/; Path=\/krs; .*HttpOnly; SameSite=Lax/);
  });
});

describe('a failure', () => {
  it.each([
    ['a wrong password', PEOPLE.certifier, 'wrong'],
    ['an unknown username', 'nobody', PASSWORD],
    ['a disabled account', PEOPLE.former, PASSWORD],
    ['a username that cannot exist', "x' or 1=1 --", PASSWORD],
    ['a username with a zero byte', 'x\u0000y', PASSWORD],
    ['a very long username', 'x'.repeat(5000), PASSWORD],
    ['a password with a zero byte', PEOPLE.certifier, `${PASSWORD}\u0000`],
  ])('is told the same for %s, and keeps the username', async (_what, username, password) => {
    const { text } = await post({ username, password }).expect(422);
    expect(text).toContain('ชื่อผู้ใช้งานหรือรหัสผ่านไม่ถูกต้อง');
    expect(text).toContain('role="alert"');
    if (/^\w+$/.test(username)) expect(text).toContain(`value="${username}"`);
    expect(text).not.toContain(password);
  });

  it('escapes what was typed', async () => {
    const { text } = await post({ username: '"><script>alert(1)</script>', password: 'x' }).expect(422);
    expect(text).not.toContain('<script>alert');
  });

  it('asks for both fields without counting it as a try', async () => {
    const { text } = await post({ username: PEOPLE.owner, password: '' }).expect(422);
    expect(text).toContain('โปรดกรอกชื่อผู้ใช้งานและรหัสผ่าน');
    expect(await app.db('login_events').where({ username: PEOPLE.owner, outcome: 'wrong' })).toHaveLength(1);
  });

  it('is a bad request when a field comes twice', async () => {
    await app.agent().post('/krs/login').type('form').send('username=a&username=b&password=c').expect(400);
    await app.agent().post('/krs/login').expect(422);
  });

  it('refuses a password of more than 72 bytes instead of cutting it off', async () => {
    const long = 'ก'.repeat(24);
    const hash = await bcrypt.hash(long, 4);
    await app.db('users').where({ id: app.world.users.idle }).update({ password_hash: hash });
    await post({ username: PEOPLE.idle, password: `${long}x` }).expect(422);
    await post({ username: PEOPLE.idle, password: long }).expect(303);
  });

  it('of a form from another site is refused', async () => {
    const agent = app.agent();
    await agent.post('/krs/login').set('Sec-Fetch-Site', 'cross-site').type('form').send({}).expect(403);
    await agent.post('/krs/logout').set('Origin', 'https://evil.example.org').expect(403);
  });

  it('works as much for an unknown account as for a known one', async () => {
    const slow = await startTestApp({ env: { BCRYPT_COST: '10' } });
    const password_hash = await bcrypt.hash(PASSWORD, 10);
    await slow.db('users').update({ password_hash });
    const known = await leastWork(slow, PEOPLE.owner);
    const unknown = await leastWork(slow, 'nobody');
    const tooLong = await leastWork(slow, PEOPLE.colleague, 'x'.repeat(100));
    await slow.stop();
    expect(unknown).toBeGreaterThan(known / 2);
    expect(tooLong).toBeGreaterThan(known / 2);
  });
});

describe('where it leads', () => {
  it.each([
    ['/krs/entry?round=2', '/krs/entry?round=2'],
    ['/krs', '/krs'],
    ['/krs/../krs/status', '/krs/status'],
  ])('%s is opened after signing in', async (next, location) => {
    const page = await app.agent().get('/krs/login').query({ next }).expect(200);
    expect(hiddenNext(page.text)).toBe(location);
    expect(page.text).toContain('ระบบจะพาไปยังหน้าที่ท่านเปิด');
    const answer = await post({ username: PEOPLE.owner, password: PASSWORD, next }).expect(303);
    expect(answer.headers.location).toBe(location);
  });

  it.each([
    'https://evil.example.org/krs',
    '//evil.example.org/krs',
    '/\\evil.example.org',
    '\\\\evil.example.org',
    '/krs\\..\\..\\evil',
    '/%2F%2Fevil.example.org',
    '%2F%2Fevil.example.org',
    '/krs/..//evil.example.org',
    '/krs/%2e%2e//evil.example.org',
    '/\t/evil.example.org',
    '/\n/evil.example.org',
    ' //evil.example.org',
    'javascript:alert(1)',
    '/ars/entry',
    '/krs@evil.example.org',
    '/krsevil',
    '/krs/login',
    'krs/entry',
    '',
  ])('%j leads home instead', async (next) => {
    const page = await app.agent().get('/krs/login').query({ next }).expect(200);
    expect(hiddenNext(page.text)).toBeUndefined();
    const answer = await post({ username: PEOPLE.owner, password: PASSWORD, next }).expect(303);
    expect(answer.headers.location).toBe('/krs');
  });

  it('remembers where somebody wanted to go', async () => {
    const { headers } = await app.agent().get('/krs/entry?round=2').expect(303);
    expect(headers.location).toBe('/krs/login?next=%2Fkrs%2Fentry%3Fround%3D2');
  });
});

/**
 * The processor's time that an attempt costs this process, the least of three: what others do on the machine is not in
 * it.
 */
async function leastWork(of: TestApp, username: string, password = 'wrong'): Promise<number> {
  const works: number[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const before = process.cpuUsage();
    await of.agent().post('/krs/login').type('form').send({ username, password }).expect(422);
    const { user, system } = process.cpuUsage(before);
    works.push(user + system);
  }
  return Math.min(...works);
}

function cookiesOf(answer: { headers: Record<string, unknown> }): string[] {
  return answer.headers['set-cookie'] as string[];
}

function sessionCookie(answer: { headers: Record<string, unknown> }): string {
  return (
    cookiesOf(answer)
      .find((line) => line.startsWith('sid='))
      ?.split(';')[0] ?? ''
  );
}

/** The hidden field of the login form (the language switch has one of its own). */
function hiddenNext(page: string): string | undefined {
  return /action="\/krs\/login">[\s\S]*?name="next" value="([^"]*)"/.exec(page)?.[1];
}
