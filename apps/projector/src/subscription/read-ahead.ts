/** Reads and parses the batch that comes next while the one before is being stored: a third of a rebuild is waiting for the store's disk. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { RecordedEvent } from '#contracts';

/** So long at once; then the step that is under way goes on. */
const SLICE_MS = 3;

export interface ReadAheadConfig {
  /** Whether the data of such events will be asked for. */
  looksInto: (type: string) => boolean;
  stop: AbortSignal;
}

export class ReadAhead {
  private begun: { after: number; events: Promise<RecordedEvent[] | undefined> } | undefined;

  constructor(private readonly config: ReadAheadConfig) {}

  /** One batch at a time: what was begun before is forgotten. */
  begin(after: number, read: () => Promise<RecordedEvent[]>): void {
    this.begun = { after, events: this.prepare(read) };
  }

  /** What was read behind this position; undefined where nothing was, or reading failed: then it is to be read as if nobody had tried. */
  async take(after: number): Promise<RecordedEvent[] | undefined> {
    const { begun } = this;
    this.begun = undefined;
    return begun?.after === after ? begun.events : undefined;
  }

  /** Forgets what was begun; resolves when nothing is being read any more. */
  async end(): Promise<void> {
    const { begun } = this;
    this.begun = undefined;
    await begun?.events;
  }

  private async prepare(read: () => Promise<RecordedEvent[]>): Promise<RecordedEvent[] | undefined> {
    try {
      const events = await read();
      await this.parse(events);
      return events;
    } catch {
      return undefined;
    }
  }

  /** Large data is parsed when it is first asked for. What cannot be parsed is found by the step that needs it. */
  private async parse(events: readonly RecordedEvent[]): Promise<void> {
    const { looksInto, stop } = this.config;
    let until = performance.now() + SLICE_MS;
    for (const event of events) {
      if (stop.aborted) return;
      if (looksInto(event.type) && !isParsed(event)) return;
      if (performance.now() < until) continue;
      await nextTurn();
      until = performance.now() + SLICE_MS;
    }
  }
}

function isParsed(event: RecordedEvent): boolean {
  try {
    return event.data !== undefined;
  } catch {
    return false;
  }
}
