/** Where streams end, for those in use: spares the writer a look into the database. */

export interface StreamHead {
  id: number;
  /** Of the last event; -1 where there is none. */
  revision: number;
}

/** About 200 bytes each: 25 MB at most, both generations full. */
const GENERATION_MAX = 60_000;

/** Two generations in place of a list by last use: what was not asked for during a whole generation is forgotten. */
export class StreamHeads {
  #young = new Map<string, StreamHead>();
  #old = new Map<string, StreamHead>();

  get(stream: string): StreamHead | undefined {
    const head = this.#young.get(stream);
    if (head) return head;
    const aged = this.#old.get(stream);
    if (aged) this.set(stream, aged);
    return aged;
  }

  set(stream: string, head: StreamHead): void {
    if (this.#young.size >= GENERATION_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(stream, head);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
