import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliverMail } from '../support/jobs.ts';
import { type Agent, signIn, startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { startAfresh, storedMail, storedMails, waitingJobs } from './support.ts';

let app: TestApp;
let psdg: Agent;

beforeAll(async () => {
  app = await startTestApp();
  psdg = await signIn(app, 'krs', PEOPLE.kpiOffice);
});
beforeEach(() => startAfresh(app));
afterAll(() => app?.stop());

interface Row {
  person?: keyof typeof PEOPLE;
  state?: string;
  subject?: string | null;
  last_error?: string | null;
  address?: string;
}

async function store(rows: Row[], system: 'krs' | 'ars' = 'krs'): Promise<string[]> {
  const system_id = app.world.systems[system];
  const inserted = await app.db('mails').insert(
    rows.map(({ person = 'owner', ...row }) => ({
      system_id,
      user_id: app.db('users').where({ system_id, username: PEOPLE[person] }).select('id'),
      address: `${PEOPLE[person]}@example.org`,
      kind: 'accountChanged',
      data: '{}',
      state: 'failed',
      ...row,
    })),
    ['id'],
  );
  return inserted.map(({ id }) => id);
}

const rowsOf = (html: string) => html.match(/<th scope="row"/g)?.length ?? 0;

describe('the mail log', () => {
  it('says to whom, what, when, in which state, and what went wrong', async () => {
    await store([
      { subject: 'เรื่องแรก', state: 'sent' },
      { person: 'colleague', last_error: '550 no such user <b>', state: 'failed' },
      { person: 'idle', last_error: 'linkEnded' },
    ]);
    const { text } = await psdg.get('/krs/mail').expect(200);
    expect(rowsOf(text)).toBe(3);
    for (const said of [
      'เรื่องแรก',
      'แจ้งการเปลี่ยนแปลงบัญชี',
      'somjai@example.org',
      '550 no such user &lt;b&gt;',
      'ไม่ได้ส่ง เพราะลิงก์ถูกยกเลิกหรือใช้ไปแล้ว',
      'ส่งไม่สำเร็จ 2',
      'ส่งแล้ว 1',
      'SMTP_URL',
    ]) {
      expect(text).toContain(said);
    }
  });

  it('finds by state and by name, username, address and subject, literally', async () => {
    await store([
      { subject: 'ร้อยละ 100%', state: 'sent' },
      { person: 'colleague' },
      { person: 'idle', state: 'waiting' },
    ]);
    const found = async (query: string) => rowsOf((await psdg.get(`/krs/mail?${query}`).expect(200)).text);
    expect(await found('state=failed')).toBe(1);
    expect(await found(`q=${encodeURIComponent('สมใจ')}`)).toBe(1);
    expect(await found('q=wichai')).toBe(1);
    expect(await found('q=EXAMPLE.org')).toBe(3);
    expect(await found('q=100%25')).toBe(1);
    expect(await found('q=_____________________________')).toBe(0);
    expect(await found('state=nothing&q=%00&page=x')).toBe(3);
    expect(await found('state=sent&q=wichai')).toBe(0);
  });

  it('has pages of 50, which keep what was looked for', async () => {
    await store(Array.from({ length: 120 }, () => ({})));
    const first = await psdg.get('/krs/mail?state=failed&q=8101').expect(200);
    expect(rowsOf(first.text)).toBe(50);
    expect(first.text).toContain('/krs/mail?state=failed&amp;q=8101&amp;page=2');
    expect(rowsOf((await psdg.get('/krs/mail?page=3').expect(200)).text)).toBe(20);
    expect(rowsOf((await psdg.get('/krs/mail?page=9').expect(200)).text)).toBe(20);
  });

  it('is empty at first, and says so', async () => {
    const { text } = await psdg.get('/krs/mail').expect(200);
    expect(text).toContain('จดหมายที่ระบบส่งจะแสดงที่นี่');
  });

  it('never shows a mail of another system', async () => {
    await store([{ subject: 'ของอีกระบบ' }], 'ars');
    const { text } = await psdg.get('/krs/mail').expect(200);
    expect(text).not.toContain('ของอีกระบบ');
    expect(rowsOf(text)).toBe(0);
  });

  it('is complete in English', async () => {
    await store([
      { last_error: 'accountDisabled' },
      { state: 'sent', subject: 'Subject' },
      { state: 'waiting' },
    ]);
    await app.db('users').where({ id: app.world.users.kpiOffice }).update({ locale: 'en' });
    const { text } = await psdg.get('/krs/mail').expect(200);
    for (const said of [
      'Mail log',
      'Waiting',
      'Send again',
      'the account is disabled',
      'No mail server is set',
    ]) {
      expect(text).toContain(said);
    }
  });
});

describe('"send again"', () => {
  it('sends a mail that failed', async () => {
    const [id] = await store([{ data: '{"what":"password"}' } as Row]);
    const answer = await psdg.post(`/krs/mail/${id}/again`).type('form').send({ state: 'failed', page: '2' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/krs/mail?state=failed&page=2');
    const page = await psdg.get(answer.headers.location ?? '').expect(200);
    expect(page.text).toContain('จัดจดหมายเข้าคิวส่งอีกครั้งแล้ว');
    expect(await deliverMail(app)).toHaveLength(1);
    expect(await storedMail(app)).toMatchObject({ state: 'sent', tries: 1, last_error: null });
  });

  it('asks before it sends one a second time, and gives that a Message-ID of its own', async () => {
    const [id] = await store([{}]);
    await psdg.post(`/krs/mail/${id}/again`).expect(303);
    const [first] = await deliverMail(app);
    const question = await psdg.post(`/krs/mail/${id}/again`).type('form').send({ q: '8101' }).expect(200);
    expect(question.text).toContain('จดหมายนี้ส่งถึง เจ้าของ งานดี แล้ว ส่งอีกครั้งหรือไม่');
    expect(await deliverMail(app)).toEqual([]);
    await psdg.post(`/krs/mail/${id}/again`).type('form').send({ confirmed: '1' }).expect(303);
    const [second] = await deliverMail(app);
    expect(second?.messageId).toBeDefined();
    expect(second?.messageId).not.toBe(first?.messageId);
  });

  it('keeps when it was sent first, and how often, even where the next time fails', async () => {
    const [id] = await store([{}]);
    await psdg.post(`/krs/mail/${id}/again`).expect(303);
    await deliverMail(app);
    const sentAt = new Date('2019-10-01T02:00:00Z');
    await app.db('mails').where({ id }).update({ sent_at: sentAt });
    const again = () => psdg.post(`/krs/mail/${id}/again`).type('form').send({ confirmed: '1' }).expect(303);
    await again();
    await deliverMail(app);
    expect(await storedMail(app)).toMatchObject({ state: 'sent', sent_at: sentAt, sendings: 2 });
    expect((await psdg.get('/krs/mail')).text).toContain('ส่งแล้ว 2 ครั้ง');
    await app.db('mails').where({ id }).update({ address: 'nobody' });
    await again();
    expect((await psdg.get('/krs/mail')).text).toContain('ส่งแล้ว 2 ครั้ง');
    await deliverMail(app);
    const after = { state: 'sent', sent_at: sentAt, sendings: 2, last_error: 'badAddress' };
    expect(await storedMail(app)).toMatchObject(after);
    expect((await psdg.get('/krs/mail')).text).toContain('ส่งซ้ำไม่สำเร็จ:');
  });

  it.each([
    ['used_at', 'ถูกใช้ไปแล้ว'],
    ['ended_at', 'ถูกยกเลิกแล้ว'],
  ])('is not offered for a link with %s, and says why', async (column, why) => {
    const [link] = await app
      .db('account_links')
      .insert({ user_id: app.world.users.owner, kind: 'reset', [column]: new Date() }, ['id']);
    const [id] = await store([
      { kind: 'reset', data: JSON.stringify({ linkId: link.id }), state: 'sent' } as Row,
    ]);
    const { text } = await psdg.get('/krs/mail').expect(200);
    expect(text).toContain(`ส่งอีกครั้งไม่ได้ เพราะลิงก์ในจดหมาย${why}`);
    expect(text).not.toContain(`/krs/mail/${id}/again`);
    await psdg.post(`/krs/mail/${id}/again`).type('form').send({ confirmed: '1' }).expect(303);
    expect(await storedMail(app)).toMatchObject({ state: 'sent' });
  });

  it('leaves alone what waits, and is done once by two who click', async () => {
    const [id] = await store([{}]);
    const other = await signIn(app, 'krs', PEOPLE.kpiOffice);
    await Promise.all([psdg, other].map((agent) => agent.post(`/krs/mail/${id}/again`).expect(303)));
    expect(await waitingJobs(app)).toBe(1);
    await psdg.post(`/krs/mail/${id}/again`).type('form').send({ confirmed: '1' }).expect(303);
    expect((await psdg.get('/krs/mail')).text).toContain('จดหมายนี้อยู่ในคิวส่งอยู่แล้ว');
    expect(await deliverMail(app)).toHaveLength(1);
  });

  it('knows no mail of another system, none that is not there, and no other name for one', async () => {
    const [id] = await store([{}], 'ars');
    await psdg.post(`/krs/mail/${id}/again`).type('form').send({ confirmed: '1' }).expect(404);
    await psdg.post('/krs/mail/999999999/again').expect(404);
    await psdg.post('/krs/mail/1%20or%201/again').expect(404);
    expect(await storedMails(app)).toMatchObject([{ state: 'failed' }]);
  });
});
