/** The whole walk, as the README tells it: account → device → the line that posts → the chart moves → reload. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/client.js';
import { startPlatform, type RunningPlatform } from '../support/platform.js';
import { hasChromium, launchBrowser, PASSWORD, signUp, visit, type Visit } from './browser.js';

const run = promisify(execFile);

describe.skipIf(!hasChromium)('a first visit', () => {
  let platform: RunningPlatform;
  let browser: Browser;
  let sut: Visit;

  beforeAll(async () => {
    platform = await startPlatform();
    browser = await launchBrowser();
    sut = await visit(browser, platform.url);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.remove();
  });

  it('leads from the sign-up to a chart that moves when the line is run', async () => {
    const { page } = sut;
    const email = await signUp(page);
    expect(await page.getByTestId('first-curl').textContent()).toContain('Authorization: Bearer tio_');

    await page.getByRole('button', { name: 'Add a device' }).first().click();
    await page.getByLabel('Name').first().fill('Greenhouse');
    await page.getByLabel('Id', { exact: true }).fill('greenhouse');
    await page.getByRole('button', { name: 'Climate' }).click();
    await page.getByRole('button', { name: 'State' }).click();
    await page.getByRole('button', { name: 'Add the device' }).click();

    const line = (await page.getByTestId('curl').textContent()) ?? '';
    const { stdout } = await run('sh', ['-c', `${line} -s`]);
    expect(JSON.parse(stdout)).toMatchObject({ deviceId: 'greenhouse', accepted: 1, rejected: [] });
    await page.getByText('A reading arrived.').waitFor();
    await page.getByRole('link', { name: 'See it on the chart' }).click();

    const newest = async (): Promise<number> => Number(await page.locator('[data-field="temperature"] canvas').getAttribute('data-newest'));
    const before = await eventually(newest, (time) => time > 0);
    await run('sh', ['-c', `${line.replace(/"temperature":[^,}]+/, '"temperature":33.3')} -s`]);
    const moved = await eventually(newest, (time) => time > before);
    await page.locator('[data-tile="temperature"]').getByText('33.3').waitFor();

    await page.reload();
    await page.locator('[data-tile="temperature"]').getByText('33.3').waitFor();
    await eventually(newest, (time) => time === moved);
    expect(await page.getByRole('button', { name: `Account ${email}` }).count()).toBe(1);
  });

  it('keeps the key in memory only', async () => {
    const stored = await sut.page.evaluate<string>('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(stored).not.toContain('tio_');
    expect(stored).not.toContain('thingsio_session');
    await sut.page.goto('/devices/greenhouse/post');
    expect(await sut.page.getByTestId('curl').textContent()).toContain('YOUR_API_KEY');
  });

  it('makes a key for one device on demand', async () => {
    const { page } = sut;
    await page.getByRole('button', { name: 'Create a key and show the line' }).click();
    await page.getByText('It is shown this once').waitFor();
    const { stdout } = await run('sh', ['-c', `${(await page.getByTestId('curl').textContent()) ?? ''} -s`]);
    expect(JSON.parse(stdout)).toMatchObject({ accepted: 1 });
  });

  it('shows what was refused and what to do, and an account that closes', async () => {
    const { page } = sut;
    const line = ((await page.getByTestId('curl').textContent()) ?? '').replace(/"temperature":[^,}]+/, '"temperature":999');
    await run('sh', ['-c', `${line} -s`]);
    await page.getByRole('link', { name: /^Rejections/ }).click();
    await page.getByText('reading.above-max').waitFor();
    await page.getByText('raise max in the schema').waitFor();
    await page.getByRole('link', { name: 'Ledger' }).click();
    await page.getByText('The account closes').waitFor();
    const equation = async (): Promise<string> => (await page.getByTestId('equation').innerText()).replace(/\s+/g, ' ');
    await eventually(equation, (text) => text === '4 received = 3 stored + 0 duplicates + 1 rejected');
  });

  it('asks to sign in again where the session is gone, and comes back to the same page', async () => {
    const { page, context } = sut;
    const email = ((await page.getByRole('button', { name: /^Account / }).getAttribute('aria-label')) ?? '').replace('Account ', '');
    await page.goto('/devices/greenhouse/ledger?range=6h');
    await context.clearCookies();
    await page.reload();
    await page.getByLabel('E-mail address').fill(email);
    await page.locator('input[name="password"]').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('E-mail address or password is wrong.').waitFor();
    await page.locator('input[name="password"]').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The account closes').waitFor();
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/devices/greenhouse/ledger?range=6h');
  });

  it('signs out', async () => {
    const { page } = sut;
    await page.getByRole('button', { name: /^Account / }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate<number>("fetch('/api/v1/me').then((answer) => answer.status)")).toBe(401);
  });

  it('asked nobody but the platform, and nothing went wrong on the way', () => {
    expect(sut.faults).toEqual([]);
  });
});
