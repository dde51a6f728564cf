/** What a projection is: a pure fold of events into plain changes, and a writer that applies them set by set. */
import type { EventType, RecordedEvent, ThingsEvent } from '#contracts';
import type { ViewTables, ViewTransaction } from '#ports';

export interface Projection<Changes = unknown> {
  name: string;
  /** Raised when the same events would give other rows: the view is then built again from the log. */
  version: number;
  handles: readonly EventType[];
  /** The tables that it alone writes. */
  tables: readonly (keyof ViewTables)[];
  /** Pure. `events` are in log order and only of the types it handles; however they are cut into batches, the rows come out the same. */
  fold(events: readonly RecordedEvent[]): Changes;
  /** Inside the transaction that also moves the checkpoint. */
  write(tx: ViewTransaction, changes: Changes): Promise<void>;
}

/** Narrows by type: an event and its data are one union only together. */
export function isA<T extends EventType>(event: RecordedEvent, type: T): event is RecordedEvent<Extract<ThingsEvent, { type: T }>> {
  return event.type === type;
}
