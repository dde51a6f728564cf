/** The simulator's core: same seed, same readings; and the account it predicts is exact. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceSimulation } from './device-simulation.js';
import { FaultInjector, NO_FAULTS, parseFaults, type FaultRates } from './faults.js';
import { nextSeqAfter, PredictedAccount } from './predicted-account.js';
import { createRandom } from './random.js';
import { createGenerator } from './simulated-device.js';

interface Sent {
  seq: number;
  time: number;
  temperature?: number;
  humidity: unknown;
  state: string;
  smell?: number;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const someFaults: fc.Arbitrary<FaultRates> = fc.record({
  duplicates: share,
  reorder: share,
  gaps: share,
  skew: share,
  bursts: share,
  invalid: share,
});

function simulation(options: { seed: number; faults: FaultRates; firstSeq?: number }): DeviceSimulation {
  return new DeviceSimulation({ index: 0, deviceId: 'sim-1', firstSeq: 1, start: 1_770_000_000_000, interval: 1_000, ...options });
}

function everythingSent(sut: DeviceSimulation, count: number, batch = 7): Sent[] {
  sut.advanceTo(count);
  sut.finish();
  const sent: Sent[] = [];
  while (sut.pendingCount > 0) sent.push(...(JSON.parse(sut.takeBatch(batch).body) as Sent[]));
  return sent;
}

const isRefused = (it: Sent) =>
  it.temperature === undefined ||
  it.temperature > 85 ||
  it.temperature < -40 ||
  it.humidity === 'wet' ||
  it.state === 'on fire' ||
  it.smell !== undefined;

/** What a server would count, naively. */
function countedBy(sent: Sent[], seen = new Set<number>()) {
  const tally = { sent: sent.length, stored: 0, duplicates: 0, rejected: 0, missing: 0 };
  for (const reading of sent) {
    if (seen.has(reading.seq)) tally.duplicates++;
    else if (isRefused(reading)) tally.rejected++;
    else tally.stored++;
    seen.add(reading.seq);
  }
  const all = [...seen];
  tally.missing = Math.max(...all) - Math.min(...all) + 1 - all.length;
  return tally;
}

describe('a simulated device', () => {
  it('sends the same readings for the same seed, however they are cut into batches', () => {
    fc.assert(
      fc.property(fc.nat(), someFaults, fc.integer({ min: 1, max: 50 }), (seed, faults, batch) => {
        expect(everythingSent(simulation({ seed, faults }), 60, batch)).toEqual(everythingSent(simulation({ seed, faults }), 60, 1));
      }),
    );
  });

  it('sends other readings for another seed', () => {
    const [one, two] = [1, 2].map((seed) => everythingSent(simulation({ seed, faults: NO_FAULTS }), 20));
    expect(one).not.toEqual(two);
  });

  it('predicts exactly what a server counts, whatever the faults and wherever it is stopped', () => {
    fc.assert(
      fc.property(fc.nat(), someFaults, fc.integer({ min: 1, max: 200 }), (seed, faults, count) => {
        const sut = simulation({ seed, faults });
        const sent = everythingSent(sut, count);
        expect(sut.account.tally).toEqual(countedBy(sent));
      }),
    );
  });

  it('goes on after the highest number of the run before', () => {
    fc.assert(
      fc.property(fc.nat(), someFaults, fc.integer({ min: 1, max: 100 }), (seed, faults, count) => {
        const first = countedBy(everythingSent(simulation({ seed, faults }), count));
        const seen = new Set(everythingSent(simulation({ seed, faults }), count).map((it) => it.seq));
        const ledger = { deviceId: 'd', received: first.sent, late: 0, ...first, missing: { count: first.missing, ranges: [] } };
        const firstSeq = nextSeqAfter(ledger);
        expect(firstSeq).toBe(Math.max(...seen) + 1);
        const sut = simulation({ seed: seed + 1, faults, firstSeq });
        const sent = everythingSent(sut, count);
        expect({ ...countedBy(sent, seen), missing: countedBy(sent, seen).missing - first.missing }).toEqual(sut.account.tally);
      }),
    );
  });

  it('stays within its schema where nothing is spoilt', () => {
    const generate = createGenerator(3, 4);
    for (let minute = 0; minute < 5_000; minute++) {
      const values = generate(1_770_000_000_000 + minute * 60_000);
      expect(values['temperature']).toSatisfy((it: number) => it > -40 && it < 85);
      expect(values['humidity']).toSatisfy((it: number) => it >= 0 && it <= 100);
      expect(Object.keys(values).sort()).toEqual(['acceleration', 'energy', 'humidity', 'position', 'state', 'temperature']);
    }
  });
});

describe('the fault injector', () => {
  it.each(['duplicates', 'reorder', 'gaps', 'skew', 'bursts', 'invalid'] as const)('makes %s, and nothing else', (fault) => {
    const sent = everythingSent(simulation({ seed: 5, faults: { ...NO_FAULTS, [fault]: 0.2 } }), 500);
    const seqs = sent.map((it) => it.seq);
    const found = {
      duplicates: new Set(seqs).size < seqs.length,
      reorder: seqs.some((seq, i) => i > 0 && seq < (seqs[i - 1] ?? 0)),
      gaps: new Set(seqs).size < 500,
      skew: sent.some((it) => it.time !== 1_770_000_000_000 + (it.seq - 1) * 1_000),
      invalid: sent.some(isRefused),
    };
    const expected = {
      duplicates: false,
      reorder: false,
      gaps: false,
      skew: false,
      invalid: false,
      ...(fault === 'bursts' ? {} : { [fault]: true }),
    };
    // A copy that is sent a little later is behind its successors.
    expect({ ...found, ...(fault === 'duplicates' ? { reorder: false } : {}) }).toEqual(expected);
  });

  it('holds readings through an outage and then sends them at once, in order', () => {
    const sut = new FaultInjector({ ...NO_FAULTS, bursts: 1 }, createRandom(1));
    const releases = Array.from({ length: 60 }, (_, n) => sut.take({ time: n, seq: n + 1, values: {} }).map((it) => it.reading.seq));
    const bursts = releases.filter((seqs) => seqs.length > 0);
    expect(Math.min(...bursts.map((seqs) => seqs.length))).toBeGreaterThanOrEqual(6);
    expect([...bursts.flat(), ...sut.finish().map((it) => it.reading.seq)]).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  });

  it('hits about as many readings as asked for', () => {
    const account = new PredictedAccount(1);
    const sut = new FaultInjector({ ...NO_FAULTS, duplicates: 0.1, gaps: 0.05 }, createRandom('shares'));
    for (let n = 0; n < 100_000; n++) for (const emission of sut.take({ time: n, seq: n + 1, values: {} })) account.note(emission);
    expect(account.tally.duplicates / 100_000).toBeCloseTo(0.095, 2);
    expect(account.tally.missing / 100_000).toBeCloseTo(0.05, 2);
  });

  it('reads shares, and names what it does not know', () => {
    expect(parseFaults('duplicates=0.01, gaps=0.5')).toEqual({ ...NO_FAULTS, duplicates: 0.01, gaps: 0.5 });
    expect(() => parseFaults('gremlins=1')).toThrow('There is no fault "gremlins"');
    expect(() => parseFaults('gaps=2')).toThrow('a number from 0 to 1');
  });
});
