/** One device with a long history, a reading a second, sent over HTTP in batches. */
import { openConnections, sendAll } from './load.js';
import { jsonBody, type Batch } from './points.js';
import { rawRequest } from './raw-http.js';
import type { Resources } from './resources.js';
import type { ThingsIO } from './thingsio.js';

export const DEVICE = 'one';
const BATCH = 10_000;
const STEP_MS = 1_000;
const FILLING_CONNECTIONS = 4;

export interface Range {
  readings: number;
  /** ms since epoch of the first reading. */
  from: number;
  to: number;
}

export const rangeOf = (readings: number, from: number): Range => ({ readings, from, to: from + readings * STEP_MS });

export function batchesOf({ readings, from }: Range): Batch[] {
  return Array.from({ length: readings / BATCH }, (_, n) => ({
    device: DEVICE,
    start: from + n * BATCH * STEP_MS,
    stepMs: STEP_MS,
    count: BATCH,
  }));
}

/** Resolves when the series hold them all. */
export async function fillOneDevice(thingsio: ThingsIO, range: Range, resources: Resources): Promise<void> {
  await thingsio.createDevices([DEVICE]);
  const headers = { authorization: `Bearer ${thingsio.apiKey}`, 'content-type': 'application/json' };
  const path = `/api/v1/devices/${DEVICE}/readings`;
  await sendBatches(
    thingsio.url,
    batchesOf(range),
    (batch, isLast) => rawRequest('POST', isLast ? `${path}?ack=projected` : path, headers, jsonBody(batch)),
    resources,
  );
}

/** The last batch is sent when all others are answered. */
export function sendBatches(
  url: string,
  batches: Batch[],
  request: (batch: Batch, isLast: boolean) => Buffer,
  resources: Resources,
): Promise<void> {
  return resources.scope(async (inner) => {
    const connections = await openConnections(url, FILLING_CONNECTIONS, inner);
    const slice = 40;
    for (let at = 0; at < batches.length - 1; at += slice) {
      const requests = batches.slice(at, Math.min(at + slice, batches.length - 1)).map((batch) => request(batch, false));
      await sendAll(
        connections,
        connections.map((_, index) => requests.filter((__, n) => n % connections.length === index)),
      );
    }
    await sendAll(connections.slice(0, 1), [[request(batches.at(-1) as Batch, true)]]);
  });
}
