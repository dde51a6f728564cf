/** Where the events of an append stand: the server tells it of the last one only, and between the others are gaps of their size.
 *  What was asked meanwhile is found by one look at the end of the log; alone, or where that did not show it, by the stream. */
import type { ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { LogReader } from './log-reader.js';
import { positionOf, streamOf } from './recorded-event.js';

export interface Append {
  /** On the server. */
  name: string;
  revision: number;
  length: number;
  /** Of the last event, where the server told it. */
  commit: string | undefined;
}

interface Asked extends Append {
  positions: number[];
  missing: number;
  resolve(positions: number[]): void;
  reject(error: unknown): void;
}

/** Events that others may have written between ours, for each of ours. */
const OTHERS = 3;
/** Of one look. */
const EVENTS_MAX = 4_096;

export class PositionFinder {
  readonly #reader: LogReader;
  #asked: Asked[] = [];
  #looking = false;

  constructor(reader: LogReader) {
    this.#reader = reader;
  }

  find(append: Append): Promise<number[]> {
    return new Promise((resolve, reject) => {
      const positions = new Array<number>(append.length).fill(0);
      if (append.commit !== undefined) positions[append.length - 1] = positionOf(append.commit);
      this.#asked.push({ ...append, positions, missing: append.length - (append.commit === undefined ? 0 : 1), resolve, reject });
      if (this.#looking) return;
      this.#looking = true;
      // Appends that are answered together are asked for together.
      setImmediate(() => void this.#look());
    });
  }

  async #look(): Promise<void> {
    while (this.#asked.length > 0) {
      const asked = this.#take();
      const known = asked.filter(({ commit }) => commit !== undefined);
      try {
        if (known.length > 1) await this.#lookAtEnd(known);
      } catch {
        // Each is looked for alone, and fails alone.
      }
      await Promise.all(asked.map((one) => this.#settle(one)));
    }
    this.#looking = false;
  }

  #take(): Asked[] {
    let events = 0;
    const all = this.#asked.findIndex(({ length }) => (events += length) > EVENTS_MAX);
    return this.#asked.splice(0, all === -1 ? this.#asked.length : Math.max(1, all));
  }

  async #lookAtEnd(asked: Asked[]): Promise<void> {
    const byName = new Map<string, Asked[]>();
    for (const one of asked) byName.set(one.name, [...(byName.get(one.name) ?? []), one]);
    let left = asked.reduce((sum, { missing }) => sum + missing, 0);
    const newest = asked.reduce((a, b) => (positionOf(a.commit!) > positionOf(b.commit!) ? a : b));
    await this.#reader.backwards(newest.commit!, (left + asked.length) * OTHERS, (answer) => {
      left -= note(answer, byName);
      return left > 0 ? 'more' : 'enough';
    });
  }

  async #settle(asked: Asked): Promise<void> {
    const { name, revision, length, resolve, reject } = asked;
    if (asked.missing === 0) return resolve(asked.positions);
    try {
      const positions = await this.#reader.positions(name, revision, length);
      if (positions.length === length) return resolve(positions);
      throw new Error(`${length} events were written, ${positions.length} are there`);
    } catch (error) {
      reject(error);
    }
  }
}

/** How many of those that were asked for this is. */
function note(answer: ReadResp, byName: Map<string, Asked[]>): number {
  const recorded = answer.getEvent()?.getEvent();
  const asked = recorded && byName.get(streamOf(recorded));
  if (!asked) return 0;
  const revision = Number(recorded.getStreamRevision());
  let noted = 0;
  for (const one of asked) {
    const at = revision - one.revision;
    if (at < 0 || at >= one.length || one.positions[at] !== 0) continue;
    one.positions[at] = positionOf(recorded.getCommitPosition());
    one.missing -= 1;
    noted += 1;
  }
  return noted;
}
