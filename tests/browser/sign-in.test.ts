import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issueToken, requestLink } from '../../src/users/links/actions.ts';
import { ASK, codeOf, FACTOR, giveFactor, nextSteps, takeFactor } from '../auth/codes.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import { expectAccessible, expectNoOverflow, launchBrowser, openPage, screenshot } from './support.ts';

const WIDTHS = [1440, 360];

let app: TestApp;
let browser: Browser;
beforeAll(async () => {
  app = await startTestApp();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
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

async function look(page: Page, name: string): Promise<void> {
  await expectNoOverflow(page);
  await screenshot(page, name);
  await expectAccessible(page);
}

async function typePassword(page: Page, username: string, password = PASSWORD): Promise<void> {
  await page.goto(`${app.url}/krs/login`);
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  await page.press('[name=password]', 'Enter');
}

describe.each(WIDTHS)('at %i pixels', (width) => {
  it('a forgotten password is asked for, and a new one set by the link', async () => {
    const { page, context, complaints } = await openPage(browser, `${app.url}/krs/login`, { width });
    await page.getByRole('link', { name: 'ลืมรหัสผ่าน' }).click();
    await look(page, `forgot-${width}`);
    await page.fill('[name=account]', PEOPLE.idle);
    await page.press('[name=account]', 'Enter');
    await page.waitForURL(`${app.url}/krs/login`);
    await look(page, `forgot-sent-${width}`);
    await page.goto(await linkFor(PEOPLE.idle), { waitUntil: 'networkidle' });
    await page.fill('[name=password]', 'a password of mine');
    await page.fill('[name=again]', 'another one');
    await page.press('[name=again]', 'Enter');
    await page.getByText('รหัสผ่านสองช่องไม่ตรงกัน').waitFor();
    await look(page, `password-${width}`);
    await page.fill('[name=password]', 'a password of mine');
    await page.fill('[name=again]', 'a password of mine');
    await page.press('[name=again]', 'Enter');
    await page.waitForURL(`${app.url}/krs/login`);
    await page.getByText('ตั้งรหัสผ่านเรียบร้อยแล้ว').waitFor();
    await page.goto(`${app.url}/krs/password/nobody-was-sent-this`, { waitUntil: 'networkidle' });
    await look(page, `dead-link-${width}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a second factor is set up, asked for, and the places of signing in are shown', async () => {
    nextSteps(app);
    await takeFactor(app, 'owner');
    await app.db('sessions').delete();
    const { page, context, complaints } = await openPage(browser, `${app.url}/krs/login`, { width });
    await typePassword(page, PEOPLE.owner);
    await page.waitForURL(`${app.url}/krs`);
    await page.goto(app.url + FACTOR, { waitUntil: 'networkidle' });
    const picture = page.locator('img.qr');
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
    await look(page, `set-up-factor-${width}`);
    const key = (await page.locator('.secret').innerText()).replaceAll('-', '');
    await page.fill('main [name=code]', codeOf(app, 0, key));
    await page.press('main [name=code]', 'Enter');
    await page.locator('.recovery-codes li').nth(9).waitFor();
    await look(page, `recovery-codes-${width}`);
    await page.getByRole('link', { name: 'เก็บรหัสแล้ว ไปต่อ' }).click();
    await look(page, `own-factor-${width}`);

    await giveFactor(app, 'owner');
    const other = await openPage(browser, `${app.url}/krs/login`, { width });
    await typePassword(other.page, PEOPLE.owner);
    await other.page.waitForURL(app.url + ASK);
    await other.page.fill('[name=code]', '000000');
    await other.page.press('[name=code]', 'Enter');
    await other.page.locator('#field-code-error').waitFor();
    await look(other.page, `second-factor-${width}`);
    await other.page.fill('[name=code]', codeOf(app, 1));
    await other.page.press('[name=code]', 'Enter');
    await other.page.waitForURL(`${app.url}/krs`);
    await other.page.goto(`${app.url}/krs/profile/sessions`, { waitUntil: 'networkidle' });
    await look(other.page, `sessions-${width}`);
    await other.page.getByRole('button', { name: 'ออกจากระบบที่อื่นทั้งหมด' }).first().click();
    await other.page.locator('dialog[open] button[value=ok]').click();
    await other.page.getByText('ออกจากระบบที่อื่นแล้ว 1 แห่ง').waitFor();
    expect([...complaints, ...other.complaints]).toEqual([]);
    await context.close();
    await other.context.close();
  });
});
