/** What a benchmark started, so that all of it is stopped again, last first, also after a failure or Ctrl-C. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Resources {
  private readonly stops: (() => Promise<unknown>)[] = [];

  onRelease(stop: () => Promise<unknown>): void {
    this.stops.push(stop);
  }

  async tempDir(): Promise<string> {
    const dir = await mkdtemp(join(tmpdir(), 'thingsio-bench-'));
    this.onRelease(() => rm(dir, { recursive: true, force: true }));
    return dir;
  }

  /** Runs `work` with resources of its own, released at its end. */
  async scope<T>(work: (inner: Resources) => Promise<T>): Promise<T> {
    const inner = new Resources();
    const entry = () => inner.release();
    this.stops.push(entry);
    try {
      return await work(inner);
    } finally {
      this.stops.splice(this.stops.indexOf(entry), 1);
      await inner.release();
    }
  }

  async release(): Promise<void> {
    for (let stop = this.stops.pop(); stop; stop = this.stops.pop()) await stop();
  }
}
