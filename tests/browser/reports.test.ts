import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE, type Person } from '../support/world.ts';
import {
  expectAccessible,
  expectGoodAt,
  expectNoOverflow,
  expectRoomForNames,
  led,
  openAs,
  type PageOptions,
} from './support.ts';
import { leave, leaveWindows } from './windows.ts';

const PAGES: [Person, string][] = [
  ['owner', ''],
  ['certifier', ''],
  ['kpiOffice', ''],
  ['owner', '/reports/office'],
  ['certifier', '/reports/office'],
  ['kpiOffice', '/status'],
  ['owner', '/status'],
  ['kpiOffice', '/status?by=bureau'],
  ['kpiOffice', '/logins'],
  ['owner', '/logins?from=nonsense'],
];

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

const enter = (person: Person, path: string, options: PageOptions = {}) =>
  openAs(app, PEOPLE[person], `/krs${path}`, options);

describe.each(PAGES)('%s at %s', (person, path) => {
  it('is accessible and fits, wide and narrow', async () => {
    const name = `reports-${person}${path.replaceAll(/[/?=]/g, '-')}`;
    await expectGoodAt(app, PEOPLE[person], `/krs${path}`, name);
  });
});

describe('the score report', () => {
  it('opens an explanation below its line, by mouse and keyboard, and closes it again', async () => {
    const { page, complaints } = await enter('owner', '/reports/office');
    const score = page.getByRole('button', { name: '1.0000' }).first();
    await score.click();
    const panel = page.locator('.explanation-row').first();
    await panel.waitFor();
    expect(await panel.textContent()).toContain('45 / 54 * 100');
    expect(await score.getAttribute('aria-expanded')).toBe('true');
    await expectRoomForNames(page, '.score-table > tbody > tr > th');
    await expectAccessible(page);
    await score.press('Space');
    expect(await panel.isVisible()).toBe(false);
    expect(await score.getAttribute('aria-expanded')).toBe('false');
    expect(complaints).toEqual([]);
    await leave(page);
  });

  it('leads to the explanation without JavaScript', async () => {
    const { page } = await enter('owner', '/reports/office', { javaScript: false });
    await led(page, () => page.getByRole('link', { name: '1.0000' }).first().click());
    expect(await page.locator('main').textContent()).toContain('45 / 54 * 100');
    await expectNoOverflow(page);
    await leave(page);
  });

  it('shows opened explanations on a phone without making the page wider', async () => {
    const { page } = await enter('owner', '/reports/office', { width: 360 });
    await page.locator('a[data-explain]').nth(1).click();
    await page.locator('.explanation-row').first().waitFor();
    await expectNoOverflow(page);
    await leave(page);
  });

  it('prints on one or two sheets', async () => {
    const { page } = await enter('owner', '/reports/office');
    const pdf = await page.pdf({ preferCSSPageSize: true });
    const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g) ?? [];
    expect(sheets.length).toBeGreaterThan(0);
    expect(sheets.length).toBeLessThanOrEqual(2);
    await leave(page);
  });
});
