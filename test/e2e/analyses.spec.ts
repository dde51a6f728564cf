/** Analyses in a real browser: asked for by the form, added to charts, shown by shape, taken along as PNG and CSV, compared. */
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import type { Browser, Download, Page, Request } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/client.js';
import { startPlatform, type RunningPlatform } from '../support/platform.js';
import { addAnalysis, addDevice, choose, hasChromium, launchBrowser, post, signUp, visit, type Visit } from './browser.js';

const audit = readFileSync(new URL('./audit.browser.js', import.meta.url), 'utf8');
const QUARTER = 900_000;
const START = Date.UTC(2026, 0, 5);
const COUNT = 900;
const END = START + COUNT * QUARTER;
/** Where the readings jump: far from anything before. */
const SPIKE = START + 800 * QUARTER;

/** Days that resemble one another, with a little noise that is always the same. */
const readings = Array.from({ length: COUNT }, (_, at) => {
  const time = START + at * QUARTER;
  const noise = Math.sin(at * 12.9898) * 0.3;
  const temperature = 20 + 5 * Math.sin((2 * Math.PI * at) / 96) + noise + (time === SPIKE ? 15 : 0);
  return { time, temperature, humidity: 90 - 1.5 * temperature + Math.cos(at * 7.3), load: ((at * 7919) % 101) / 10 };
});

const van = [
  ...Array.from({ length: 15 }, () => [47.37, 8.54]),
  ...Array.from({ length: 15 }, (_, at) => [47.37 + (at + 1) * 0.005, 8.54 + (at + 1) * 0.002]),
  ...Array.from({ length: 15 }, () => [47.445, 8.57]),
].map((position, at) => ({ time: START + at * 60_000, position }));

