/** Where shards run. The ingestor gives commands to a host and knows nothing of threads. */
import type { CommandAnswer, CommandEnvelope } from '#contracts';
import type { ShardStatsView } from '../shard-stats.js';

export interface ActorHost {
  /** One promise a command, in order. They never reject: a refusal and a defect are answers. */
  dispatch(batch: CommandEnvelope[]): Promise<CommandAnswer>[];
  /** One entry a shard thread. */
  stats(): ShardStatsView[];
  /** Refuses what is new, finishes what was taken, writes snapshots. */
  close(): Promise<void>;
}

export interface HostLimits {
  /** Of the commands that are not answered yet; beyond: `overload.queue-full`. */
  inFlightBytesMax: number;
  retryAfterMs: number;
  /** How long one command may keep a shard's thread to itself. */
  decideMsMax: number;
}

export const DEFAULT_HOST_LIMITS: HostLimits = {
  // A second's work of one core, and a bound on what a crash has to send again.
  inFlightBytesMax: 64 * 1024 * 1024,
  retryAfterMs: 1_000,
  // The largest body takes a tenth of a second; a thread that is starved of its core, some seconds.
  decideMsMax: 30_000,
};

/** What a command weighs beside its body, about. */
const ENVELOPE_BYTES = 512;

export const weightOf = (envelope: CommandEnvelope): number => ENVELOPE_BYTES + (envelope.body?.byteLength ?? 0);
