/** Loads parts of the page that are not there yet: waits while there is no connection, and begins anew where a deployment has taken them away. */

const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

export interface Surroundings {
  /** Whether the server that has the parts answers. */
  isServed: () => Promise<boolean>;
  /** Loads the whole page anew; false where that was done a moment ago and did not help. */
  beginAnew: () => boolean;
}

export class PatientLoader {
  /** Parts that failed to come and are asked for again. */
  private missing = 0;
  private readonly sleepers = new Set<() => void>();
  private readonly watchers = new Set<() => void>();

  constructor(private readonly around: Surroundings) {}

  /** Rejects only what fails although the server answers, and still does after the page was loaded anew. */
  async load<T>(part: () => Promise<T>): Promise<T> {
    try {
      return await part();
    } catch {
      this.count(1);
      return await this.insist(part).finally(() => this.count(-1));
    }
  }

  readonly isWaiting = (): boolean => this.missing > 0;

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  readonly tryAgain = (): void => {
    for (const wake of this.sleepers) wake();
  };

  private async insist<T>(part: () => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries++) {
      const served = await this.around.isServed();
      try {
        return await part();
      } catch (error) {
        if (served && !this.around.beginAnew()) throw error;
        // Where the page is loaded anew, that comes first.
        await this.sleep(WAITS_MS[served ? WAITS_MS.length - 1 : Math.min(tries, WAITS_MS.length - 1)]);
      }
    }
  }

  private sleep(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.sleepers.add(wake);
    });
  }

  private count(by: number): void {
    this.missing += by;
    for (const watcher of this.watchers) watcher();
  }
}
