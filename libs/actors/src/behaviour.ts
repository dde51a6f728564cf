/** What an application hands to the runtime for one category of entities. Runs on the shard's thread. */
import type { CommandEnvelope, JsonObject, RecordedEvent } from '#contracts';
import type { Decider, Rejection } from '#domain';

export interface Behaviour<S, C, E> {
  /** First word of the stream's name. */
  category: string;
  decider: Decider<S, C, E>;
  /** Raises when the shape of the state changes: older snapshots are then ignored. */
  snapshotVersion: number;
  /** Plain JSON, and back. */
  freeze(state: S): unknown;
  thaw(frozen: unknown): S;
  /** Parses what was sent into a command: the only place where a body is read. Returns a rejection for what cannot be read. `state` is what
   *  the command is decided on next, for those who read for a purpose. */
  read(envelope: CommandEnvelope, state: S): C | Rejection;
  /** Current version of an event's shape, and how an older one is read. */
  eventVersion(type: string): number;
  upcast(event: RecordedEvent): RecordedEvent;
  /** The answer to a command, from its recorded events alone: a retry gets the same. `events` may be empty. */
  answer(envelope: CommandEnvelope, events: RecordedEvent[], state: S): JsonObject;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the runtime never looks inside a state, command or event
export type AnyBehaviour = Behaviour<any, any, any>;

/** Where a command goes that an entity failed on repeatedly. */
export interface ParkingLot {
  park(command: { envelope: CommandEnvelope; tries: number; error: { code: string; message: string }; parkedAt: number }): Promise<void>;
}
