/** Alerts in a real browser: a rule made by dragging its threshold, seen firing live, acknowledged, silenced, edited by two, taken along. */
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/client.js';
import { startPlatform, type RunningPlatform } from '../support/platform.js';
import { addDevice, addRule, choose, hasChromium, launchBrowser, post, signUp, visit, type Visit } from './browser.js';

const audit = readFileSync(new URL('./audit.browser.js', import.meta.url), 'utf8');
const MINUTE = 60_000;
const COUNT = 600;
const END = Math.floor(Date.now() / MINUTE) * MINUTE - 30 * MINUTE;

/** A wave of two hours between 15 and 25: each of its crests can be cut off by a threshold. */
const readings = Array.from({ length: COUNT }, (_, at) => ({
  time: END - (COUNT - at) * MINUTE,
  temperature: Number((20 + 5 * Math.sin((2 * Math.PI * at) / 120)).toFixed(2)),
  humidity: 50,
}));

/** Each step waits for the screen, on a machine that may be busy. */
const DRAG_MS_MAX = 90_000;

describe.skipIf(!hasChromium)('alerts', () => {
  let platform: RunningPlatform;
  let browser: Browser;
  let sut: Visit;
  let next = END;

  /** Over real HTTP, a minute of the device after the last. */
  const send = async (...temperatures: number[]): Promise<void> => {
    await post(
      sut.page,
      'lab',
      temperatures.map((temperature) => ({ time: (next += MINUTE), temperature, humidity: 50 })),
    );
  };

  beforeAll(async () => {
    platform = await startPlatform();
    browser = await launchBrowser();
    sut = await visit(browser, platform.url, { timezoneId: 'UTC', width: 1440 });
    const { page } = sut;
    await signUp(page);
    const number = { type: 'number' };
    await addDevice(page, {
      deviceId: 'lab',
      name: 'Laboratory',
      schema: { fields: { temperature: { ...number, unit: 'Cel' }, humidity: number, position: { type: 'location' } } },
    });
    await post(page, 'lab', readings);
  });
  afterAll(async () => {
    await browser?.close();
    await platform?.remove();
  });

  it('begin with a page that leads to a rule', async () => {
    const { page } = sut;
    await page.getByRole('link', { name: 'Alerts', exact: true }).click();
    await page.getByText('No rule watches your devices yet.').waitFor();
    expect(await page.evaluate(audit)).toEqual([]);
    await page.getByRole('link', { name: 'Make the first rule' }).click();
    await page.getByRole('heading', { name: 'New alert rule', level: 1 }).waitFor();
  });

  it(
    'show when a rule would have fired while its threshold is dragged',
    async () => {
      const { page } = sut;
      await choose(page, 'Field', 'temperature');
      await page.getByTestId('would-fire').waitFor();
      const grip = page.getByRole('slider', { name: 'Threshold on temperature' });
      // What it begins with lets every crest through, and little else.
      const first = await valueOf(grip);
      expect(first).toBeGreaterThan(24);
      expect(first).toBeLessThan(25);
      await verdict(page, /^5 times/);
      const told: string[] = [];
      await page.exposeFunction('told', (text: string) => told.push(text));
      await page.evaluate(
        "new MutationObserver(() => told(document.querySelector('[data-testid=would-fire]')?.textContent ?? '')).observe(document.querySelector('[data-testid=verdict]'), { subtree: true, childList: true, characterData: true })",
      );
      await drag(page, grip, 50, 30);
      const lower = await valueOf(grip);
      expect(lower).toBeLessThan(first - 3);
      expect(Number(await page.getByLabel('Threshold', { exact: true }).inputValue())).toBe(lower);
      await verdict(page, /^5 times, \d+ h/);
      // It moved under way, not only when the line was let go.
      expect(new Set(told).size).toBeGreaterThan(2);
      await grip.press('End');
      await verdict(page, /^never$/);
    },
    DRAG_MS_MAX,
  );

  it('let the threshold be moved by keys, as exactly as it is drawn', async () => {
    const { page } = sut;
    const grip = page.getByRole('slider', { name: 'Threshold on temperature' });
    await page.getByLabel('Threshold', { exact: true }).fill('22');
    await verdict(page, /^5 times/);
    expect(await grip.getAttribute('aria-valuetext')).toBe('22 °C');
    await grip.press('ArrowUp');
    const step = Number(((await valueOf(grip)) - 22).toFixed(6));
    expect(step).toBeGreaterThan(0);
    await grip.press('PageDown');
    expect(await valueOf(grip)).toBeCloseTo(22 - 9 * step, 6);
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('say what is refused at the field that it concerns', async () => {
    const { page } = sut;
    await page.getByLabel('Threshold', { exact: true }).fill('30');
    await page.getByLabel('Until (hysteresis)').fill('31');
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await page.getByText('It is on the side of 30 where the condition does not hold, not 31.').waitFor();
    await page.getByLabel('Until (hysteresis)').fill('');
    await page.getByLabel('It must hold for').fill('soon');
    await page.getByRole('button', { name: 'Make the rule' }).click();
    await page.getByText('A length of time such as 30s, 5m, 4h or 1d.').waitFor();
    await page.getByLabel('It must hold for').fill('1m');
  });

  it('are made by a rule whose secret is shown once', async () => {
    const { page } = sut;
    await page.getByLabel('Until (hysteresis)').fill('28');
    await page.getByRole('slider', { name: 'Until on temperature' }).waitFor();
    await choose(page, 'Devices', 'Laboratory (lab)');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Add a webhook' }).click();
    await page.getByLabel('URL').fill('https://hooks.example.invalid/alerts');
    await page.getByLabel('Name', { exact: true }).fill('Too hot');
    await page.getByText('critical', { exact: true }).click();
    await page.getByRole('button', { name: 'Make the rule' }).click();
    const secret = (await page.getByTestId('secret').textContent()) ?? '';
    expect(secret).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('heading', { name: 'Too hot', level: 1 }).waitFor();
    expect(await page.getByLabel('Secret', { exact: true }).inputValue()).toBe(`••••${secret.slice(-4)}`);
    expect(await page.content()).not.toContain(secret);
    await page.goto('/alert-rules');
    const row = page.getByRole('list', { name: 'Alert rules' }).getByRole('listitem');
    await row.getByText('temperature > 30 °C, until ≤ 28 °C · for 1 min · Laboratory').waitFor();
    await row.getByText('quiet').waitFor();
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('fire live: in the list, in the badge, and on the page of the device', async () => {
    const { page } = sut;
    await page.getByRole('link', { name: 'Alerts', exact: true }).first().click();
    await page.getByText('Nothing fires. All rules are quiet.').waitFor();
    await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
    await send(31, 32, 33);
    const row = page.getByRole('list', { name: 'Firing now' }).getByRole('listitem', { name: 'Too hot of lab' });
    await row.getByText('temperature = 32 °C (> 30 °C)').waitFor();
    await page.getByTestId('firing').getByText('1', { exact: false }).waitFor();
    await page.goto('/devices/lab?range=6h');
    await page.getByRole('list', { name: 'Firing alerts of this device' }).getByRole('link', { name: 'Too hot' }).waitFor();
    await page.getByRole('link', { name: 'Alerts', exact: true }).last().click();
    await page.getByRole('list', { name: 'Alerts of this device', exact: true }).getByText('temperature = 32 °C (> 30 °C)').waitFor();
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('have a page with the readings around them, to take along', async () => {
    const { page } = sut;
    await page.getByRole('link', { name: 'Too hot' }).last().click();
    await page.getByRole('heading', { name: 'Too hot', level: 1 }).waitFor();
    const figure = page.locator('[data-figure="temperature"]');
    await figure.getByRole('img', { name: /^temperature of Laboratory around the alert: [1-9]\d* readings/ }).waitFor();
    // It follows while the alert fires.
    await send(34);
    await figure.locator(`canvas[data-newest="${next}"]`).waitFor();
    await page.getByText('it had held for 1 min').waitFor();
    const [csv] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: /as CSV$/ }).click()]);
    const lines = (await readFile(await csv.path(), 'utf8')).trim().split('\r\n');
    expect(lines[0]).toBe('time,device,temperature');
    expect(lines.at(-1)).toBe(`${new Date(next).toISOString()},lab,34`);
    const [png] = await Promise.all([page.waitForEvent('download'), figure.getByRole('button', { name: /as PNG$/ }).click()]);
    const bytes = await readFile(await png.path());
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect(bytes.length).toBeGreaterThan(5_000);
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('are acknowledged with a note, and silenced with a reason', async () => {
    const { page } = sut;
    await page.getByRole('button', { name: 'Acknowledge Too hot of lab' }).click();
    await page.getByLabel('Note').fill('The vents are open.');
    await page.getByRole('button', { name: 'I see to it' }).click();
    await page.getByText('sees to it: The vents are open.').waitFor();
    await page.getByRole('button', { name: 'Silence Too hot' }).click();
    await page.getByRole('button', { name: 'Silence the rule' }).click();
    await page.getByText('Say why: others wonder where the notifications are.').waitFor();
    await page.getByLabel('Reason').fill('Repairs');
    await page.getByRole('button', { name: 'Silence the rule' }).click();
    const silence = page.getByText(/^silenced until .*: Repairs$/);
    await silence.waitFor();
    await page.getByRole('button', { name: 'End the silence of Too hot' }).click();
    await page.getByRole('button', { name: 'End the silence', exact: true }).click();
    await silence.waitFor({ state: 'detached' });
  });

  it('are cleared live, and stay in the list with a filter in the address', async () => {
    const { page } = sut;
    await page.goto('/alerts');
    await page.locator('[data-testid="connection"][data-state="live"]').waitFor();
    await send(20);
    await page.getByRole('list', { name: 'Cleared' }).getByRole('listitem', { name: 'Too hot of lab' }).waitFor();
    await page.getByTestId('firing').waitFor({ state: 'detached' });
    await choose(page, 'Severity', 'info');
    await page.getByText('None that fits.').first().waitFor();
    expect(new URL(page.url()).search).toBe('?severity=info');
    await page.getByRole('button', { name: 'All alerts' }).click();
    const [csv] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save these alerts as CSV' }).click(),
    ]);
    expect(await readFile(await csv.path(), 'utf8')).toMatch(/Too hot,critical,lab,cleared/);
  });

  it('come of a rule that two edit: who comes second is told, and chooses', async () => {
    const { page } = sut;
    await page.goto('/alert-rules');
    await page.getByRole('link', { name: 'Too hot' }).click();
    await page.getByTestId('verdict').getByText('Really fired').waitFor();
    await page.getByText(/^once/).first().waitFor();
    await page.getByLabel('Threshold', { exact: true }).fill('35');
    const ruleId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const saved = await page.evaluate<number, string>(
      (path) =>
        fetch(path, { method: 'PATCH', body: '{"name":"Far too hot"}', headers: { 'content-type': 'application/json' } }).then(
          (it) => it.status,
        ),
      `/api/v1/alert-rules/${ruleId}`,
    );
    expect(saved).toBe(200);
    await page.getByText('The rule was changed meanwhile.').waitFor();
    await page.getByRole('button', { name: 'Save the rule' }).click();
    await page.getByText('You began with version 1; version 2 was saved').waitFor();
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await page.getByText('Saved as version 3.').waitFor();
    await page.getByRole('heading', { name: 'Too hot', level: 1, exact: true }).waitFor();
    expect(await page.getByLabel('Threshold', { exact: true }).inputValue()).toBe('35');
  });

  it('on a field are begun in the menu of its chart, with a threshold that makes sense', async () => {
    const { page } = sut;
    await page.goto(`/devices/lab?from=${END - COUNT * MINUTE}&to=${END}`);
    await page.getByRole('button', { name: 'More on temperature' }).click();
    await page.getByRole('menuitem', { name: 'Alert on this field' }).click();
    await page.getByRole('heading', { name: 'New alert rule', level: 1 }).waitFor();
    const threshold = async (): Promise<number> => Number(await page.getByLabel('Threshold', { exact: true }).inputValue());
    await eventually(threshold, (value) => value > 24 && value <= 25);
    await verdict(page, /^5 times/);
  });

  it('watch an area that is drawn, and show it on a map', async () => {
    const { page } = sut;
    const places = Array.from({ length: 20 }, (_, at) => ({ time: (next += MINUTE), position: [47.37 + at * 0.003, 8.54] }));
    const polygon = [[47.36, 8.53], [47.39, 8.53], [47.39, 8.55], [47.36, 8.55]]; // prettier-ignore
    const condition = { type: 'geofence', field: 'position', when: 'outside', polygon };
    const ruleId = await addRule(page, { name: 'Gone', severity: 'info', devices: { deviceIds: ['lab'] }, condition });
    await page.goto(`/alert-rules/${ruleId}`);
    await page.getByRole('application', { name: /^Map to draw/ }).waitFor();
    expect((await page.getByLabel(/^Corners of the area/).inputValue()).split('\n')).toHaveLength(4);
    await post(page, 'lab', places);
    await page.goto('/alerts');
    await page.getByRole('list', { name: 'Firing now' }).getByRole('link', { name: 'Gone' }).click();
    await page.getByRole('region', { name: 'Map of position around the alert' }).locator('canvas').first().waitFor();
    expect(await page.evaluate(audit)).toEqual([]);
  });

  it('show any name as text, and stay within a phone', async () => {
    const phone = await visit(browser, platform.url, { width: 390 });
    await phone.context.addCookies(await sut.context.cookies());
    const { page } = phone;
    const name = `<script>alert(1)</script>${'very'.repeat(40)}`;
    await page.goto('/alerts');
    await page.locator('h1').waitFor();
    const condition = { type: 'threshold', field: 'humidity', op: '>', value: 90 };
    const ruleId = await addRule(page, { name, severity: 'warning', devices: { deviceIds: ['lab'] }, condition });
    await post(page, 'lab', [{ time: (next += MINUTE), humidity: 95 }]);
    const link = page.getByRole('link', { name });
    await link.first().waitFor();
    const paths = ['/alerts', '/alert-rules', `/alert-rules/${ruleId}`, '/devices/lab', (await link.first().getAttribute('href')) ?? ''];
    for (const path of paths) {
      await page.goto(path);
      await page.getByText(name).first().waitFor();
      expect(await page.evaluate(audit), path).toEqual([]);
    }
    expect(phone.faults).toEqual([]);
    await phone.context.close();
  });

  it('end with their rule, which can be turned off and retired', async () => {
    const { page } = sut;
    await page.goto('/alert-rules');
    const row = page.getByRole('listitem', { name: 'Gone' });
    await row.getByText('1 firing').waitFor();
    await row.getByRole('switch', { name: 'Gone is on' }).press('Space');
    await row.getByText('off', { exact: true }).waitFor();
    await row.getByRole('link', { name: 'Gone' }).click();
    await page.getByRole('button', { name: 'Retire' }).click();
    await page.getByRole('button', { name: 'Retire the rule' }).click();
    await page.getByRole('heading', { name: 'Alert rules', level: 1 }).waitFor();
    await page.getByRole('listitem', { name: 'Gone' }).waitFor({ state: 'detached' });
    await page.goto('/alerts?state=cleared');
    await page.getByRole('link', { name: 'Gone' }).click();
    await page.getByText(/^Its rule is no longer there: /).waitFor();
    await page.getByText('Nobody was to be told of it.').waitFor();
    await page.getByRole('region', { name: 'Map of position around the alert' }).waitFor();
  });

  it('asked nobody but the platform, and nothing went wrong on the way', () => {
    expect(sut.faults).toEqual([]);
  });
});

const valueOf = async (grip: Locator): Promise<number> => Number(await grip.getAttribute('aria-valuenow'));

const verdict = async (page: Page, text: RegExp): Promise<void> => page.getByTestId('would-fire').getByText(text).waitFor();

/** By the mouse, in so many steps. */
async function drag(page: Page, grip: Locator, down: number, steps: number): Promise<void> {
  await grip.scrollIntoViewIfNeeded();
  const box = await grip.boundingBox();
  if (!box) throw new Error('the grip is not there');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 1; step <= steps; step += 1) {
    await page.mouse.move(x, y + (down * step) / steps);
    // As a hand does it: the screen follows.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }
  await page.mouse.up();
}
