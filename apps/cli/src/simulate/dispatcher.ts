/** Sends the batches of many devices: one request under way a device, a bounded number at all. */
import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../client/api-client.js';
import { countRejected, deliver } from '../client/delivery.js';
import type { DeviceSimulation } from './device-simulation.js';

export interface DispatcherOptions {
  /** A device with so many pending readings is due. */
  batch: number;
  connections: number;
  giveUpAfterMs: number;
}

/** A device that fell behind catches up with batches of at least this size. */
const CATCH_UP_BATCH = 1_000;

export class Dispatcher {
  readonly counts = { sent: 0, accepted: 0, duplicates: 0, rejected: 0, retries: 0 };
  lastError: Error | undefined;
  /** Set when a batch could not be delivered: nothing more is sent. */
  failure: Error | undefined;
  private readonly runId = randomUUID();
  private readonly busy = new Set<DeviceSimulation>();
  private readonly queue = new Set<DeviceSimulation>();
  private batchNumber = 0;
  private wakeDrained: (() => void) | undefined;

  constructor(
    private readonly client: ApiClient,
    private readonly options: DispatcherOptions,
  ) {}

  /** Call when the device has more pending; `flush` sends even less than a full batch. */
  offer(device: DeviceSimulation, flush = false): void {
    if (device.pendingCount < (flush ? 1 : this.options.batch) || this.busy.has(device) || this.failure) return;
    this.queue.add(device);
    this.pump();
  }

  /** Resolves when everything offered, and all that is pending with it, was answered, or something could not be delivered. */
  async drain(devices: DeviceSimulation[]): Promise<void> {
    for (const device of devices) this.offer(device, true);
    while (!this.failure && (this.busy.size > 0 || devices.some((device) => device.pendingCount > 0))) {
      await new Promise<void>((resolve) => (this.wakeDrained = resolve));
      for (const device of devices) this.offer(device, true);
    }
    while (this.busy.size > 0) await new Promise<void>((resolve) => (this.wakeDrained = resolve));
  }

  private pump(): void {
    for (const device of this.queue) {
      if (this.busy.size >= this.options.connections || this.failure) return;
      this.queue.delete(device);
      this.busy.add(device);
      void this.send(device);
    }
  }

  private async send(device: DeviceSimulation): Promise<void> {
    const { body, count } = device.takeBatch(Math.max(this.options.batch, Math.min(CATCH_UP_BATCH, device.pendingCount)));
    try {
      const answer = await deliver(
        this.client,
        { deviceId: device.deviceId, body, count, idempotencyKey: `${this.runId}.${this.batchNumber++}` },
        { giveUpAfterMs: this.options.giveUpAfterMs, onRetry: (error) => this.noteRetry(error) },
      );
      this.counts.sent += count;
      this.counts.accepted += answer.accepted;
      this.counts.duplicates += answer.duplicates;
      this.counts.rejected += countRejected(answer.rejected);
    } catch (error) {
      this.failure ??= error instanceof Error ? error : new Error(String(error));
    }
    this.busy.delete(device);
    this.offer(device);
    this.pump();
    this.wakeDrained?.();
  }

  private noteRetry(error: Error): void {
    this.counts.retries++;
    this.lastError = error;
  }
}
