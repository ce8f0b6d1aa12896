import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeDraft, createDraft } from '../../src/framework/drafts/actions.ts';
import { subIndicatorsOf } from '../../src/framework/drafts/parts.ts';
import { runJobs } from '../support/jobs.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';
import { PEOPLE } from '../support/world.ts';
import {
  expectAccessible,
  expectGoodAt,
  expectNoOverflow,
  led,
  openAs,
  type PageOptions,
  screenshot,
} from './support.ts';
import { leave, leaveWindows } from './windows.ts';

const YEAR = '/krs/framework/2562';

let app: TestApp;

beforeAll(async () => {
  app = await startTestApp();
  const context = { db: app.db, clock: app.clock.now };
  const by = { id: app.world.users.kpiOffice, systemId: app.world.systems.krs };
  await createDraft(context, by, { system: 'krs', fiscalYear: 2562 });
  await changeDraft(context, by, { fiscalYear: 2562, event: 'edit' }, (draft) => {
    const changed = structuredClone(draft);
    for (const { part } of subIndicatorsOf(changed)) {
      if (part.code === '1') Object.assign(part, { criteria: ['50', '60', '70', '80', '85'], weight: '25' });
      if (part.code === '4') Object.assign(part, { criteria: ['90', '40', '12', '11', '1'] });
      if (part.code === '5') Object.assign(part, { formula: 'a / (a - x)' });
    }
    return changed;
  });
});
afterAll(async () => {
  await leaveWindows();
  await app.stop();
});

const open = (path: string, options: PageOptions = {}) => openAs(app, PEOPLE.kpiOffice, YEAR + path, options);

const look = (path: string, name: string) =>
  expectGoodAt(app, PEOPLE.kpiOffice, YEAR + path, `simulation-${name}`, { prints: true });

describe('checking, calculating, simulating', () => {
  it.each([
    ['lint', () => '/lint'],
    ['part', () => `/parts/node-${app.world.node('1')}`],
    ['calculator', () => `/parts/node-${app.world.node('4')}/calculator?${values('4', '12', '100')}`],
    ['form', () => '/simulation'],
  ])('%s is accessible and fits, wide and narrow, and prints', async (name, path) => {
    await look(path(), name);
  });

  it('computes while one types', async () => {
    const { page, complaints } = await open(`/parts/node-${app.world.node('1')}`);
    const calculator = page.locator('#calculator');
    await calculator.getByRole('textbox').first().fill('45');
    await calculator.getByRole('textbox').last().fill('54');
    await calculator.getByText('83.333333333333333').first().waitFor();
    await calculator.getByText('วิธีคิดคะแนน').click();
    await expectNoOverflow(page);
    await expectAccessible(page);
    await screenshot(page, 'simulation-typing');
    await calculator.getByRole('textbox').last().fill('มาก');
    await calculator.getByText('กรอกเป็นตัวเลข').waitFor();
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
    await leave(page);
  });

  it('shows what a change would do, also without script', async () => {
    const { page } = await open('/simulation', { javaScript: false, width: 360 });
    await led(page, () => page.getByRole('button', { name: 'จำลองผล' }).click());
    expect(page.url()).toMatch(/\/tasks\/\d+$/);
    await runJobs(app);
    await page.reload();
    for (const name of ['ดูผลการจำลอง', 'คะแนนประเมินตนเอง']) {
      await led(page, () => page.getByRole('link', { name }).click());
    }
    await expectNoOverflow(page);
    const { search } = new URL(page.url());
    await leave(page);
    await look(`/simulation${search}`, 'result');
  });
});

function values(code: string, a: string, b: string): string {
  const name = (variable: string) => `value-${app.world.variable(`${code}/${variable}`)}`;
  return new URLSearchParams({ [name('a')]: a, [name('b')]: b }).toString();
}
