import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueToken, requestLink } from '../../src/users/links/actions.ts';
import { ASK, codeOf, FACTOR, giveFactor, nextSteps, takeFactor } from '../auth/codes.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import { expectGood, led, openPage } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

const PHONE = { width: 360 };

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app?.stop();
});

async function linkFor(username: string): Promise<string> {
  const user = await app.db('users').where({ username, system_id: app.world.systems.krs }).first('id');
  await app
    .db('users')
    .where({ id: user.id })
    .update({ email: `${username}@example.org` });
  await app.db.transaction((trx) => requestLink(trx, { user, kind: 'reset', createdBy: null }));
  const link = await app.db('account_links').max('id as id').first();
  return `${app.url}/krs/password/${await issueToken(app.db, link?.id, app.clock.now())}`;
}

async function typePassword(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.goto(`${app.url}/krs/login`);
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  await enter(page, '[name=password]');
}

/** Sends the form of this field. */
function enter(page: Page, field: string): Promise<void> {
  return led(page, () => page.press(field, 'Enter'));
}

describe('on a phone, and looked at on a desk as well', () => {
  it('a forgotten password is asked for, and a new one set by the link', async () => {
    const { page, complaints } = await openPage(`${app.url}/krs/login`, PHONE);
    await led(page, () => page.getByRole('link', { name: 'ลืมรหัสผ่าน' }).click());
    await expectGood(page, 'forgot');
    await page.fill('[name=account]', PEOPLE.idle);
    await enter(page, '[name=account]');
    expect(page.url()).toBe(`${app.url}/krs/login`);
    await expectGood(page, 'forgot-sent');
    await page.goto(await linkFor(PEOPLE.idle));
    await page.fill('[name=password]', 'a password of mine');
    await page.fill('[name=again]', 'another one');
    await enter(page, '[name=again]');
    expect(await page.locator('main').innerText()).toContain('รหัสผ่านสองช่องไม่ตรงกัน');
    await expectGood(page, 'password');
    await page.fill('[name=password]', 'a password of mine');
    await page.fill('[name=again]', 'a password of mine');
    await enter(page, '[name=again]');
    expect(page.url()).toBe(`${app.url}/krs/login`);
    await page.getByText('ตั้งรหัสผ่านเรียบร้อยแล้ว').waitFor();
    await page.goto(`${app.url}/krs/password/nobody-was-sent-this`);
    await expectGood(page, 'dead-link');
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('a second factor is set up, asked for, and the places of signing in are shown', async () => {
    nextSteps(app);
    await takeFactor(app, 'owner');
    await app.db('sessions').delete();
    const { page, complaints } = await openPage(`${app.url}/krs/login`, PHONE);
    await typePassword(page, PEOPLE.owner);
    expect(page.url()).toBe(`${app.url}/krs`);
    await page.goto(app.url + FACTOR);
    const picture = page.locator('img.qr');
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await expectGood(page, 'set-up-factor');
    const key = (await page.locator('.secret').innerText()).replaceAll('-', '');
    await page.fill('main [name=code]', codeOf(app, 0, key));
    await enter(page, 'main [name=code]');
    expect(await page.locator('.recovery-codes li').count()).toBe(10);
    await expectGood(page, 'recovery-codes');
    await led(page, () => page.getByRole('link', { name: 'เก็บรหัสแล้ว ไปต่อ' }).click());
    await expectGood(page, 'own-factor');

    await giveFactor(app, 'owner');
    const other = await openPage(`${app.url}/krs/login`, PHONE);
    await typePassword(other.page, PEOPLE.owner);
    expect(other.page.url()).toBe(app.url + ASK);
    await other.page.fill('[name=code]', '000000');
    await enter(other.page, '[name=code]');
    await other.page.locator('#field-code-error').waitFor();
    await expectGood(other.page, 'second-factor');
    await other.page.fill('[name=code]', codeOf(app, 1));
    await enter(other.page, '[name=code]');
    expect(other.page.url()).toBe(`${app.url}/krs`);
    await other.page.goto(`${app.url}/krs/profile/sessions`);
    await expectGood(other.page, 'sessions');
    await other.page.getByRole('button', { name: 'ออกจากระบบที่อื่นทั้งหมด' }).first().click();
    await other.page.locator('dialog[open] button[value=ok]').click();
    await other.page.getByText('ออกจากระบบที่อื่นแล้ว 1 แห่ง').waitFor();
    expect([...complaints, ...other.complaints]).toEqual([]);
    await leave(page);
    await leave(other.page);
  });
});
