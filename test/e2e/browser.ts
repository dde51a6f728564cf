/** A real Chromium on the dashboard: every request is watched, and none may leave the platform's own origin. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Everything that must not happen on any page: requests elsewhere, script errors, dialogs, refused content. */
  faults: string[];
}

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: FLAGS });

export interface VisitOptions {
  width?: number;
  timezoneId?: string;
  colorScheme?: 'light' | 'dark';
}

export async function visit(
  browser: Browser,
  url: string,
  { width = 1280, timezoneId = 'Europe/Zurich', colorScheme = 'light' }: VisitOptions = {},
): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    viewport: { width, height: 900 },
    timezoneId,
    colorScheme,
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults: string[] = [];
  const { host } = new URL(url);
  context.on('request', (request) => {
    const asked = new URL(request.url());
    if (/^(https?|wss?):$/.test(asked.protocol) && asked.host !== host) faults.push(`asked ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) faults.push(`opened ${socket.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`threw ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`showed a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/Content.Security.Policy|Refused to/i.test(message.text())) faults.push(message.text());
  });
  return { context, page, faults };
}

export const PASSWORD = 'correct horse battery staple';
let people = 0;

/** By the form, as a person does; ends on the empty list of devices. */
export async function signUp(page: Page): Promise<string> {
  const email = `person-${process.pid}-${people++}@example.org`;
  await page.goto('/sign-up');
  await page.getByLabel('E-mail address').fill(email);
  await page.locator('input[name="password"]').fill(PASSWORD);
  await page.getByRole('button', { name: 'Open the account' }).click();
  await page.getByRole('heading', { name: 'Devices', level: 1 }).waitFor();
  return email;
}

/** By the list that opens under an input. */
export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).first().click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

/** Registers and posts by the page's own session: the quick way to a device that a test is not about. */
export async function addDevice(page: Page, body: { deviceId: string; name: string; schema: unknown; tags?: unknown }): Promise<void> {
  await call(page, '/devices', body, 201);
}

export async function post(page: Page, deviceId: string, readings: unknown): Promise<void> {
  await call(page, `/devices/${deviceId}/readings?ack=projected`, readings, 200);
}

/** Asks for an analysis by the page's own session; returns its id. */
export async function addAnalysis(page: Page, body: unknown): Promise<string> {
  return (JSON.parse(await call(page, '/analyses', body, 202)) as { analysisId: string }).analysisId;
}

/** Makes an alert rule by the page's own session; returns its id. */
export async function addRule(page: Page, body: unknown): Promise<string> {
  return (JSON.parse(await call(page, '/alert-rules', body, 201)) as { ruleId: string }).ruleId;
}

async function call(page: Page, path: string, body: unknown, wanted: number): Promise<string> {
  const [status, text] = await page.evaluate<[number, string], [string, string]>(
    ([url, json]) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: json }).then(async (answer) => [
        answer.status,
        await answer.text(),
      ]),
    [`/api/v1${path}`, JSON.stringify(body)],
  );
  if (status !== wanted) throw new Error(`POST ${path} answered ${status}: ${text.slice(0, 400)}`);
  return text;
}
