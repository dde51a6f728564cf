/** The part of the contract on appends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AppendResult } from '#ports';
import { append, appended, dataOf, everything, newEvent, positionsOf, revisionsOf } from '../../support/event-log/events.js';
import type { LogUnderTest } from './event-log-contract.js';

export function appending(sut: LogUnderTest): void {
  describe('append', () => {
    it('answers with the revision and the positions of what it wrote', async () => {
      const first = await append(sut.log, 'device-a.1', -1, 'a', 'b');
      const second = await append(sut.log, 'device-a.1', 1, 'c');

      const events = await everything(sut.log);
      const [a, b, c] = positionsOf(events) as [number, number, number];
      expect(first).toMatchObject({ ok: true, revision: 0, position: a, lastPosition: b });
      expect(second).toMatchObject({ ok: true, revision: 2, position: c, lastPosition: c });
      if (first.ok && first.positions) expect(first.positions).toEqual([a, b]);
      expect(await sut.log.head()).toBe(c);
    });

    it('gives back every member of an event as it was', async () => {
      const event = newEvent({ schemaVersion: 1, time: [1.5], fields: { t: [21.5, null, -0.1, 1e300] }, deep: { a: [[], {}] } });
      const metadata = { ...event.metadata, causationId: 'x', bodyHash: 'ff', part: [1, 3] as [number, number] };
      await sut.log.append({ stream: 'device-a.1', expectedRevision: -1, events: [{ ...event, eventVersion: 7, metadata }] });

      const [recorded] = await sut.log.readStream('device-a.1', 0, 10);

      expect(recorded).toEqual({
        ...event,
        eventVersion: 7,
        metadata,
        stream: 'device-a.1',
        revision: 0,
        position: expect.any(Number) as number,
      });
      expect(structuredClone(recorded)).toEqual(recorded);
      expect(JSON.parse(JSON.stringify(recorded))).toEqual(recorded);
      expect({ ...recorded! }.data).toBe(recorded!.data);
    });

    it('answers a conflict with where the stream ends, and writes nothing', async () => {
      await appended(sut.log, 'device-a.1', -1, 'a', 'b');

      expect(await append(sut.log, 'device-a.1', -1, 'x')).toEqual({ ok: false, conflict: true, actualRevision: 1 });
      expect(await append(sut.log, 'device-a.1', 0, 'x', 'y')).toEqual({ ok: false, conflict: true, actualRevision: 1 });
      expect(await append(sut.log, 'device-a.1', 5, 'x')).toEqual({ ok: false, conflict: true, actualRevision: 1 });
      expect(await append(sut.log, 'device-a.2', 0, 'x')).toEqual({ ok: false, conflict: true, actualRevision: -1 });
      expect(dataOf(await everything(sut.log))).toEqual(['a', 'b']);
    });

    it('lets exactly one of many concurrent appends to a stream win, and leaves no hole', async () => {
      for (let round = 0; round < 5; round += 1) {
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, n) => append(sut.log, 'device-a.1', round * 2 - 1, `${n}-0`, `${n}-1`)),
        );
        expect(results.filter(({ ok }) => ok)).toHaveLength(1);
      }
      const events = await sut.log.readStream('device-a.1', 0, 100);
      expect(revisionsOf(events)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      for (let n = 0; n < 10; n += 2) {
        expect(events[n]!.data).toBe(String(events[n]!.data).replace(/\d$/, '0'));
        expect(events[n + 1]!.data).toBe(String(events[n]!.data).replace(/0$/, '1'));
      }
    });

    it('keeps the neighbours of a conflict that arrive with it', async () => {
      await appended(sut.log, 'device-a.1', -1, 'a');

      const results = await Promise.all([
        append(sut.log, 'device-a.2', -1, 'x', 'y'),
        append(sut.log, 'device-a.1', -1, 'lost', 'lost'),
        append(sut.log, 'device-a.3', -1, 'z'),
        append(sut.log, 'device-a.1', 0, 'b'),
      ]);

      expect(results.map(({ ok }) => ok)).toEqual([true, false, true, true]);
      expect(dataOf(await everything(sut.log)).sort()).toEqual(['a', 'b', 'x', 'y', 'z']);
    });

    it('keeps the events of one append together', async () => {
      await Promise.all(Array.from({ length: 50 }, (_, n) => append(sut.log, `device-a.${n}`, -1, [n, 0], [n, 1], [n, 2])));

      const events = dataOf(await everything(sut.log)) as [number, number][];
      expect(events).toHaveLength(150);
      events.forEach(([stream, part], at) => {
        expect(part).toBe(at % 3);
        expect(stream).toBe(events[at - part]![0]);
      });
    });

    it('takes what it was given, not what becomes of it', async () => {
      const event = newEvent({ value: 1 });
      const written = sut.log.append({ stream: 'device-a.1', expectedRevision: -1, events: [event] });
      (event.data as unknown as { value: number }).value = 2;
      await written;

      expect(dataOf(await everything(sut.log))).toEqual([{ value: 1 }]);
    });

    it.each([
      ['no event', { stream: 'device-a.1', expectedRevision: -1, events: [] }],
      ['no name', { stream: '', expectedRevision: -1, events: [newEvent(1)] }],
      ['a name without UTF-8', { stream: 'device-\ud800', expectedRevision: -1, events: [newEvent(1)] }],
      ['what is not JSON', { stream: 'device-a.1', expectedRevision: -1, events: [newEvent(10n)] }],
    ])('refuses %s as the bug it is', async (_, request) => {
      await expect(sut.log.append(request)).rejects.toThrow(TypeError);
      expect(await sut.log.head()).toBe(0);
    });

    it('keeps 10,000 streams apart', { timeout: 60_000 }, async () => {
      for (let round = 0; round < 2; round += 1) {
        const results: AppendResult[] = await Promise.all(
          Array.from({ length: 10_000 }, (_, n) => append(sut.log, `device-a.${n}`, round - 1, n)),
        );
        expect(results.every(({ ok }) => ok)).toBe(true);
      }
      for (const n of [0, 1, 4_999, 9_999]) expect(dataOf(await sut.log.readStream(`device-a.${n}`, 0, 10))).toEqual([n, n]);
      expect((await everything(sut.log)).length).toBe(20_000);
    });

    it('does what a list of lists would do', async () => {
      let run = 0;
      const step = fc.record({ stream: fc.nat(3), events: fc.integer({ min: 1, max: 4 }), offset: fc.constantFrom(0, 0, 0, 1, -1) });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
          run += 1;
          const model: string[][] = [[], [], [], []];
          for (const [at, { stream, events, offset }] of steps.entries()) {
            const list = model[stream]!;
            const expected = Math.max(-1, list.length - 1 + offset);
            const data = Array.from({ length: events }, (_, n) => `${at}/${n}`);
            const result = await append(sut.log, `device-${run}.${stream}`, expected, ...data);
            if (expected === list.length - 1) expect(result).toMatchObject({ ok: true, revision: list.length });
            else expect(result).toEqual({ ok: false, conflict: true, actualRevision: list.length - 1 });
            if (result.ok) list.push(...data);
          }
          for (const [stream, list] of model.entries())
            expect(dataOf(await sut.log.readStream(`device-${run}.${stream}`, 0, 1_000))).toEqual(list);
        }),
        { numRuns: 15 },
      );
    });
  });
}
