/** The part of the contract on reads. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  append,
  appended,
  columnsOfManyKinds,
  dataOf,
  everything,
  positionsOf,
  revisionsOf,
  unpacked,
} from '../../support/event-log/events.js';
import type { Capabilities, LogUnderTest } from './event-log-contract.js';

/** Escapes, a NUL, a lone surrogate, a pair, a byte order mark, what JSON but not JavaScript once allowed, a decoder's replacement. */
const AWKWARD = ['"\\/\b\f\n\r\t', 'a\u0000b', '\ud800', 'x\udfffy', '💧', '\ufeffbom', '\u2028\u2029', '\ufffd', 'é', 'ﷺ'.repeat(50), ''];

export function reading(sut: LogUnderTest, { appendBytesMax }: Capabilities): void {
  describe('read', () => {
    it('finds nothing in an empty log', async () => {
      expect(await sut.log.head()).toBe(0);
      expect(await sut.log.readAll(0, 10)).toEqual([]);
      expect(await sut.log.readStream('device-a.1', 0, 10)).toEqual([]);
    });

    it('pages through a stream by revision', async () => {
      await appended(sut.log, 'device-a.1', -1, 0, 1, 2);
      await appended(sut.log, 'device-a.2', -1, 'other');
      await appended(sut.log, 'device-a.1', 2, 3, 4);

      expect(dataOf(await sut.log.readStream('device-a.1', 0, 2))).toEqual([0, 1]);
      expect(dataOf(await sut.log.readStream('device-a.1', 2, 2))).toEqual([2, 3]);
      expect(dataOf(await sut.log.readStream('device-a.1', 4, 2))).toEqual([4]);
      expect(await sut.log.readStream('device-a.1', 5, 2)).toEqual([]);
      expect(revisionsOf(await sut.log.readStream('device-a.1', 1, 100))).toEqual([1, 2, 3, 4]);
    });

    it('pages through the log by position, which rises strictly', async () => {
      await Promise.all(Array.from({ length: 40 }, (_, n) => append(sut.log, `device-a.${n % 7}.${n}`, -1, n)));

      const paged = await everything(sut.log, 7);

      const positions = positionsOf(paged);
      expect(paged).toHaveLength(40);
      expect(positions[0]).toBeGreaterThan(0);
      expect(positions.every((position, at) => at === 0 || position > positions[at - 1]!)).toBe(true);
      expect(positions.at(-1)).toBe(await sut.log.head());
      expect(paged).toEqual(await sut.log.readAll(0, 1_000));
    });

    it('stops at about bytesMax, but gives at least one event', async () => {
      for (let n = 0; n < 10; n += 1) await appended(sut.log, 'device-a.1', n - 1, 'x'.repeat(10_000));

      expect(await sut.log.readAll(0, 100, 1)).toHaveLength(1);
      const some = await sut.log.readAll(0, 100, 35_000);
      expect(some.length).toBeGreaterThanOrEqual(3);
      expect(some.length).toBeLessThanOrEqual(4);
      expect(await sut.log.readAll(0, 2, 35_000)).toHaveLength(2);
      expect(await sut.log.readAll(0, 100)).toHaveLength(10);
    });

    it('stops at about bytesMax in a stream as well, and goes on from there', async () => {
      for (let n = 0; n < 10; n += 1) {
        await appended(sut.log, 'device-a.1', n - 1, `${n}${'x'.repeat(10_000)}`);
        await appended(sut.log, 'device-a.2', n - 1, 'of another');
      }

      expect(revisionsOf(await sut.log.readStream('device-a.1', 0, 100, 1))).toEqual([0]);
      const some = await sut.log.readStream('device-a.1', 2, 100, 35_000);
      expect([
        [2, 3, 4],
        [2, 3, 4, 5],
      ]).toContainEqual(revisionsOf(some));
      const rest = await sut.log.readStream('device-a.1', 2 + some.length, 100, 1_000_000);
      expect([...some, ...rest]).toEqual(await sut.log.readStream('device-a.1', 2, 100));
      expect(revisionsOf(await sut.log.readStream('device-a.1', 8, 100, 35_000))).toEqual([8, 9]);
      expect(await sut.log.readStream('device-a.1', 10, 100, 1)).toEqual([]);
      expect(await sut.log.readStream('device-a.1', 0, 2, 35_000)).toHaveLength(2);
      expect(revisionsOf(await sut.log.readStream('device-a.1', 0, 100))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });

    it('reads what of a stream was asked for after a page that stopped at bytesMax', async () => {
      for (let n = 0; n < 5; n += 1) await appended(sut.log, 'device-a.1', n - 1, 'x'.repeat(1_000));

      for (let n = 0; n < 5; n += 1) expect(revisionsOf(await sut.log.readStream('device-a.1', n, 5, 1))).toEqual([n]);
      await appended(sut.log, 'device-a.1', 4, 'the next');
      expect(dataOf(await sut.log.readStream('device-a.1', 5, 5, 1))).toEqual(['the next']);
    });

    it('gives back every text, byte for byte', async () => {
      const data = { list: AWKWARD, ...Object.fromEntries(AWKWARD.map((text) => [text, text])) };
      await appended(sut.log, 'device-ä.💧\u0000:_', -1, data);

      expect(dataOf(await sut.log.readStream('device-ä.💧\u0000:_', 0, 1))).toEqual([data]);
      expect(await sut.log.readStream('device-ä.💧', 0, 1)).toEqual([]);
      expect((await everything(sut.log))[0]!.stream).toBe('device-ä.💧\u0000:_');
    });

    if (appendBytesMax !== undefined) {
      it('holds an append as large as it declares, and refuses a larger one whole', async () => {
        // Nothing can make much less of it.
        const large = randomBytes(appendBytesMax)
          .toString('base64')
          .slice(0, appendBytesMax - 10_000);
        await appended(sut.log, 'device-a.1', -1, large);

        const refused = { name: 'AppendTooLargeError', message: expect.stringContaining(String(appendBytesMax)) as string };
        await expect(append(sut.log, 'device-a.1', 0, randomBytes(appendBytesMax).toString('base64'))).rejects.toMatchObject(refused);
        await expect(append(sut.log, 'device-a.1', 0, 'small', large, 'small')).resolves.toMatchObject({ ok: true });
        await expect(append(sut.log, 'device-a.1', 3, large, large)).rejects.toMatchObject(refused);
        expect(dataOf(await sut.log.readStream('device-a.1', 0, 10))).toEqual([large, 'small', large, 'small']);
        expect(await sut.log.readAll(0, 100, appendBytesMax)).toHaveLength(3);
      });
    } else
      it('holds events of 8 MiB', async () => {
        const ascii = 'x'.repeat(8 * 1024 * 1024);
        const wide = '漢'.repeat(3 * 1024 * 1024);
        await Promise.all([append(sut.log, 'device-a.1', -1, ascii, 'small'), append(sut.log, 'device-a.2', -1, wide)]);

        expect((await sut.log.readStream('device-a.1', 0, 1))[0]!.data).toBe(ascii);
        expect((await sut.log.readStream('device-a.2', 0, 1))[0]!.data).toBe(wide);
        expect(await sut.log.readAll(0, 100, 8 * 1024 * 1024)).toHaveLength(1);
      });

    it('sees an append at once when it was acknowledged', async () => {
      for (let n = 0; n < 200; n += 1) {
        const { lastPosition } = await appended(sut.log, 'device-a.1', n - 1, n);
        expect(await sut.log.head()).toBe(lastPosition);
        expect(dataOf(await sut.log.readStream('device-a.1', n, 10))).toEqual([n]);
      }
    });

    it('scans as it reads, but for columns that may come packed', async () => {
      await appended(sut.log, 'device-a.1', -1, ...columnsOfManyKinds());
      const scan = sut.log.scan();
      const read = await sut.log.readAll(0, 100);

      expect((await scan.readAll(0, 100)).map(unpacked)).toEqual(read);
      const [first] = await scan.readAll(0, 100, 1);
      expect(unpacked(first!)).toEqual(read[0]);
      expect((await scan.readAll(first!.position, 2)).map(unpacked)).toEqual(read.slice(1, 3));
      expect(await scan.readAll(read.at(-1)!.position, 2)).toEqual([]);
      await scan.close();
    });

    it('gives each reader objects of its own', async () => {
      await appended(sut.log, 'device-a.1', -1, { value: 1 });
      const [mine] = await sut.log.readAll(0, 1);
      (mine!.data as unknown as { value: number }).value = 2;

      expect(dataOf(await sut.log.readAll(0, 1))).toEqual([{ value: 1 }]);
    });
  });
}
