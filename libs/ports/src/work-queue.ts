/** Long work for whoever has time: analyses on their way to a worker. Only the short way there: who works on what is settled in the view
 *  store, so that an item that is lost, or handed over twice, does no harm. */
import type { JsonObject } from '#contracts';

/** Settles when the item is taken care of; where it rejects, or its process dies, the item is handed over again, perhaps to another. */
export type WorkHandler = (item: JsonObject) => Promise<void>;

export abstract class WorkQueue {
  /** Resolves when the queue holds the item; rejects when it cannot be told whether it does. */
  abstract send(item: JsonObject): Promise<void>;
  /** Begins to hand items over, each to one of all consumers, at most `atOnceMax` here that have not settled; one consumer a queue object. */
  abstract consume(atOnceMax: number, handler: WorkHandler): Promise<void>;
  /** Takes and hands over nothing more; what was handed over and has not settled goes to others. */
  abstract close(): Promise<void>;
}
