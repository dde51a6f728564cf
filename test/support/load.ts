/** A seeded load of batches with faults of its own, sent until each is acknowledged: what it must come to is known, so it can be checked to the
 *  last reading, and sent again to another platform. */
import { expect } from 'vitest';
import type { DeviceDigestView, LedgerView, ReadingsView } from '#contracts';
import { createClient, eventually, type Client } from './client.js';

export interface LoadOptions {
  seed: number;
  devices: number;
  /** Readings a batch. */
  batch: number;
  /** A device begins no batch sooner after the one before it. */
  everyMs: number;
}

type Reading = { seq: number; time: number; value: number; state: string };

const SCHEMA = {
  fields: {
    value: { type: 'number', required: true, max: 1_000_000 },
    state: { type: 'enum', values: ['ok', 'fault'] },
  },
};
const EPOCH = 1_700_000_000_000;
/** Every so many batches one is sent a second time, as a device does that has forgotten that it was answered. */
const RESEND_EVERY = 7;
const INVALID_SHARE = 0.02;
const PAUSE_AFTER_REFUSAL_MS = 100;
/** An answer that takes longer is given up, and the batch sent again. */
const ANSWER_WITHIN_MS = 10_000;

export class Load {
  readonly ids: string[];
  /** Batches acknowledged, by device. */
  private readonly done: number[];
  /** What stood in the way of a batch: status or error, counted. */
  readonly refusals = new Map<string, number>();
  private running: Promise<void>[] = [];
  private stopped = false;
  /** How many batches each device may have sent. */
  private allowed = Infinity;

  constructor(private readonly options: LoadOptions) {
    this.ids = Array.from({ length: options.devices }, (_, at) => `load-${at}`);
    this.done = this.ids.map(() => 0);
  }

  async register(client: Client): Promise<void> {
    for (const deviceId of this.ids) {
      const { status } = await client.call('POST', '/devices', { deviceId, name: deviceId, schema: SCHEMA });
      expect(status).toBe(201);
    }
  }

  /** Begins to send, each device to one of the urls after the other. */
  start(urls: string[], key: string): void {
    this.stopped = false;
    this.running = this.ids.map(async (_, device) => {
      // Whoever was not answered may have been heard: a batch that was begun is sent until it is.
      let [begun, tries] = [false, device];
      while (begun || !this.stopped) {
        const batch = this.done[device]!;
        const due = performance.now() + this.options.everyMs;
        if (batch < this.allowed) {
          begun = !(await this.send(createClient(urls[tries++ % urls.length]!, key), device, batch));
          if (!begun) this.done[device]!++;
        }
        await pause(begun ? PAUSE_AFTER_REFUSAL_MS : due - performance.now());
      }
    });
  }

  /** From now on each device sends no more than so many batches beyond what it has sent; so that what takes long is not also much. */
  allowEach(batches: number): void {
    this.allowed = Math.max(...this.done) + batches;
  }

