/** What all subscriptions of one browser may take of this process together. Who gets no share waits, or goes back to the log. */

/** Each holds a page of the log until the browser has taken it; more at once would only wait for one another. */
export const READING_MAX = 8;
/** Values held in all of its subscriptions: some 10 MB. */
export const SHARED_CELLS_MAX = 1_000_000;

/** Tells a subscription that it can go on. */
type Wake = () => void;

export class Share {
  private reading = 0;
  private readonly waiting = new Set<Wake>();
  private cells = 0;

  /** Whether it may read the log now; else it is woken when that is worth trying again. */
  startReading(wake: Wake): boolean {
    if (this.reading >= READING_MAX) {
      this.waiting.add(wake);
      return false;
    }
    this.reading++;
    return true;
  }

  endReading(): void {
    this.reading--;
    this.wakeNext();
  }

  /** It may have been woken and not have come to read: then it is the next one's turn. */
  forget(wake: Wake): void {
    this.waiting.delete(wake);
    this.wakeNext();
  }

  /** One alone may be as large as it is. */
  hasRoomFor(cells: number): boolean {
    return this.cells === 0 || this.cells + cells <= SHARED_CELLS_MAX;
  }

  hold(cells: number): void {
    this.cells += cells;
  }

  letGo(cells: number): void {
    this.cells -= cells;
  }

  private wakeNext(): void {
    const [next] = this.waiting;
    if (!next || this.reading >= READING_MAX) return;
    this.waiting.delete(next);
    next();
  }
}