describe.skipIf(!hasChromium)('analyses', () => {
  let platform: RunningPlatform;
  let browser: Browser;
  let sut: Visit;

  beforeAll(async () => {
    platform = await startPlatform();
    browser = await launchBrowser();
    sut = await visit(browser, platform.url, { timezoneId: 'UTC' });
    const { page } = sut;
    await signUp(page);
    const number = { type: 'number' };
    await addDevice(page, {
      deviceId: 'lab',
      name: 'Laboratory',
      schema: { fields: { temperature: number, humidity: number, load: number } },
    });
    await post(page, 'lab', readings);
    await addDevice(page, { deviceId: 'van', name: 'Van', schema: { fields: { position: { type: 'location' } } } });
    await post(page, 'van', van);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.remove();
  });

  it('begin with a page that says what to do', async () => {
    const { page } = sut;
    await page.getByRole('link', { name: 'Analyses' }).click();
    await page.getByText('Nothing has been computed yet.').waitFor();
    await page.getByRole('button', { name: 'New analysis' }).click();
    await page.getByRole('heading', { name: 'New analysis', level: 1 }).waitFor();
  });

  it('are asked for by a form that is built from the operation, and forecast with a fan', async () => {
    const { page } = sut;
    await ask(page, 'Forecast', 'Laboratory', ['temperature']);
    await page.getByText('Source: Theta').waitFor();
    await page.getByLabel('Steps ahead').fill('0');
    await page.getByRole('button', { name: 'Compute it' }).click();
    await page.getByText('It must be at least 1').waitFor();
    await page.getByLabel('Steps ahead').fill('96');
    await page.getByRole('button', { name: 'Compute it' }).click();
    await page.getByRole('heading', { name: 'Forecast of lab temperature', level: 1 }).waitFor();
    const figure = page.locator('[data-figure="Forecast of lab temperature"]');
    await figure.locator('canvas').waitFor();
    await page.getByText('96 rows of one field').waitFor();
    await page.getByText('forecast, version').waitFor();
    expect(await page.getByTestId('digest').textContent()).toMatch(/^[0-9a-f]{64}$/);
    const csv = await textOf(await taken(page, () => figure.getByRole('button', { name: /as CSV$/ }).click()));
    expect(csv.split('\r\n')[0]).toBe('time,device,field,mean,lower80,upper80,lower95,upper95');
    expect(csv.trim().split('\r\n')).toHaveLength(97);
    expect(csv.split('\r\n')[1]).toContain(new Date(END).toISOString());
    await isPicture(await taken(page, () => figure.getByRole('button', { name: /as PNG$/ }).click()));
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('tell what is strange, and why', async () => {
    const { page } = sut;
    await compute(page, 'Anomalies', 'Laboratory', ['temperature']);
    const row = page.getByRole('region', { name: 'Anomalies' }).getByRole('row').filter({ hasText: '2026-01-13 08:00:00' });
    await row.waitFor();
    expect(await row.getByRole('cell').nth(1).textContent()).toMatch(/\d.*\(.+\)$/);
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('train a network, say whether it is used, and list its versions with the device', async () => {
    const { page } = sut;
    await page.goto('/devices/lab/models');
    await page.getByText('No network was trained on this device.').waitFor();
    await compute(page, 'Train a network', 'Laboratory', ['temperature']);
    const note = page.getByRole('list', { name: 'Networks' }).getByRole('listitem');
    expect(await note.textContent()).toMatch(/etwork used.*mean absolute error is [\d.]+ with the network and [\d.]+ without/);
    expect(await page.evaluate(audit)).toEqual([]);
    await page.goto('/devices/lab/models');
    const row = page.getByRole('region', { name: 'Models' }).getByRole('row').nth(1);
    await row.waitFor();
    const cells = await row.getByRole('cell').allTextContents();
    expect(cells.filter((_, at) => at !== 3)).toEqual([
      'temperature',
      'Forecast',
      '1',
      '900',
      expect.stringMatching(/^(yes|no)$/),
      expect.any(String),
    ]);
    expect(cells[6]).toMatch(/mean absolute error/);
    expect(await page.evaluate(audit)).toEqual([]);
    await row.getByRole('link').click();
    await page.getByRole('heading', { name: 'Train a network of lab temperature', level: 1 }).waitFor();
  });

  it('show how fields belong together: a matrix and a network', async () => {
    const { page } = sut;
    await page.goto('/analyses/new');
    await choose(page, 'Operation', 'Correlation');
    await choose(page, 'Devices', 'Laboratory (lab)');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'All 3 fields' }).click();
    await page.getByRole('button', { name: 'Compute it' }).click();
    const matrix = page.locator('[data-figure="Correlation matrix"]');
    const cell = matrix.getByTitle(/^temperature, humidity/);
    await cell.waitFor();
    expect(Number((await cell.textContent())?.replace('−', '-'))).toBeLessThan(-0.9);
    await page.getByText('1 pair of 3 fields').waitFor();
    await page.getByRole('region', { name: 'Pairs' }).getByText('temperature').waitFor();
    await isPicture(await taken(page, () => matrix.getByRole('button', { name: /as PNG$/ }).click()));
    await isPicture(await taken(page, () => page.getByRole('button', { name: 'Save Network as PNG' }).click()));
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('find the rhythm of a day in a spectrum', async () => {
    const { page } = sut;
    await compute(page, 'Spectrum', 'Laboratory', ['temperature']);
    const figure = page.locator('[data-figure="Spectrum of lab temperature"]');
    await figure.locator('canvas').waitFor();
    const period = (await figure.locator('dt').first().textContent()) ?? '';
    expect(period).toMatch(/ h$/);
    expect(Math.abs(parseFloat(period) - 24)).toBeLessThan(4);
    await isPicture(await taken(page, () => figure.getByRole('button', { name: /as PNG$/ }).click()));
  });

  it('show lags as stems, and values as bars', async () => {
    const { page } = sut;
    await compute(page, 'Cross-correlation', 'Laboratory', ['temperature', 'humidity']);
    await page.getByText('Strongest at').waitFor();
    await page.locator('[data-figure="lab humidity after lab temperature"] canvas').waitFor();
    await compute(page, 'Histogram', 'Laboratory', ['load']);
    await page.locator('[data-figure="Histogram of lab load"] canvas').waitFor();
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('show trips on the map, and each by its line', async () => {
    const { page } = sut;
    await compute(page, 'Trips and stops', 'Van', []);
    const figure = page.locator('[data-figure="Trips and stops of van"]');
    await figure.getByText('1 trip and 2 stops').waitFor();
    await figure.locator('.leaflet-container canvas').first().waitFor();
    await figure.getByRole('button', { name: 'Trip 2' }).click();
    expect(await figure.getByRole('button', { name: 'Trip 2' }).getAttribute('aria-pressed')).toBe('true');
    const csv = await textOf(await taken(page, () => figure.getByRole('button', { name: /as CSV$/ }).click()));
    expect(csv.split('\r\n')[0]).toBe(
      'time,device,field,kind,start,end,duration,distance,speedMean,startLat,startLon,endLat,endLon,readings',
    );
    await isPicture(await taken(page, () => figure.getByRole('button', { name: /as PNG$/ }).click()));
  });

  it('take an area that is typed, and one that is drawn', async () => {
    const { page } = sut;
    await ask(page, 'Geofence passages', 'Van', []);
    await page.getByRole('button', { name: 'Compute it' }).click();
    await page.getByText('This is needed.').waitFor();
    const map = page.getByRole('application', { name: /^Map to draw/ });
    await map.scrollIntoViewIfNeeded();
    for (const position of [{ x: 200, y: 60 }, { x: 300, y: 60 }, { x: 300, y: 200 }]) await map.click({ position }); // prettier-ignore
    const corners = page.getByLabel(/^Corners of the area/);
    expect((await corners.inputValue()).split('\n')).toHaveLength(3);
    await corners.fill('47.36, 8.53\n47.38, 8.53\n47.38, 8.55\n47.36, 8.55');
    await page.getByRole('button', { name: 'Compute it' }).click();
    await page.locator('[data-figure="Geofence passages of van"]').getByText('1 passage').waitFor();
  });

  it('are listed, compared and deleted', async () => {
    const { page } = sut;
    await compute(page, 'Forecast', 'Laboratory', ['temperature']);
    await page.goto('/analyses');
    const list = page.getByRole('list', { name: 'Analyses' });
    const forecasts = list.getByRole('checkbox', { name: 'Compare Forecast of lab temperature' });
    await forecasts.first().check();
    await forecasts.nth(1).check();
    expect(await page.evaluate(audit)).toEqual([]);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByText('The results differ.').waitFor();
    await page.getByRole('cell', { name: 'horizon 96' }).waitFor();
    expect(await page.locator('[data-figure="Forecast of lab temperature"] canvas').count()).toBe(2);
    await isPicture(await taken(page, () => page.getByRole('button', { name: 'Save A and B over lab temperature as PNG' }).click()));
    expect(await page.evaluate(audit)).toEqual([]);
    await page.goto('/analyses');
    await list.getByRole('button', { name: 'Delete Histogram of lab load' }).click();
    await page.getByRole('button', { name: 'Delete it' }).click();
    await list.getByText('Histogram of lab load').waitFor({ state: 'detached' });
  });

  it('that fail say why', async () => {
    const { page } = sut;
    await page.goto('/analyses/new');
    await ask(page, 'Decomposition (STL)', 'Laboratory', ['temperature']);
    await page.getByLabel('Season', { exact: true }).fill('100000');
    await page.getByRole('button', { name: 'Compute it' }).click();
    await page.getByText('It could not be computed.').waitFor();
    await page
      .getByRole('alert')
      .getByText(/needs at least two/)
      .waitFor();
  });

  it('are added to a chart and seen at once, over it and below it', async () => {
    const { page } = sut;
    await page.goto(`/devices/lab?from=${START + 600 * QUARTER}&to=${END}`);
    const panel = page.locator('[data-field="temperature"]');
    await addToChart(page, 'temperature', 'Moving average');
    await panel.locator('[data-operation="moving-average"][data-state="done"]').waitFor();
    const asked: string[] = [];
    const note = (request: Request): void => void (request.url().includes('/series?') && asked.push(request.url()));
    page.on('request', note);
    await addToChart(page, 'temperature', 'Forecast');
    await panel.locator('[data-operation="forecast"][data-state="done"]').waitFor();
    page.off('request', note);
    expect(asked).toEqual([]);
    await isPicture(await taken(page, () => panel.getByRole('button', { name: 'Save the chart with Forecast as PNG' }).click()));
    const csv = await textOf(await taken(page, () => panel.getByRole('button', { name: 'Save the data of Forecast as CSV' }).click()));
    expect(csv).toContain('mean,lower80,upper80');
    await addToChart(page, 'temperature', 'Anomalies');
    await panel.getByRole('region', { name: 'Anomalies' }).getByText('2026-01-13 08:00:00').waitFor();
    await addToChart(page, 'humidity', 'Decomposition (STL)', { Season: '96' });
    await page.locator('[data-figure="Trend of lab humidity"] canvas').waitFor();
    expect(await page.evaluate(audit)).toEqual([]);
    await page.reload();
    for (const operation of ['moving-average', 'forecast', 'anomalies', 'decompose'])
      await page.locator(`[data-operation="${operation}"][data-state="done"]`).waitFor();
    await panel.getByRole('button', { name: 'Take Moving average off' }).click();
    await panel.locator('[data-operation="moving-average"]').waitFor({ state: 'detached' });
    await panel.getByRole('link', { name: 'Forecast' }).click();
    await page.getByRole('heading', { name: 'Chart of temperature', level: 1 }).waitFor();
    // Those that no chart shows any more are deleted; the one that is looked at stays.
    await page.goto('/analyses');
    const charts = page.getByRole('list', { name: 'Analyses' }).getByRole('link', { name: /^Chart of/ });
    const left = async (): Promise<number> => {
      await page.reload();
      await page.getByRole('list', { name: 'Analyses' }).waitFor();
      return charts.count();
    };
    await eventually(left, (count) => count === 1);
  });

  it('follow what comes, until they are cancelled', async () => {
    const { page } = sut;
    await ask(page, 'Moving average', 'Laboratory', ['temperature']);
    await page.getByLabel('Goes on with every reading').check();
    await page.getByRole('button', { name: 'Compute it' }).click();
    await page.getByText('following what comes').waitFor();
    await page.getByText(`${COUNT} rows of one field`).waitFor();
    await post(page, 'lab', { time: END, temperature: 21 });
    await page.getByText(`${COUNT + 1} rows of one field`).waitFor();
    await page.getByRole('button', { name: /^Cancel/ }).click();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
  });

  it('tell how far they are, and are cancelled on the way', async () => {
    const { page } = sut;
    await addDevice(page, { deviceId: 'long', name: 'Long', schema: { fields: { level: { type: 'number' } } } });
    for (let from = 0; from < 8_000; from += 1_000) {
      const level = (at: number): number => Math.sin((2 * Math.PI * at) / 24) + Math.sin(at * 12.9898);
      await post(page, 'long', Array.from({ length: 1_000 }, (_, at) => ({ time: START + (from + at) * 60_000, level: level(from + at) }))); // prettier-ignore
    }
    const params = { season: 2, robust: true, seasonalWindow: 4_001, trendWindow: 8_001 };
    await page.goto('/analyses');
    const analysisId = await addAnalysis(page, { operation: 'decompose', deviceId: 'long', fields: ['level'], params });
    await page.reload();
    const row = page.locator(`[data-analysis="${analysisId}"]`);
    const progress = async (): Promise<number> => Number(await row.getByRole('progressbar').getAttribute('aria-valuenow'));
    const first = await eventually(progress, (percent) => percent > 0);
    // Told over the socket: the page is not reloaded.
    await eventually(progress, (percent) => percent > first);
    await row.getByRole('button', { name: /^Cancel/ }).click();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await row.getByText('cancelled').waitFor();
  });

  it('leave nothing when a chart lets go of them on the way', async () => {
    const { page } = sut;
    await page.goto(`/devices/long?from=${START}&to=${START + 8_000 * 60_000}`);
    const slow = { Season: '2', Robust: true, 'Seasons looked at': '4001', 'Steps of the trend': '8001' } as const;
    await addToChart(page, 'level', 'Decomposition (STL)', slow);
    const operation = page.locator('[data-operation="decompose"]');
    await operation.and(page.locator('[data-state="pending"]')).waitFor();
    const asked = async (): Promise<string[]> => {
      type Listed = { items: { analysisId: string; name: string }[] };
      const { items } = await page.evaluate(async () => (await fetch('/api/v1/analyses')).json() as Promise<Listed>);
      return items.filter(({ name }) => name === 'Chart of level').map(({ analysisId }) => analysisId);
    };
    const [first] = await eventually(asked, (ids) => ids.length === 1);
    // A page that is loaded again asks anew.
    await page.reload();
    await operation.and(page.locator('[data-state="pending"]')).waitFor();
    await eventually(asked, (ids) => ids.length === 1 && ids[0] !== first);
    await page.getByRole('button', { name: 'Take Decomposition (STL) off' }).click();
    await eventually(asked, (ids) => ids.length === 0);
  });

  it('need no mouse to be added to a chart', async () => {
    const { page } = sut;
    await page.goto(`/devices/lab?from=${START + 600 * QUARTER}&to=${END}`);
    await page.getByRole('button', { name: 'Add an operation to load' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await page.getByRole('dialog').getByLabel('Operation').and(page.locator(':focus')).waitFor();
    await page.keyboard.type('Difference');
    const first = page.getByRole('option').first();
    await first.and(page.getByRole('option', { name: 'Difference', exact: true })).waitFor();
    await page.keyboard.press('ArrowDown');
    await first.and(page.locator('[data-combobox-selected]')).waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Readings back').waitFor();
    for (let tabs = 0; tabs < 12 && !(await page.getByRole('button', { name: 'Add it' }).and(page.locator(':focus')).count()); tabs += 1)
      await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('[data-field="load"] [data-operation="difference"][data-state="done"]').waitFor();
    await page.locator('[data-figure="Difference of lab load"] canvas').waitFor();
  });

  it('ask nobody but the platform, and nothing goes wrong on the way', () => {
    expect(sut.faults).toEqual([]);
  });
});

async function ask(page: Page, operation: string, device: string, fields: string[]): Promise<void> {
  await page.goto('/analyses/new');
  await choose(page, 'Operation', operation);
  await choose(page, 'Devices', `${device} (${device === 'Van' ? 'van' : 'lab'})`);
  await page.keyboard.press('Escape');
  for (const field of fields) await choose(page, 'Fields', field);
  await page.keyboard.press('Escape');
}

async function compute(page: Page, operation: string, device: string, fields: string[]): Promise<void> {
  await ask(page, operation, device, fields);
  await page.getByRole('button', { name: 'Compute it' }).click();
  await page.getByRole('heading', { name: 'Where this comes from' }).waitFor();
  await page.getByTestId('digest').waitFor();
}

/** `true` checks a box, text is typed. */
async function addToChart(page: Page, field: string, operation: string, params: Record<string, string | true> = {}): Promise<void> {
  await page.getByRole('button', { name: `Add an operation to ${field}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Operation').first().click();
  await page.getByRole('option', { name: operation, exact: true }).click();
  for (const [label, value] of Object.entries(params)) {
    const input = dialog.getByLabel(label, { exact: true });
    await (value === true ? input.check() : input.fill(value));
  }
  await dialog.getByRole('button', { name: 'Add it' }).click();
  await dialog.waitFor({ state: 'detached' });
}

async function taken(page: Page, click: () => Promise<void>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  return download;
}

const textOf = async (download: Download): Promise<string> => readFile(await download.path(), 'utf8');

/** A PNG with something drawn on it: not all of one colour, which would be a few hundred bytes. */
async function isPicture(download: Download): Promise<void> {
  const bytes = await readFile(await download.path());
  expect(download.suggestedFilename()).toMatch(/\.png$/);
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(bytes.length).toBeGreaterThan(5_000);
}
