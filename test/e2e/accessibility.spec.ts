/** Every page, light and dark, wide and narrow: named controls, labelled inputs, contrast, no sideways scrolling, a keyboard is enough. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type RunningPlatform } from '../support/platform.js';
import { addAnalysis, addDevice, addRule, hasChromium, launchBrowser, post, signUp, visit } from './browser.js';

const audit = readFileSync(new URL('./audit.browser.js', import.meta.url), 'utf8');

const fields = {
  temperature: { type: 'number', unit: 'Cel', min: -40, max: 60, label: 'Temperature' },
  state: { type: 'enum', values: ['ok', 'fault'] },
  acceleration: { type: 'vector', axes: ['x', 'y', 'z'], unit: 'm/s2' },
  position: { type: 'location' },
};
const reading = { temperature: 20, state: 'ok', acceleration: [0, 0, 9.8], position: [47, 8] };
const SETTLED =
  'Promise.allSettled(document.getAnimations().filter((each) => each instanceof CSSTransition).map(({ finished }) => finished))';
/** Some thirty pages in each of two widths at once, each until nothing loads any more, on a machine that may be busy. */
const PAGES_MS_MAX = 180_000;

const RULE = {
  name: 'Above ten',
  severity: 'warning',
  devices: { tags: { site: 'Zurich' } },
  condition: { type: 'threshold', field: 'temperature', op: '>', value: 10, clear: 8 },
  schedule: { tz: 'UTC', days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' },
  flapping: { changes: 5, within: '1h' },
  notify: [
    { type: 'webhook', url: 'https://hooks.example.invalid/alerts' },
    { type: 'email', to: 'ops@example.invalid' },
  ],
};
const PATHS = [
  '/',
  '/devices/new',
  '/api-keys',
  '/analyses',
  '/analyses/new',
  '/analyses/new?operation=geofence&device=station&field=position',
  '/alerts',
  '/alert-rules',
  '/alert-rules/new?device=station&field=temperature',
  '/alert-rules/new?device=station&field=position&type=geofence',
  '/operate',
  `/devices/station?op=${encodeURIComponent('["temperature","moving-average"]')}`,
  ...['', '/alerts', '/readings', '/ledger', '/rejections', '/events', '/models', '/schema', '/post'].map(
    (tab) => `/devices/station${tab}`,
  ),
];

describe.skipIf(!hasChromium)('accessibility', () => {
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

  it('finds what it looks for', async () => {
    const { page, context } = await visit(browser, platform.url);
    await page.goto('/sign-in');
    await page.locator('h1').waitFor();
    await page.evaluate(
      "document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button><input><p style=\"color:#bbb\">pale</p>')",
    );
    const found = (await page.evaluate<string[]>(audit)).map((fault) => fault.slice(0, 8));
    expect(found).toEqual(['no name:', 'no label', 'contrast']);
    await context.close();
  });

  it.concurrent.each([1440, 390])(
    'holds on every page, light and dark: %i px',
    async (width) => {
      const { page, context, faults } = await visit(browser, platform.url, { width });
      const auditBoth = async (path: string): Promise<void> => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor();
          // Colours pass over into one another.
          await page.evaluate(SETTLED);
          expect(await page.evaluate(audit), `${path}, ${colorScheme}`).toEqual([]);
        }
      };
      for (const door of ['/sign-in', '/sign-up']) {
        await page.goto(door);
        await page.getByLabel('E-mail address').waitFor();
        await auditBoth(door);
      }
      await signUp(page);
      await addDevice(page, { deviceId: 'station', name: 'Station', tags: { site: 'Zurich' }, schema: { fields } });
      const ruleId = await addRule(page, RULE);
      await post(page, 'station', [reading, { ...reading, temperature: 99 }]);
      await page.goto('/alerts');
      const alert = (await page.getByRole('link', { name: RULE.name }).getAttribute('href')) ?? '';
      const results = [
        await addAnalysis(page, { operation: 'anomalies', deviceId: 'station', fields: ['temperature'] }),
        await addAnalysis(page, { operation: 'trips', deviceId: 'station', fields: ['position'] }),
        await addAnalysis(page, { operation: 'correlation', deviceId: 'station', fields: ['temperature', 'acceleration.x'] }),
      ].map((analysisId) => `/analyses/${analysisId}`);
      for (const path of [...PATHS, ...results, `/alert-rules/${ruleId}`, alert]) {
        await page.goto(path);
        await page.locator('h1').waitFor();
        await page.waitForLoadState('networkidle');
        await auditBoth(path);
      }
      await page.goto('/api-keys');
      await page.getByRole('button', { name: 'Revoke First key' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).waitFor();
      await auditBoth('the dialog that revokes a key');
      expect(faults).toEqual([]);
      await context.close();
    },
    PAGES_MS_MAX,
  );

  it('needs no mouse to sign up and to add a device', async () => {
    const { page, context } = await visit(browser, platform.url);
    await page.goto('/sign-up');
    await page.getByLabel('E-mail address').waitFor();
    await page.keyboard.type(`keyboard-${process.pid}@example.org`);
    await page.keyboard.press('Tab');
    await page.keyboard.type('correct horse battery staple');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate<string>('location.hash')).toBe('#main');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Add a device' }).waitFor();
    await page.keyboard.type('By keyboard');
    expect(await page.getByLabel('Name').first().inputValue()).toBe('By keyboard');
    await page.getByLabel('Name').nth(1).focus();
    await page.keyboard.type('t');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'By keyboard' }).waitFor();
    await context.close();
  });
});
