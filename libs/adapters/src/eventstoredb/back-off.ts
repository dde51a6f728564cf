/** Pauses between tries: 0.2 s at first, doubled up to 30 s, and none is exactly like another. */

const FIRST_MS = 200;
const MOST_MS = 30_000;

export class BackOff {
  #failures = 0;

  /** From half of the pause on, so that many processes do not come back at the same moment. */
  nextMs(): number {
    const pause = Math.min(MOST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    return pause * (0.5 + Math.random() / 2);
  }

  succeeded(): void {
    this.#failures = 0;
  }

  get failing(): boolean {
    return this.#failures > 0;
  }
}
