/** `thingsio simulate`: devices that behave like real ones, and an account that must close. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DeviceView } from '#contracts';
import { enter, type Credentials } from '../client/account.js';
import { devicePath, type ApiClient } from '../client/api-client.js';
import { ApiError } from '../client/api-error.js';
import { mapLimited, printAccount, readLedger, settle, type DeviceAccount } from '../client/closing-account.js';
import { formatCount, UsageError } from '../quantities.js';
import type { Output } from '../output.js';
import { DeviceSimulation } from './device-simulation.js';
import { Dispatcher } from './dispatcher.js';
import type { FaultRates } from './faults.js';
import { nextSeqAfter } from './predicted-account.js';
import { SIMULATED_SCHEMA } from './simulated-device.js';

export interface SimulateOptions extends Credentials {
  devices: number;
  /** Readings per second and device; `max`: as many as the server takes. */
  rate: number | 'max';
  /** Device time to cover, ms; with `rate: 'max'`, how long to send. */
  durationMs: number;
  seed: number;
  batch: number;
  prefix: string;
  faults: FaultRates;
  start: number;
  /** Seconds of device time in a second; `max`: as fast as the server takes it. */
  speedup: number | 'max';
  connections: number;
  giveUpAfterMs: number;
}

export interface Context {
  client: ApiClient;
  out: Output;
  /** Aborted by Ctrl-C: end early, and cleanly. */
  signal: AbortSignal;
  now: () => number;
  /** How long a ledger must stand still to be believed; ten seconds. */
  standstillMs?: number;
}

interface Fleet {
  simulations: DeviceSimulation[];
  accounts: () => DeviceAccount[];
}

/** Device time between readings at `--rate max`: what the server takes in a second should span about as much. */
const INTERVAL_AT_MAX_MS = 0.1;
const TICK_MS = 20;
/** More than this unsent over all devices, and generating waits. */
const PENDING_MAX = 100_000;

export async function simulate(options: SimulateOptions, context: Context): Promise<number> {
  const { client, out } = context;
  await enter(client, options, out);
  const fleet = await createFleet(options, context);
  const pace = options.rate === 'max' ? 'as fast as the server takes them' : `${formatRate(options.rate)} readings/s each`;
  out.line(
    `${formatCount(options.devices)} devices (${fleet.simulations[0]?.deviceId} …), ${pace}, seed ${options.seed}. Ctrl-C ends early.`,
  );

  const dispatcher = await send(options, context, fleet.simulations);
  out.settle();
  if (dispatcher.failure) out.error(`Sending ended early: ${dispatcher.failure.message}`);
  else if (context.signal.aborted) out.line('Ended early; closing the account of what was sent.');
  out.line();
  const closes = printAccount(out, await settle(client, fleet.accounts(), context.standstillMs));
  return closes && !dispatcher.failure ? 0 : 1;
}

async function createFleet(options: SimulateOptions, { client }: Context): Promise<Fleet> {
  const digits = String(options.devices).length;
  const ids = Array.from({ length: options.devices }, (_, i) => `${options.prefix}-${String(i + 1).padStart(digits, '0')}`);
  const interval = options.rate === 'max' ? INTERVAL_AT_MAX_MS : 1_000 / options.rate;
  const ledgers = await mapLimited(ids, async (deviceId) => {
    await ensureDevice(client, deviceId);
    return readLedger(client, deviceId);
  });
  const simulations = ids.map((deviceId, index) => {
    const ledger = ledgers[index];
    return new DeviceSimulation({
      seed: options.seed,
      index,
      deviceId,
      start: options.start,
      interval,
      faults: options.faults,
      firstSeq: ledger ? nextSeqAfter(ledger) : 1,
    });
  });
  const accounts = () => simulations.map((sut, i) => ({ deviceId: sut.deviceId, expected: sut.account.tally, before: ledgers[i]! }));
  return { simulations, accounts };
}

