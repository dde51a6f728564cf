/** The operators' page in a real browser: rebuild, watch, pause, verify, drop; and parked commands. */
import { readFileSync } from 'node:fs';
import { openSqliteViewStore } from '#adapters/sqlite';
import { encodeEnvelope } from '#contracts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type RunningPlatform } from '../support/platform.js';
import { addDevice, hasChromium, launchBrowser, post, signUp, visit } from './browser.js';

const audit = readFileSync(new URL('./audit.browser.js', import.meta.url), 'utf8');
const schema = { fields: { temperature: { type: 'number', max: 60 } } };

async function accountOf(page: Page): Promise<string> {
  return page.evaluate<string>("fetch('/api/v1/me').then((answer) => answer.json()).then((me) => me.accountId)");
}

describe.skipIf(!hasChromium)('the operators’ page', () => {
  let platform: RunningPlatform;
  let browser: Browser;

  beforeAll(async () => {
    platform = await startPlatform();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.remove();
  });

  /** What a broken entity would leave; none is at hand that breaks. */
  async function park(accountId: string, deviceId: string, commandId: string): Promise<void> {
    const command = { type: 'ReceiveReadings', stream: `device-${accountId}.${deviceId}`, data: { deviceId, format: 'json' } } as const;
    const envelope = {
      ...command,
      commandId,
      accountId,
      correlationId: 'r1',
      receivedAt: Date.now(),
      body: Buffer.from('[{"temperature": 20.5}]'),
    };
    const views = await openSqliteViewStore({ dir: platform.dataDir });
    const row = { parked_id: `${command.stream}/${commandId}`, stream: command.stream, type: command.type, account_id: accountId };
    const error = JSON.stringify({ code: 'TypeError', message: 'a bug that was fixed' });
    await views.write((tx) =>
      tx
        .insertInto('parked_commands')
        .values({ ...row, parked_at: Date.now(), tries: 5, error, envelope: encodeEnvelope(envelope) })
        .execute(),
    );
    await views.close();
  }

  it('rebuilds a projection while it is watched, and drops the old generation', async () => {
    const { page, context, faults } = await visit(browser, platform.url);
    await signUp(page);
    await addDevice(page, { deviceId: 'd1', name: 'D1', schema });
    await post(
      page,
      'd1',
      Array.from({ length: 500 }, (_, seq) => ({ temperature: seq % 70, seq })),
    );
    await page.getByRole('link', { name: 'Operate' }).click();
    await page.getByRole('heading', { name: 'Operate', level: 1 }).waitFor();
    const ledger = page.getByRole('listitem', { name: 'Projection ledger' });
    await ledger.getByText('up to date').waitFor();
    await ledger.getByText(/^Generation 1, version \d+$/).waitFor();
    await ledger.getByRole('button', { name: 'Rebuild ledger' }).click();
    await page.getByRole('button', { name: 'Rebuild it' }).click();
    await ledger.getByText(/Generation 2, version \d+, and 1 more/).click();
    await ledger.getByText(/The rebuild into generation 2 took/).waitFor();
    await ledger.getByRole('button', { name: 'Drop generation 1 of ledger' }).click();
    await page.getByRole('button', { name: 'Drop it' }).click();
    await ledger.getByText(/^Generation 2, version \d+$/).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('shows that what is shown is what the log says, and what differs where it is not', async () => {
    const { page, context, faults } = await visit(browser, platform.url);
    await signUp(page);
    await addDevice(page, { deviceId: 'd2', name: 'D2', schema });
    await post(page, 'd2', { temperature: 20 });
    await page.goto('/operate');
    const verify = async (): Promise<void> => {
      await page.getByRole('button', { name: 'Verify latest-values' }).click();
      await page.getByRole('button', { name: 'Verify it' }).click();
    };
    const outcome = page.getByTestId('outcome-latest-values');
    await verify();
    await outcome.getByText('It shows what the log says').waitFor();
    const views = await openSqliteViewStore({ dir: platform.dataDir });
    await views.write((tx) => tx.updateTable('latest_values').set({ value: '99' }).where('device_id', '=', 'd2').execute());
    await views.close();
    await verify();
    await outcome.getByText('It does not show what the log says').waitFor();
    await outcome.getByText('latest_values').waitFor();
    expect(await outcome.getByLabel('The row as shown').textContent()).toContain('99');
    expect(await outcome.getByLabel('The row as rebuilt').textContent()).toContain('20');
    expect(await page.evaluate(audit)).toEqual([]);
    expect(faults).toEqual([]);
    await context.close();
  });

  it('has parked commands looked at, tried again and dropped', async () => {
    const { page, context, faults } = await visit(browser, platform.url);
    await signUp(page);
    await addDevice(page, { deviceId: 'd3', name: 'D3', schema });
    const accountId = await accountOf(page);
    await park(accountId, 'd3', '00000000-0000-5000-8000-000000000001');
    await park(accountId, 'gone', '00000000-0000-5000-8000-000000000002');
    await page.goto('/operate');
    const parked = page.getByRole('list', { name: 'Parked commands' });
    await parked.getByText('a bug that was fixed').first().waitFor();
    // Each projection says what it shows.
    expect(await page.getByText('A view of the log').count()).toBe(0);
    const mine = parked.getByRole('listitem').filter({ hasText: 'd3' });
    await mine.getByText('What it is').click();
    await mine.getByText('[{"temperature": 20.5}]').waitFor();
    expect(await page.evaluate(audit)).toEqual([]);
    await mine.getByRole('button', { name: 'Retry ReceiveReadings of d3' }).click();
    await page.getByText('ReceiveReadings of d3 was accepted.').waitFor();
    await mine.waitFor({ state: 'detached' });
    await parked.getByRole('button', { name: 'Drop ReceiveReadings of gone' }).click();
    await page.getByLabel('Why').fill('sent by mistake');
    await page.getByRole('button', { name: 'Drop it' }).click();
    await page.getByText('None. A command that fails').waitFor();
    await page.goto('/devices/d3');
    await page.locator('[data-tile="temperature"]').getByText('20.5', { exact: true }).waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('is not there for who may not operate', async () => {
    const own = await startPlatform({ env: { THINGSIO_OPERATORS: 'somebody@example.org' } });
    const { page, context } = await visit(browser, own.url);
    await signUp(page);
    expect(await page.getByRole('link', { name: 'Operate' }).count()).toBe(0);
    await page.goto('/operate');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await context.close();
    await own.remove();
  });
});
