/** What single pages must hold: maps, time zones, hostile names, keys, schemas, many fields, a server that comes back. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/client.js';
import { startPlatform, type RunningPlatform } from '../support/platform.js';
import { addDevice, hasChromium, launchBrowser, PASSWORD, post, signUp, visit, type Visit } from './browser.js';

/** A platform is started twice, on a machine that may be busy. */
const STARTS_MS_MAX = 90_000;

describe.skipIf(!hasChromium)('pages', () => {
  let platform: RunningPlatform;
  let browser: Browser;
  let sut: Visit;

  beforeAll(async () => {
    platform = await startPlatform();
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.remove();
  });
  beforeEach(async () => {
    sut = await visit(browser, platform.url);
    await signUp(sut.page);
  });
  afterEach(async () => {
    expect(sut.faults).toEqual([]);
    await sut.context.close();
  });

  it('draws a live map on its own base map', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'walker', name: 'Walker', schema: { fields: { position: { type: 'location' } } } });
    const now = Date.now();
    await post(
      page,
      'walker',
      Array.from({ length: 40 }, (_, at) => ({
        time: now - (40 - at) * 1000,
        position: { lat: 47.37 + at / 1000, lon: 8.54 + Math.sin(at / 5) / 100 },
      })),
    );
    const outlines = page.waitForResponse((answer) => /countries-.*\.json$/.test(answer.url()) && answer.ok());
    await page.goto('/devices/walker');
    await outlines;
    await page.getByRole('region', { name: 'Map of position: 40 positions' }).waitFor();
    await page.locator('.position-marker').waitFor();
    expect(await page.locator('canvas.leaflet-tile').count()).toBeGreaterThan(3);
    await post(page, 'walker', { position: [47.5, 8.6] });
    await page.getByRole('region', { name: 'Map of position: 41 positions' }).waitFor();
  });

  it('shows every time in the chosen zone, and remembers it', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'clock', name: 'Clock', schema: { fields: { t: { type: 'number' } } } });
    await post(page, 'clock', { t: 1, time: '2026-01-15T12:00:00.250Z' });
    await page.goto(`/devices/clock/readings?from=${Date.parse('2026-01-15T00:00:00Z')}&to=${Date.parse('2026-01-16T00:00:00Z')}`);
    await page.getByRole('cell', { name: '2026-01-15 13:00:00.250' }).waitFor();
    const zone = page.getByRole('combobox', { name: 'Time zone' });
    await zone.click();
    await zone.fill('tokyo');
    await page.getByRole('option', { name: 'Asia/Tokyo' }).click();
    await page.getByRole('cell', { name: '2026-01-15 21:00:00.250' }).waitFor();
    expect(await page.getByTestId('shown-range').textContent()).toBe('2026-01-15 09:00 – 2026-01-16 09:00');
    await page.reload();
    await page.getByRole('cell', { name: '2026-01-15 21:00:00.250' }).waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('csv').click()]);
    expect(await readFile(await download.path(), 'utf8')).toContain('2026-01-15T21:00:00.250+09:00');
  });

  it('leads to history that lies outside the time shown', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'old', name: 'Old', schema: { fields: { t: { type: 'number' } } } });
    await post(
      page,
      'old',
      [1, 2, 3].map((t) => ({ t, time: `2020-02-0${t}T00:00:00Z` })),
    );
    await page.goto('/devices/old');
    await page.getByText('No readings in this range.').waitFor();
    await page.getByRole('button', { name: 'Show the time around it' }).click();
    await page.getByText('No readings in this range.').waitFor({ state: 'detached' });
    expect(await page.getByTestId('shown-range').textContent()).toContain('2020-02-03');
  });

  it('leads to so many readings as can be told apart, and shows few as dots', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'daily', name: 'Daily', schema: { fields: { t: { type: 'number' }, once: { type: 'number' } } } });
    const day = (at: number): string => new Date(Date.UTC(2020, 0, 1 + at)).toISOString();
    await post(
      page,
      'daily',
      Array.from({ length: 300 }, (_, at) => ({ t: 5, time: day(at), ...(at === 290 && { once: 7 }) })),
    );
    await page.goto('/devices/daily');
    await page.getByRole('button', { name: 'Show the time around it' }).click();
    await page.getByRole('img', { name: 'Chart of once: 1 reading between 7 and 7' }).waitFor();
    const shown = /: (\d+) readings/.exec((await page.getByRole('img', { name: /^Chart of t:/ }).getAttribute('aria-label')) ?? '');
    expect(Number(shown?.[1])).toBeGreaterThanOrEqual(50);
    expect(Number(shown?.[1])).toBeLessThanOrEqual(200);
    const tall = (field: string, isDot: boolean): Promise<number> => eventually(() => inkHeight(page, field), (px) => px > 3 === isDot); // prettier-ignore
    await tall('once', true);
    await tall('t', false);
    await page.goto(`/devices/daily?from=${Date.parse(day(100))}&to=${Date.parse(day(120))}`);
    await tall('t', true);
    for (let scale = 1; scale < 16; scale *= 2) await page.getByRole('button', { name: 'Zoom out' }).click();
    await tall('t', false);
    for (let scale = 1; scale < 16; scale *= 2) await page.goBack();
    await tall('t', true);
  });

  it.each([390, 1440])('keeps what can be done with a chart at its top right, %i px wide, however long its value', async (width) => {
    const { page } = sut;
    const fields = { acceleration: { type: 'vector', axes: ['x', 'y', 'z'], unit: 'm/s2', precision: 6 }, remark: { type: 'string' } };
    await addDevice(page, { deviceId: 'press', name: 'Press', schema: { fields } });
    await post(page, 'press', { acceleration: { x: -10.123456, y: -10.123456, z: -10.123456 }, remark: 'word '.repeat(60) });
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/devices/press');
    for (const field of ['acceleration', 'remark']) {
      const panel = page.locator(`[data-field="${field}"]`);
      await panel
        .getByText(/−10.123456|word/)
        .first()
        .waitFor();
      const [outer, menu, head] = await Promise.all(
        [panel, panel.locator('header button').last(), panel.locator('header')].map((each) => each.boundingBox()),
      );
      expect(menu!.y - outer!.y).toBeLessThan(24);
      expect(outer!.x + outer!.width - menu!.x - menu!.width).toBeLessThan(24);
      expect(head!.height).toBeLessThan(110);
    }
  });

  it('says that a field has no value only once it is known', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'slow', name: 'Slow', schema: { fields: { t: { type: 'number' } } } });
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/latest', async (route) => {
      await asked;
      await route.continue();
    });
    await page.goto('/devices/slow');
    await page.locator('[data-tile="t"]').waitFor();
    expect(
      await page
        .locator('[data-tile="t"], [data-field="t"] header')
        .getByText(/–|no value/)
        .count(),
    ).toBe(0);
    answer();
    await page.locator('[data-tile="t"]').getByText('no value yet').waitFor();
    await page.locator('[data-field="t"] header').getByText('–').waitFor();
  });

  it('shows markup in names as text', async () => {
    const { page } = sut;
    const name = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
    await addDevice(page, {
      deviceId: 'hostile',
      name,
      tags: { '<b>': '"><svg onload=alert(3)>' },
      schema: { fields: { '<i>t</i>': { type: 'number', label: '<svg onload=alert(4)>' }, at: { type: 'location', label: name } } },
    });
    await post(page, 'hostile', { '<i>t</i>': 5, at: [1, 2] });
    await page.goto('/');
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.locator('.position-marker').waitFor();
    await page.locator('[data-field="at"] .leaflet-container').hover();
    for (const tab of ['Readings', 'Events', 'Schema', 'Post readings']) await page.getByRole('link', { name: tab, exact: true }).click();
    expect(await page.locator('main img, main script, main [onload]').count()).toBe(0);
  });

  it('makes, shows once and revokes a key', async () => {
    const { page } = sut;
    await page.goto('/api-keys');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByLabel('Name').fill('Gateway');
    await page.getByLabel('read', { exact: true }).check();
    await page.getByRole('button', { name: 'Create the key' }).click();
    const key = (await page.getByTestId('new-key').textContent()) ?? '';
    const asked = async (): Promise<number> =>
      (await fetch(`${platform.url}/api/v1/devices`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await asked()).toBe(200);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    expect(await page.content()).not.toContain(key);
    await page.getByRole('button', { name: 'Revoke Gateway' }).click();
    await page.getByRole('button', { name: 'Revoke the key' }).click();
    await page.getByRole('button', { name: 'Revoke Gateway' }).waitFor({ state: 'detached' });
    expect(await asked()).toBe(401);
  });

  it('puts what the server says of a schema at its row, and registers the next version', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'meter', name: 'Meter', schema: { fields: { power: { type: 'number', unit: 'W' } } } });
    await page.goto('/devices/meter/schema');
    await page.getByRole('button', { name: 'Change the schema' }).click();
    const row = page.getByRole('listitem', { name: 'Field power' });
    await row.getByLabel('Decimals').fill('99');
    await page.getByRole('button', { name: 'Register version 2' }).click();
    await page.getByText('The schema is not valid.').waitFor();
    expect(await row.getByLabel('Decimals').getAttribute('aria-invalid')).toBe('true');
    await row.getByLabel('Decimals').fill('2');
    await page.getByText('JSON', { exact: true }).click();
    const json = page.getByLabel('Schema as JSON');
    await json.fill(
      JSON.stringify({ fields: { power: { type: 'number', unit: 'W', precision: 2 }, phase: { type: 'enum', values: ['L1', 'L2'] } } }),
    );
    await page.getByText('Fields', { exact: true }).click();
    await page.getByRole('listitem', { name: 'Field phase' }).waitFor();
    await page.getByRole('button', { name: 'Register version 2' }).click();
    await page.getByText('Version 2, since').waitFor();
    await page.getByText('Version 1, from').waitFor();
  });

  it('stays quick with 1,000 fields', async () => {
    const { page } = sut;
    const names = Array.from({ length: 1_000 }, (_, at) => `channel_${at}`);
    await addDevice(page, {
      deviceId: 'wide',
      name: 'Wide',
      schema: { fields: Object.fromEntries(names.map((name) => [name, { type: 'number' }])) },
    });
    await post(page, 'wide', Object.fromEntries(names.map((name, at) => [name, at])));
    await page.goto('/devices/wide');
    await page.locator('[data-tile="channel_7"]').getByText('7', { exact: true }).waitFor();
    expect(await page.locator('main canvas').count()).toBeLessThan(20);
    await page.getByLabel('Find a field').fill('channel_977');
    await page.locator('[data-tile="channel_977"]').getByText('977', { exact: true }).waitFor();
    await page.locator('[data-field="channel_977"] canvas').waitFor();
  });

  it('keeps its frame without a connection, says what is missing, and shows it by itself when the connection is back', async () => {
    const { page, context } = sut;
    await page.goto('/');
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Analyses', exact: true }).click();
    await page.getByText('This page could not be loaded: no connection').waitFor();
    await page.getByText('This browser is offline.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('link', { name: 'API keys' }).waitFor();
    await context.setOffline(false);
    await page.getByRole('heading', { name: 'Analyses', level: 1 }).waitFor();
    const unstyled = `[...document.querySelectorAll('link[rel="stylesheet"]')].filter((link) => !link.sheet).length`;
    expect(await page.evaluate<number>(unstyled)).toBe(0);
  });

  it('begins anew, once, where a deployment has taken a part of it away', async () => {
    const { page, context } = sut;
    await context.route(/analyses-page-.*\.js$/, (route) => route.fulfill({ status: 404 }));
    await page.goto('/');
    const loads: string[] = [];
    page.on('load', () => loads.push(page.url()));
    await page.getByRole('link', { name: 'Analyses', exact: true }).click();
    await page.getByRole('heading', { name: 'This page broke' }).waitFor();
    expect(loads).toHaveLength(1);
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
  });

  it('shows on a phone where one is, a value beside its time, and what can be done with a key', async () => {
    const phone = await visit(browser, platform.url, { width: 390 });
    const { page } = phone;
    const isInSight = (selector: string): Promise<boolean> =>
      page.evaluate<boolean>(
        `(({ left, right }) => left >= 0 && right <= innerWidth)(document.querySelector('${selector}').getBoundingClientRect())`,
      );
    await signUp(page);
    await addDevice(page, { deviceId: 'd', name: 'D', schema: { fields: { t: { type: 'number' } } } });
    await post(page, 'd', { t: 21.5 });
    await page.goto('/devices/d/post');
    const tabs = page.getByRole('navigation', { name: 'Of this device' });
    await tabs.and(page.locator('[data-more="before"]')).waitFor();
    expect(await isInSight('nav[aria-label="Of this device"] [aria-current]')).toBe(true);
    await page.goto('/devices/d/readings');
    await page.getByRole('cell', { name: '21.5' }).waitFor();
    expect(await isInSight('td:nth-child(2)')).toBe(true);
    await page.goto('/api-keys');
    await page.getByRole('button', { name: 'Revoke First key' }).waitFor();
    expect(await isInSight('[aria-label="Revoke First key"]')).toBe(true);
    expect(phone.faults).toEqual([]);
    await phone.context.close();
  });

  it('lists free texts with their times, and what comes live', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'log', name: 'Log', schema: { fields: { remark: { type: 'string' }, state: { type: 'string' } } } });
    const at = (seconds: number): string => new Date(Date.now() - seconds * 1_000).toISOString();
    const states = ['on', 'off', 'on', 'off'];
    await post(
      page,
      'log',
      states.map((state, index) => ({ time: at(400 - index * 60), state, remark: `Remark ${index}` })),
    );
    await page.goto('/devices/log');
    const texts = page.getByRole('list', { name: 'Newest texts of remark' }).getByRole('listitem');
    await texts.filter({ hasText: 'Remark 3' }).waitFor();
    await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
    await post(page, 'log', { remark: 'Remark live' });
    await texts.filter({ hasText: 'Remark live' }).waitFor();
    expect((await texts.allTextContents()).map((text) => text.slice(text.indexOf('Remark')))).toEqual([
      'Remark live',
      'Remark 3',
      'Remark 2',
      'Remark 1',
      'Remark 0',
    ]);
    await page.getByRole('img', { name: 'state: 4 states in this range' }).waitFor();
  });

  it('asks before typed work is left, and keeps it while one signs in again', async () => {
    const { page, context } = sut;
    await addDevice(page, { deviceId: 'd', name: 'D', schema: { fields: { t: { type: 'number' } } } });
    await post(page, 'd', { t: 1 });
    await page.goto('/devices/d');
    await page.getByRole('button', { name: 'More on t' }).click();
    await page.getByRole('menuitem', { name: 'Alert on this field' }).click();
    await page.getByLabel('Threshold', { exact: true }).fill('30');
    await page.getByLabel('Name', { exact: true }).fill('Typed');
    const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
    for (let times = 0; times < 2; times += 1) {
      await page.goBack();
      await leaving.getByRole('button', { name: 'Stay' }).click();
      await leaving.waitFor({ state: 'hidden' });
    }
    expect([new URL(page.url()).pathname, await page.getByLabel('Name', { exact: true }).inputValue()]).toEqual([
      '/alert-rules/new',
      'Typed',
    ]);
    await page.getByRole('link', { name: 'API keys' }).click();
    await leaving.getByRole('button', { name: 'Stay' }).click();
    await context.clearCookies();
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await page.getByText('Your session has ended. Sign in again to go on.').waitFor();
    await page.getByLabel(/^Password of /).fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('E-mail address or password is wrong.').waitFor();
    await page.getByLabel(/^Password of /).fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Typed', level: 1 }).waitFor();
    await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('Changed');
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    await page.goBack();
    await page.getByLabel('Name', { exact: true }).fill('Changed');
    await page.goBack();
    await leaving.getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByRole('heading', { name: 'Typed', level: 1 }).waitFor({ state: 'detached' });
  });

  it('leads from an ended session to the sign-in of another account, and back to the page', async () => {
    const { page, context } = sut;
    await page.goto('/api-keys');
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    await context.clearCookies();
    await page.getByRole('link', { name: 'Analyses', exact: true }).click();
    await page.getByRole('button', { name: 'Use another account' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).search).toBe(`?next=${encodeURIComponent('/analyses')}`);
  });

  it(
    'goes on without a hole when the server was away',
    async () => {
      const own = await startPlatform();
      const mine = await visit(browser, own.url);
      const { page } = mine;
      await signUp(page);
      await addDevice(page, { deviceId: 'd', name: 'D', schema: { fields: { t: { type: 'number' } } } });
      await post(page, 'd', { t: 1 });
      await page.goto('/devices/d');
      await page.locator('[data-tile="t"]').getByText('1', { exact: true }).waitFor();
      await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
      await own.stop();
      await page.locator('[data-testid="connection"][data-state="reconnecting"]').waitFor();
      const again = await startPlatform({ dataDir: own.dataDir, port: Number(new URL(own.url).port) });
      const cookies = (await mine.context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
      const answer = await fetch(`${again.url}/api/v1/devices/d/readings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie: cookies, origin: again.url },
        body: JSON.stringify([{ t: 2 }, { t: 77 }]),
      });
      expect(answer.status).toBe(200);
      await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
      await page.locator('[data-tile="t"]').getByText('77', { exact: true }).waitFor();
      expect(mine.faults).toEqual([]);
      await mine.context.close();
      await again.remove();
    },
    STARTS_MS_MAX,
  );
});

/** Of a browser's, what is asked for here. */
interface Canvas {
  width: number;
  height: number;
  getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray } };
}

/** How tall the line of a chart is where it is tallest, in pixels: what has a colour is a line, the rest is grey. */
function inkHeight(page: Page, field: string): Promise<number> {
  return page.locator(`[data-field="${field}"] canvas`).evaluate((element) => {
    const canvas = element as unknown as Canvas;
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const hasColor = (x: number, y: number): boolean => {
      const [red, green, blue, alpha] = data.slice((y * width + x) * 4, (y * width + x) * 4 + 4) as unknown as [
        number,
        number,
        number,
        number,
      ];
      return alpha > 60 && Math.max(red, green, blue) - Math.min(red, green, blue) > 50;
    };
    let most = 0;
    for (let x = 0; x < width; x += 1) {
      let run = 0;
      for (let y = 0; y < height; y += 1) most = Math.max(most, (run = hasColor(x, y) ? run + 1 : 0));
    }
    return most;
  });
}
