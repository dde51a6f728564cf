/** What every keeper of the generations of the series does: one is live, others are built beside it, and the change is seen whole. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SeriesBatch, SeriesGenerations, SeriesStore } from '#ports';

export interface GenerationsUnderTest {
  /** Over the same place each time, as after a restart, or as another process has it. */
  open(): Promise<SeriesGenerations>;
  remove(): Promise<void>;
}

export interface GenerationsCapabilities {
  /** Several may have it open at once, as processes of a cluster do. */
  shared: boolean;
}

const device = { accountId: 'a1', deviceId: 'd1' };
const always = { ...device, from: 0, to: 8e12 };

/** One reading a position, of the value of its generation. */
const batch = (checkpoint: number, value: number, positions = [checkpoint]): SeriesBatch => ({
  checkpoint,
  schemas: checkpoint === 1 ? [{ ...device, position: 1, schemaVersion: 1, schema: { fields: { x: { type: 'number' } } } }] : [],
  readings: positions
    .filter((position) => position > 1)
    .map((position) => ({ ...device, position, recordedAt: 5, columns: { schemaVersion: 1, time: [position], fields: { x: [value] } } })),
});
const valuesIn = async (store: SeriesStore): Promise<number[]> => {
  const { fields } = await store.series({ ...always, fields: ['x'] });
  return [...(fields['x']!['value'] as Float64Array)];
};

export function seriesGenerationsContract(
  name: string,
  create: () => Promise<GenerationsUnderTest>,
  { shared }: GenerationsCapabilities,
): void {
  describe(`SeriesGenerations: ${name}`, () => {
    let place: GenerationsUnderTest;
    let sut: SeriesGenerations;
    beforeEach(async () => {
      place = await create();
      sut = await place.open();
    });
    afterEach(async () => {
      await sut.close();
      await place.remove();
    });

    const reopen = async (): Promise<void> => {
      await sut.close();
      sut = await place.open();
    };
    /** Generation `generation` with one reading of that value. */
    const fill = async (generation: number): Promise<SeriesStore> => {
      const store = await sut.open(generation);
      await store.write(batch(1, generation));
      await store.write(batch(2, generation));
      return store;
    };

    it('begins with the first generation, live', async () => {
      expect(await sut.live()).toBe(1);
      await fill(1);
      expect(await sut.list()).toEqual([1]);
      expect(await valuesIn(sut.store)).toEqual([1]);
    });

    it('keeps generations apart: readings, schemas and checkpoints', async () => {
      await fill(1);
      const other = await sut.open(2);
      expect(await other.checkpoint()).toBe(0);
      expect(await other.count(always)).toBe(0);
      await fill(2);
      await other.write(batch(3, 2));
      expect(await valuesIn(other)).toEqual([2, 2]);
      expect(await valuesIn(sut.store)).toEqual([1]);
      expect(await sut.store.checkpoint()).toBe(2);
      expect(await sut.list()).toEqual([1, 2]);
    });

    it('shows the new one from the moment it is live, and keeps the old one', async () => {
      await fill(1);
      await fill(2);
      await sut.setLive(2);
      expect(await valuesIn(sut.store)).toEqual([2]);
      expect([await sut.live(), await sut.list()]).toEqual([2, [1, 2]]);
      expect(await valuesIn(await sut.open(1))).toEqual([1]);
    });

    it('still has the same one live, with all its readings, when it is opened again', async () => {
      await fill(1);
      await fill(2);
      await sut.setLive(2);
      await reopen();
      expect([await sut.live(), await sut.list()]).toEqual([2, [1, 2]]);
      expect(await valuesIn(sut.store)).toEqual([2]);
      expect(await (await sut.open(1)).checkpoint()).toBe(2);
    });

    it('answers each question from one generation, whenever it changes', async () => {
      await fill(1);
      await fill(2);
      const answers: Promise<number[]>[] = [];
      for (let n = 0; n < 40; n++) {
        answers.push(valuesIn(sut.store));
        if (n === 20) void sut.setLive(2);
        if (n % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      const seen = (await Promise.all(answers)).map(([value, ...more]) => (more.length === 0 ? value : NaN));
      expect(seen.every((value) => value === 1 || value === 2)).toBe(true);
      expect(seen).toEqual([...seen].sort());
      await sut.setLive(2);
      expect(await valuesIn(sut.store)).toEqual([2]);
    });

    it('goes on writing to the old one where someone still holds it', async () => {
      const old = await fill(1);
      await fill(2);
      await sut.setLive(2);
      await old.write(batch(3, 1));
      expect(await old.checkpoint()).toBe(3);
      await old.close();
      expect(await valuesIn(await sut.open(1))).toEqual([1, 1]);
    });

    it('keeps a generation that its holder has closed', async () => {
      const other = await fill(2);
      await other.close();
      expect(await valuesIn(await sut.open(2))).toEqual([2]);
    });

    it('drops what is not live, and begins anew where that number is opened again', async () => {
      await fill(1);
      await fill(2);
      await sut.drop(2);
      expect(await sut.list()).toEqual([1]);
      await sut.drop(2);
      const again = await sut.open(2);
      expect([await again.checkpoint(), await again.count(always)]).toEqual([0, 0]);
    });

    it('refuses to drop the live one', async () => {
      await fill(1);
      await expect(sut.drop(1)).rejects.toThrow();
      expect(await valuesIn(sut.store)).toEqual([1]);
    });

    it.runIf(shared)('shows a change within a second to others that have it open', async () => {
      const other = await place.open();
      await fill(1);
      await fill(2);
      expect(await valuesIn(other.store)).toEqual([1]);
      await sut.setLive(2);
      const deadline = performance.now() + 1_000;
      while ((await valuesIn(other.store))[0] !== 2 && performance.now() < deadline) await new Promise((resolve) => setImmediate(resolve));
      expect(await valuesIn(other.store)).toEqual([2]);
      await other.close();
    });
  });
}
