/** Delivers one batch of readings of one device, however often that takes, so that it counts once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadingsAnswer } from '#contracts';
import { devicePath, type ApiClient } from './api-client.js';
import { ApiError, UnreachableError } from './api-error.js';

export interface Batch {
  deviceId: string;
  /** JSON text of an array of `count` readings. */
  body: string;
  count: number;
  /** A retry carries the same key, so that it gets the first answer and adds nothing to the ledger. */
  idempotencyKey: string;
}

export interface DeliveryOptions {
  /** Told of each failed try, before the wait. */
  onRetry?: (error: Error, waitMs: number) => void;
  /** Give up after failing for so long. */
  giveUpAfterMs: number;
  wait?: (ms: number) => Promise<unknown>;
  now?: () => number;
}

export type Delivered = Pick<ReadingsAnswer, 'accepted' | 'duplicates' | 'rejected'>;

const BACK_OFF_FIRST_MS = 200;
const BACK_OFF_MAX_MS = 30_000;

export async function deliver(client: ApiClient, batch: Batch, options: DeliveryOptions): Promise<Delivered> {
  const { wait = sleep, now = Date.now } = options;
  const startedAt = now();
  for (let tries = 0; ; tries++) {
    try {
      return await post(client, batch);
    } catch (error) {
      if (!isTransient(error)) throw error;
      const waitMs = waitOf(error, tries);
      if (now() - startedAt + waitMs > options.giveUpAfterMs) throw error;
      options.onRetry?.(error, waitMs);
      await wait(waitMs);
    }
  }
}

async function post(client: ApiClient, batch: Batch): Promise<Delivered> {
  try {
    return await client.json<ReadingsAnswer>({
      method: 'POST',
      path: devicePath(batch.deviceId, '/readings'),
      body: batch.body,
      headers: { 'idempotency-key': batch.idempotencyKey },
    });
  } catch (error) {
    if (error instanceof ApiError && error.code === 'readings.none-accepted') return noneAccepted(error, batch.count);
    throw error;
  }
}

/** A batch of which nothing was stored is an answer too: what was not refused had been received before. */
function noneAccepted(error: ApiError, count: number): Delivered {
  const rejected = (error.problem['rejected'] ?? []) as Delivered['rejected'];
  return { accepted: 0, duplicates: count - countRejected(rejected), rejected };
}

/** One reading may be refused for several fields. */
export function countRejected(rejected: { index: number }[]): number {
  return new Set(rejected.map((verdict) => verdict.index)).size;
}

function isTransient(error: unknown): error is ApiError | UnreachableError {
  return error instanceof UnreachableError || (error instanceof ApiError && error.transient);
}

function waitOf(error: ApiError | UnreachableError, tries: number): number {
  const backOff = Math.min(BACK_OFF_MAX_MS, BACK_OFF_FIRST_MS * 2 ** tries);
  return error instanceof ApiError && error.retryAfterMs !== undefined ? Math.max(error.retryAfterMs, BACK_OFF_FIRST_MS) : backOff;
}