  /** Batches acknowledged so far, by all devices. */
  acknowledged(): number {
    return this.done.reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when so many batches more are acknowledged. */
  async advance(batches: number, withinMs = 60_000): Promise<void> {
    const wanted = this.acknowledged() + batches;
    await eventually(
      async () => ({ acknowledged: this.acknowledged(), wanted, refusals: [...this.refusals] }),
      ({ acknowledged }) => acknowledged >= wanted,
      withinMs,
    );
  }

  /** Resolves when each device has so many batches more acknowledged. */
  async advanceEach(batches: number, withinMs = 60_000): Promise<void> {
    const wanted = this.done.map((count) => count + batches);
    await eventually(
      async () => ({ done: [...this.done], wanted, refusals: [...this.refusals] }),
      ({ done }) => done.every((count, device) => count >= wanted[device]!),
      withinMs,
    );
  }

  /** Ends the sending, each batch under way being acknowledged first. */
  async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.running);
  }

  /** Sends to another platform what was acknowledged by the first. */
  async repeat(client: Client): Promise<void> {
    await this.register(client);
    await Promise.all(
      this.ids.map(async (_, device) => {
        for (let n = 0; n < this.done[device]!; n++) while (!(await this.send(client, device, n)));
      }),
    );
  }

  /** Every acknowledged reading is there exactly once, and the ledgers close. */
  async check(client: Client): Promise<void> {
    for (const [device, deviceId] of this.ids.entries()) {
      const expected = this.expected(device);
      const { body } = await eventually(
        () => client.call<LedgerView>('GET', `/devices/${deviceId}/ledger`),
        ({ body: ledger }) => ledger.received >= expected.received,
        60_000,
      );
      const { stored, duplicates, rejected } = expected;
      expect({ ...body, deviceId }).toMatchObject({
        deviceId,
        stored: stored.length,
        duplicates,
        rejected,
        received: expected.received,
        missing: { count: 0 },
      });
      const seen = await eventually(
        () => storedReadings(client, deviceId),
        (readings) => readings.length >= stored.length,
        60_000,
      );
      expect(seen, deviceId).toEqual(stored.map(({ seq, value }) => [seq, value]));
    }
  }

  /** What devices sent and what became of it, as each platform has it. */
  async digests(client: Client): Promise<Omit<DeviceDigestView, 'position'>[]> {
    const digests = [];
    for (const deviceId of this.ids) {
      const { status, body } = await client.call<DeviceDigestView>('GET', `/devices/${deviceId}/digest`);
      expect(status).toBe(200);
      const { position, ...digest } = body;
      expect(Number(position)).toBeGreaterThan(0);
      digests.push(digest);
    }
    return digests;
  }

  private async send(client: Client, device: number, n: number): Promise<boolean> {
    const path = `/devices/${this.ids[device]!}/readings`;
    const sendOnce = async (resend: boolean): Promise<boolean> => {
      const headers = { 'idempotency-key': `batch-${n}${resend ? '-again' : ''}` };
      const answer = await Promise.race([client.call('POST', path, this.batchOf(device, n), headers), givenUp()]);
      const ok = answer.status === 200 || answer.status === 422;
      if (!ok) this.refused(`${answer.status} ${String(answer.body['code'])}`);
      return ok;
    };
    try {
      return (await sendOnce(false)) && (n % RESEND_EVERY !== RESEND_EVERY - 1 || (await sendOnce(true)));
    } catch (error) {
      this.refused(String((error as Error).cause ?? error));
      return false;
    }
  }

  private refused(why: string): void {
    this.refusals.set(why, (this.refusals.get(why) ?? 0) + 1);
  }

  /** The readings of a batch: some are not valid, and a few stand in another order than they were measured in. */
  private batchOf(device: number, n: number): Reading[] {
    const { seed, batch } = this.options;
    const next = random(seed + device * 7_919 + n * 104_729);
    const readings = Array.from({ length: batch }, (_, at) => {
      const seq = n * batch + at;
      const value = next() < INVALID_SHARE ? 2_000_000 : Math.round(next() * 1e9) / 1e3;
      return { seq, time: EPOCH + seq * 10, value, state: next() < 0.9 ? 'ok' : 'fault' };
    });
    for (let swaps = 0; swaps < 3; swaps++) {
      const at = Math.floor(next() * (batch - 1));
      [readings[at], readings[at + 1]] = [readings[at + 1]!, readings[at]!];
    }
    return readings;
  }

  private expected(device: number): { received: number; duplicates: number; rejected: number; stored: Reading[] } {
    const stored: Reading[] = [];
    let duplicates = 0;
    let rejected = 0;
    for (let n = 0; n < this.done[device]!; n++) {
      const readings = this.batchOf(device, n);
      for (const reading of readings) {
        if (reading.value <= 1_000_000) stored.push(reading);
        else rejected++;
      }
      if (n % RESEND_EVERY === RESEND_EVERY - 1) duplicates += readings.length;
    }
    stored.sort((a, b) => a.time - b.time);
    return { received: stored.length + duplicates + rejected, duplicates, rejected, stored };
  }
}

async function storedReadings(client: Client, deviceId: string): Promise<[seq: number, value: number][]> {
  const readings: [number, number][] = [];
  for (let cursor: string | undefined = ''; cursor !== undefined;) {
    const page: { body: ReadingsView } = await client.call(
      'GET',
      `/devices/${deviceId}/readings?limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    readings.push(...page.body.items.map(({ seq, values }): [number, number] => [Number(seq), values['value'] as number]));
    cursor = page.body.next;
  }
  return readings;
}

function givenUp(): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)), ANSWER_WITHIN_MS).unref(),
  );
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Small, seeded and good enough for a load. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