async function ensureDevice(client: ApiClient, deviceId: string): Promise<void> {
  try {
    await client.json({
      method: 'POST',
      path: '/devices',
      body: { deviceId, name: `Simulated ${deviceId}`, schema: SIMULATED_SCHEMA, tags: { simulated: 'yes' } },
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'device.id-taken')) throw error;
    const existing = await client.json<DeviceView>({ method: 'GET', path: devicePath(deviceId) });
    const lacking = Object.keys(SIMULATED_SCHEMA.fields).filter((field) => !existing.schema.fields[field]);
    if (lacking.length > 0)
      throw new UsageError(`Device ${deviceId} exists and is not a simulated one (no field ${lacking[0]}); choose another --prefix.`);
  }
}

async function send(options: SimulateOptions, context: Context, simulations: DeviceSimulation[]): Promise<Dispatcher> {
  const startedAt = context.now();
  const elapsed = () => context.now() - startedAt;
  const dispatcher = new Dispatcher(context.client, { ...options });
  const progress = setInterval(() => reportProgress(context.out, dispatcher, elapsed()), 500);
  try {
    if (options.rate === 'max') await sendAtMax(options, context, simulations, dispatcher, elapsed);
    else await sendPaced(options, options.rate, context, simulations, dispatcher, elapsed);
    for (const simulation of simulations) simulation.finish();
    await dispatcher.drain(simulations);
  } finally {
    clearInterval(progress);
  }
  reportProgress(context.out, dispatcher, elapsed());
  return dispatcher;
}

async function sendPaced(
  options: SimulateOptions,
  rate: number,
  { signal }: Context,
  simulations: DeviceSimulation[],
  dispatcher: Dispatcher,
  elapsed: () => number,
): Promise<void> {
  const total = Math.max(1, Math.floor((options.durationMs / 1_000) * rate));
  const speedup = options.speedup === 'max' ? Infinity : options.speedup;
  while (!signal.aborted && !dispatcher.failure) {
    let pending = simulations.reduce((sum, simulation) => sum + simulation.pendingCount, 0);
    for (const [index, simulation] of simulations.entries()) {
      // Devices do not all measure at the same instant.
      const phase = index / simulations.length;
      const due = speedup === Infinity ? Infinity : Math.floor((elapsed() / 1_000) * speedup * rate - phase) + 1;
      const room = Math.max(0, Math.ceil((PENDING_MAX - pending) / simulations.length));
      pending += simulation.advanceTo(Math.min(total, due, simulation.generated + room));
      dispatcher.offer(simulation);
    }
    if (simulations.every((simulation) => simulation.generated >= total)) return;
    await sleep(TICK_MS);
  }
}

async function sendAtMax(
  options: SimulateOptions,
  { signal }: Context,
  simulations: DeviceSimulation[],
  dispatcher: Dispatcher,
  elapsed: () => number,
): Promise<void> {
  const running = () => elapsed() < options.durationMs && !signal.aborted && !dispatcher.failure;
  while (running()) {
    for (const simulation of simulations) {
      if (simulation.pendingCount >= options.batch) continue;
      simulation.advanceTo(simulation.generated + options.batch);
      dispatcher.offer(simulation);
      if (!running()) return;
    }
    // A turn for the answers; generating is what costs here.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function reportProgress(out: Output, { counts, lastError }: Dispatcher, elapsedMs: number): void {
  const rate = counts.sent / Math.max(0.001, elapsedMs / 1_000);
  const trouble = counts.retries > 0 ? `  ${formatCount(counts.retries)} retries (last: ${lastError?.message.slice(0, 60)})` : '';
  out.progress(
    `${formatCount(elapsedMs / 1_000)} s  ${formatCount(rate)} readings/s  sent ${formatCount(counts.sent)}  accepted ${formatCount(counts.accepted)}` +
      `  duplicates ${formatCount(counts.duplicates)}  rejected ${formatCount(counts.rejected)}${trouble}`,
  );
}

function formatRate(rate: number): string {
  return rate >= 0.1 ? String(Math.round(rate * 100) / 100) : `1/${Math.round(1 / rate)}`;
}
