import { describe, expect, it } from 'vitest';
import { emptyLedger, enterInLedger, freezeLedger, receivedOf, thawLedger } from './ledger.js';

describe('the ledger', () => {
  const sut = emptyLedger();
  enterInLedger(sut, {
    type: 'ReadingsReceived',
    data: { schemaVersion: 1, time: [10, 30, 20, 30], seq: [1, null, 5, '18446744073709551615'], fields: {} },
  });
  enterInLedger(sut, {
    type: 'ReadingsRejected',
    data: {
      schemaVersion: 1,
      readings: [
        { index: 0, code: 'reading.bad-time', message: '', seq: 3, reading: 1 },
        { index: 1, code: 'reading.bad-seq', message: '', reading: 1 },
      ],
    },
  });
  enterInLedger(sut, { type: 'DuplicatesDiscarded', data: { count: 2 } });
  enterInLedger(sut, { type: 'ReadingsReceived', data: { schemaVersion: 1, time: [29.999, 31], fields: {} } });
  enterInLedger(sut, { type: 'DeviceRetired', data: {} });

  it('closes', () => {
    expect(sut).toMatchObject({ stored: 6, duplicates: 2, rejected: 2, latestTime: 31 });
    expect(receivedOf(sut)).toBe(10);
  });

  it('calls late what is older than the latest before it, in the same batch too', () => expect(sut.late).toBe(2));

  it('misses what lies between lowest and highest; a refused one is not missing', () => {
    expect(sut.seqs.missing().ranges(9)).toEqual([
      [2, 2],
      [4, 4],
      [6, '18446744073709551614'],
    ]);
  });

  it('comes back the same from JSON', () => {
    for (const ledger of [sut, emptyLedger()]) {
      const frozen = freezeLedger(ledger);
      expect(freezeLedger(thawLedger(JSON.parse(JSON.stringify(frozen))))).toStrictEqual(frozen);
    }
    expect(thawLedger(freezeLedger(emptyLedger())).latestTime).toBeUndefined();
  });
});
