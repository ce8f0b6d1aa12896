import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDraft } from '../../src/framework/drafts/actions.ts';
import { storedDraft } from '../framework/drafts/support.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PASSWORD, PEOPLE } from '../support/world.ts';
import { expectGoodAt, led, openAs, type PageOptions } from './support.ts';
import { leave, leaveWindows } from './windows.ts';

const YEAR = '/krs/framework/2562';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  const by = { id: app.world.users.kpiOffice, systemId: app.world.systems.krs };
  await createDraft({ db: app.db, clock: app.clock.now }, by, { system: 'krs', fiscalYear: 2562 });
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

const open = (path: string, options: PageOptions = {}) => openAs(app, PEOPLE.kpiOffice, path, options);

describe('the designer', () => {
  it.each([
    ['tree', () => `${YEAR}?open=node-${app.world.node('1')}`],
    ['sub-indicator', () => `${YEAR}/parts/node-${app.world.node('1')}`],
    ['grid', () => `${YEAR}/parts/node-${app.world.node('3')}/variables`],
    ['header', () => `${YEAR}/header`],
  ])('%s is accessible and fits, wide and narrow, and prints', async (name, path) => {
    await expectGoodAt(app, PEOPLE.kpiOffice, path(), `design-${name}`, { prints: true });
  });

  it('moves a part by its handle and keeps what was unfolded', async () => {
    const { page, complaints } = await open(YEAR);
    const second = page.locator('.design-dimension').nth(1);
    await second.locator('> .design-acts [data-handle]').dragTo(page.locator('.design-dimension').first(), {
      targetPosition: { x: 100, y: 4 },
    });
    await page.waitForURL(/open=node-/);
    expect((await storedDraft(app)).dimensions.map(({ code }) => code)).toEqual(['C2', 'C1']);
    const sub = page.locator(`details:has(> #node-${app.world.node('1')})`);
    await sub.locator('> summary').click();
    await page.reload();
    expect(await sub.getAttribute('open')).not.toBeNull();
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('keeps what is typed and not saved: it asks before it is left, and offers it after signing in again', async () => {
    const path = `${YEAR}/parts/node-${app.world.node('1')}`;
    const { page } = await open(path);
    const asked: string[] = [];
    page.on('dialog', async (dialog) => {
      asked.push(dialog.type());
      await dialog.accept();
    });
    await page.fill('[name=weight]', '21');
    await page.check('[name=direction][value=less]');
    await page.check('[name=whole_levels]');
    await led(page, () => page.locator('.breadcrumb a').first().click());
    expect(asked).toEqual(['beforeunload']);
    await page.goto(app.url + path);
    await page.click('[data-restore]');
    await app.db('sessions').delete();
    await led(page, () => page.locator('.form-buttons button').first().click());
    await page.fill('[name=username]', PEOPLE.kpiOffice);
    await page.fill('[name=password]', PASSWORD);
    await led(page, () => page.click('main button:not([type=button])'));
    expect(page.url()).toBe(app.url + path);
    expect(await page.locator('[data-draft-offer]').innerText()).toContain('4 ช่อง');
    await page.click('[data-restore]');
    expect(await page.isChecked('[name=direction][value=less]')).toBe(true);
    await page.fill('[name=formula]', '');
    await page.fill('[name=code]', '!');
    await led(page, () => page.locator('.form-buttons button').first().click());
    expect(await page.locator('[data-draft-offer]').isVisible()).toBe(false);
    await page.goto(app.url + path);
    await page.click('[data-restore]');
    expect(await page.inputValue('[name=code]')).toBe('!');
    await page.fill('[name=code]', '1');
    await led(page, () => page.locator('.form-buttons button').first().click());
    expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
    expect(await page.inputValue('[name=weight]')).toBe('21');
    await leave(page);
  });

  it('does the same with buttons, without script', async () => {
    const { page } = await open(YEAR, { javaScript: false });
    const before = (await storedDraft(app)).dimensions.map(({ code }) => code);
    await led(page, () => page.locator('.design-dimension > .design-acts button').nth(1).click());
    expect(page.url()).toMatch(/open=node-/);
    expect((await storedDraft(app)).dimensions.map(({ code }) => code)).toEqual(before.reverse());
    await leave(page);
  });
});
