/** What operators see and ask for, scope `operate`: projections, their generations, rebuilds, parked commands, shards, queues. */
import type { Json, JsonObject } from './json.js';

/** `GET /projections`, one item each. Positions are decimal text. */
export interface ProjectionView {
  name: string;
  /** The live one. */
  generation: number;
  version: number;
  /** Everything up to here is visible, in every part. */
  position: string;
  lagEvents: number;
  lagSeconds: number;
  ratePerSecond: number;
  /** Of the live generation, where it was last computed. */
  digest?: string;
  /** Why it stands still or waits, in words. */
  trouble?: string;
  parts: ProjectionPartView[];
  generations: GenerationView[];
  /** The one under way, or the last. */
  rebuild?: RebuildView;
}

export interface ProjectionPartView {
  part: number;
  /** Which process works on it. */
  owner?: string;
  position: string;
  lagEvents: number;
  lagSeconds: number;
  ratePerSecond: number;
  trouble?: string;
}

export interface GenerationView {
  generation: number;
  state: GenerationState;
  version: number;
  /** ISO 8601. */
  madeAt: string;
  /** ISO 8601; absent where nothing was switched to it: the first is live from when it is made. */
  switchedAt?: string;
}

/** `dropping`: an old one that an operator wants gone; the projectors delete it. */
export type GenerationState = 'live' | 'building' | 'old' | 'dropping';

export type RebuildPurpose = 'switch' | 'verify';
export type RebuildState = 'requested' | 'running' | 'paused' | 'switching' | 'completed' | 'cancelled' | 'failed';

/** `POST /projections/{name}/rebuilds` → 202; `GET`, `PATCH {"state": "paused" | "running"}`, `DELETE` (cancels) on …/rebuilds/{rebuildId}. */
export interface RebuildView {
  rebuildId: string;
  projection: string;
  generation: number;
  /** `switch`: to replace the live generation. `verify`: to be compared with it, and dropped. */
  purpose: RebuildPurpose;
  state: RebuildState;
  /** 0 … 1. */
  progress: number;
  /** How far the slowest part is, and where it has to get to; decimal text. */
  position: string;
  target: string;
  eventsDone: number;
  eventsPerSecond: number;
  /** Absent where it cannot be told yet. */
  remainingSeconds?: number;
  requestedAt: string;
  startedAt?: string;
  finishedAt?: string;
  error?: string;
  /** Of a verification, once it is completed. */
  outcome?: VerificationOutcome;
}

/** `POST /projections/{name}/verifications` → 202: the same as a rebuild, with an outcome at its end instead of a switch. */
export interface VerificationOutcome {
  /** Both were compared as of this position; decimal text. */
  position: string;
  equal: boolean;
  /** SHA-256, hex, over all rows in canonical order. */
  live: string;
  rebuilt: string;
  rows: { live: number; rebuilt: number };
  firstDifference?: Difference;
}

export interface Difference {
  /** Set where the row belongs to an account that the caller may not see: then only its table is told. */
  hidden?: boolean;
  accountId?: string;
  deviceId?: string;
  table: string;
  /** Primary key of the row, or the time of the reading. */
  key: Json;
  /** The row in each, null where it is missing. */
  live: Json;
  rebuilt: Json;
}

/** `GET /devices/{id}/digest`: what devices sent and what became of it, without anything a platform adds; equal on two platforms that were sent
 *  the same. SHA-256, hex. */
export interface DeviceDigestView {
  deviceId: string;
  position: string;
  series: string;
  latest: string;
  ledger: string;
  rejections: string;
}

/** `GET /parked-commands`; `POST /parked-commands/{id}/retries`; `DELETE /parked-commands/{id}`. */
export interface ParkedCommandView {
  parkedId: string;
  type: string;
  stream: string;
  deviceId?: string;
  accountId: string;
  parkedAt: string;
  tries: number;
  error: Json;
  commandId: string;
  correlationId: string;
  /** Of the raw body, with its first characters where it is text. */
  bodyBytes?: number;
  bodyStart?: string;
}

/** What became of `POST /parked-commands/{id}/retries`. Accepted, or refused for good: it is no longer parked. Failed: it still is. */
export interface ParkedRetryView {
  parkedId: string;
  outcome: 'accepted' | 'refused' | 'failed';
  /** In all. */
  tries: number;
  /** The entity's answer where it accepted; positions are decimal text. */
  position?: string;
  value?: JsonObject;
  /** Why it was refused, or failed. */
  code?: string;
  message?: string;
}

/** `GET /shards`: one item a shard thread. */
export interface ShardView {
  process: string;
  worker: number;
  alive: boolean;
  entities: number;
  /** Commands waiting in mailboxes. */
  waiting: number;
  commandsPerSecond: number;
  restarts: number;
}

/** `GET /queues`: one item a process that takes commands. */
export interface QueueView {
  process: string;
  commands: number;
  bytes: number;
  /** Partitions it consumes, where the queue has partitions. */
  partitions?: number[];
}
