import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import { expectGoodAt, expectNoOverflow, led, openAs, type PageOptions } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

beforeEach(async () => {
  await app.db('mails').del();
  const mail = {
    system_id: app.world.systems.krs,
    user_id: app.world.users.owner,
    address: `${'long'.repeat(12)}@example.org`,
    kind: 'accountChanged',
    data: { what: 'password' },
  };
  const last_error = `550 5.1.1 ${'recipient-rejected-'.repeat(12)}`;
  await app.db('mails').insert([
    { ...mail, state: 'waiting', tries: 3, last_error, next_try_at: app.clock.now() },
    { ...mail, state: 'failed', tries: 1, last_error },
    { ...mail, state: 'sent', tries: 1, subject: 'บัญชีผู้ใช้งานของท่านมีการเปลี่ยนแปลง', sent_at: app.clock.now() },
  ]);
});

const openLog = (options: PageOptions = {}) => openAs(app, PEOPLE.kpiOffice, '/krs/mail', options);

const states = () => app.db('mails').orderBy('id').pluck('state');

describe('the mail log', () => {
  it('is accessible and fits, wide and narrow', async () => {
    await expectGoodAt(app, PEOPLE.kpiOffice, '/krs/mail', 'mail');
  });

  it('asks in a dialog before a mail goes out a second time', async () => {
    const { page } = await openLog();
    await page.getByRole('button', { name: 'ส่งอีกครั้ง' }).first().click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).toContain('ส่งอีกครั้งหรือไม่');
    await dialog.getByRole('button', { name: 'ส่งอีกครั้ง' }).click();
    await page.getByText('จัดจดหมายเข้าคิวส่งอีกครั้งแล้ว').waitFor();
    expect(await states()).toEqual(['waiting', 'failed', 'waiting']);
    await leave(page);
  });

  it('asks on a page of its own without JavaScript', async () => {
    const { page } = await openLog({ width: 360, javaScript: false });
    const press = () => page.locator('main').getByRole('button', { name: 'ส่งอีกครั้ง' }).first().click();
    await led(page, press);
    expect(await page.locator('h1').innerText()).toBe('ส่งจดหมายอีกครั้ง');
    await expectNoOverflow(page);
    await led(page, press);
    expect(page.url()).toBe(`${app.url}/krs/mail`);
    expect(await states()).toEqual(['waiting', 'failed', 'waiting']);
    await leave(page);
  });
});
