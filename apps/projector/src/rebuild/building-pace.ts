/** How fast generations are built: as fast as the machine allows while nothing else is to be done, and out of the way of what comes in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BATCH_BYTES_MAX } from '#ports';
import type { Pace } from '../subscription/catch-up.js';

/** A transaction over so many events of one reading each takes some 100 ms: what comes in meanwhile waits for it. */
const IDLE = { eventsMax: 4_096, bytesMax: BATCH_BYTES_MAX };
/** Packed, they take less memory than half as many do otherwise, and the series stores them faster. */
const PACKED_BYTES_MAX = 16 * 1024 * 1024;
const BUSY_BYTES_MAX = 1024 * 1024;
/** After a step of a live lane it is expected that another one follows. */
const BUSY_FOR_MS = 1_000;
/** A live lane with so much in hand at once lags, as does one whose step takes so long. */
const LAGGING_EVENTS = 4_096;
const LAGGING_STEP_MS = 500;
/** However much comes in: something is built each second. */
const WAIT_MS = 100;
const WAITS_MAX = 10;

export class BuildingPace implements Pace {
  readonly eventsMax = IDLE.eventsMax;
  readonly readsAhead = true;
  private lastStepAt = -Infinity;
  private stepSince = Infinity;
  private lagged = false;
  private gaveAt = performance.now();

  /** Around each step of a live lane. */
  async around(events: number, step: () => Promise<void>): Promise<void> {
    const beganAt = performance.now();
    this.stepSince = beganAt;
    try {
      await step();
    } finally {
      this.stepSince = Infinity;
      this.lastStepAt = performance.now();
      this.lagged = events >= LAGGING_EVENTS || this.lastStepAt - beganAt > LAGGING_STEP_MS;
    }
  }

  async bytes(stop: AbortSignal, packed: boolean): Promise<number> {
    const tookMs = performance.now() - this.gaveAt;
    const isBusy = performance.now() - this.lastStepAt < BUSY_FOR_MS;
    // As long as the last step took, but no longer than it is worth.
    if (isBusy) await rest(Math.min(tookMs, WAIT_MS), stop);
    for (let waits = 0; waits < WAITS_MAX && this.isLagging() && !stop.aborted; waits++) await rest(WAIT_MS, stop);
    this.gaveAt = performance.now();
    if (isBusy) return BUSY_BYTES_MAX;
    return packed ? PACKED_BYTES_MAX : IDLE.bytesMax;
  }

  private isLagging(): boolean {
    const now = performance.now();
    return now - this.stepSince > LAGGING_STEP_MS || (this.lagged && now - this.lastStepAt < BUSY_FOR_MS);
  }
}

const rest = (ms: number, stop: AbortSignal): Promise<void> => sleep(ms, undefined, { signal: stop }).catch(() => undefined);
