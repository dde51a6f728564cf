/** What every call of the stand-in needs: the store, its faults, its limits, and who is connected. */
import type { FaultSettings } from '../faults.js';
import type { EventStore } from '../store/event-store.js';

export interface Node {
  store: EventStore;
  faults: FaultSettings;
  /** Of one append; 1 MiB on a server that was not told otherwise. */
  appendBytesMax: number;
  endpoint: { host: string; port: number };
  instanceId: string;
  /** Ways to end the subscriptions and the streams of appends that are open. */
  subscriptions: Set<(error: Error) => void>;
  appendStreams: Set<(error: Error) => void>;
  figures: Record<string, number>;
  now(): number;
  /** What a fault does that kills the process. */
  die(): void;
}

export function count(node: Node, figure: string, n = 1): void {
  node.figures[figure] = (node.figures[figure] ?? 0) + n;
}

export async function slowed({ faults }: Node): Promise<void> {
  if (faults.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, faults.slowMs));
}
