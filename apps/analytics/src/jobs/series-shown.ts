/** How far the series are: what is read as of a position must be there. */
import { partOf, type ProjectedMessage } from '#contracts';
import { PROGRESS_ROOM, type LiveBus, type SeriesStore } from '#ports';

/** Where no message comes, the store itself is asked. */
const ASK_EVERY_MS = 250;

export class SeriesShown {
  private readonly shown: number[];
  private readonly waiters = new Set<{ part: number; position: number; resolve: () => void }>();
  private readonly stopHearing: () => void;
  private asking: NodeJS.Timeout | undefined;

  constructor(
    private readonly live: LiveBus,
    private readonly series: SeriesStore,
    private readonly parts: number,
  ) {
    this.shown = new Array<number>(parts).fill(0);
    live.setListening(PROGRESS_ROOM, true);
    this.stopHearing = live.subscribe((messages) => {
      for (const { room, event, data } of messages) {
        if (room !== PROGRESS_ROOM || event !== 'projector.progressed') continue;
        const { part, series: position } = data as unknown as ProjectedMessage;
        this.reached(part, position);
      }
    });
  }

  /** Resolves when the series hold everything of this stream up to here; rejects on abort. */
  until(position: number, stream: string, stop: AbortSignal): Promise<void> {
    const part = partOf(stream, this.parts);
    if (this.shown[part]! >= position) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter = { part, position, resolve: () => (stop.removeEventListener('abort', give), this.waiters.delete(waiter), resolve()) };
      const give = (): void => (this.waiters.delete(waiter), reject(stop.reason as Error));
      if (stop.aborted) return give();
      stop.addEventListener('abort', give, { once: true });
      this.waiters.add(waiter);
      this.asking ??= setInterval(() => void this.ask(), ASK_EVERY_MS);
    });
  }

  close(): void {
    clearInterval(this.asking);
    this.stopHearing();
    this.live.setListening(PROGRESS_ROOM, false);
  }

  private async ask(): Promise<void> {
    if (this.waiters.size === 0) {
      clearInterval(this.asking);
      this.asking = undefined;
      return;
    }
    for (const part of new Set([...this.waiters].map((waiter) => waiter.part))) {
      // A store that is away for a moment is asked again.
      await this.series.checkpoint(part).then(
        (position) => this.reached(part, position),
        () => undefined,
      );
    }
  }

  private reached(part: number, position: number): void {
    if (part >= this.parts) return;
    this.shown[part] = Math.max(this.shown[part]!, position);
    for (const waiter of [...this.waiters]) if (waiter.part === part && waiter.position <= this.shown[part]!) waiter.resolve();
  }
}
