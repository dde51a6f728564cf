/** Random logs: few devices, few times and few sequence numbers, so that ties, late data and gaps are common. */
import fc from 'fast-check';
import type { ReadingColumns } from '#contracts';
import { inAccount, inAnalysis, inDevice, inModel, recorded, trainedModel, type Happened } from './events.js';

const device = fc.constantFrom('a1.d1', 'a1.d2', 'a2.d1');
const time = fc.integer({ min: 0, max: 12 }).map((n) => n + (n % 3) / 8);
const seq = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constantFrom(null, '18446744073709551615', '9007199254740993'));
const value = fc.option(fc.integer({ min: -5, max: 5 }));

const columns: fc.Arbitrary<ReadingColumns> = fc.integer({ min: 1, max: 5 }).chain((count) => {
  const column = fc.array(value, { minLength: count, maxLength: count });
  return fc.record(
    {
      schemaVersion: fc.constant(1),
      time: fc.array(time, { minLength: count, maxLength: count }),
      seq: fc.array(seq, { minLength: count, maxLength: count }),
      fields: fc.record({ temperature: column, humidity: column, position: fc.record({ lat: column, lon: column }) }, { requiredKeys: [] }),
    },
    { requiredKeys: ['schemaVersion', 'time', 'fields'] },
  );
});

/** A reading is refused once. */
const refused = fc
  .uniqueArray(fc.record({ seq, index: fc.nat(100) }), { minLength: 1, maxLength: 3, selector: ({ index }) => index })
  .map((list) => ({
    schemaVersion: 1,
    readings: list.map(({ seq, index }) => ({
      index,
      code: 'reading.wrong-type' as const,
      message: 'no number',
      reading: { index },
      ...(seq === null ? {} : { seq }),
    })),
  }));

const schema = (schemaVersion: number) => ({
  schemaVersion,
  schema: { fields: { temperature: { type: 'number' as const, max: schemaVersion } } },
});
const analysis = (accountId: string, analysisId: string, standing: boolean) => ({
  accountId,
  analysisId,
  operation: 'moving-average',
  operationVersion: 1,
  inputs: [{ deviceId: 'd1', field: 'temperature' }],
  params: {},
  ...(standing ? { standing: true as const } : { from: 1, to: 2, name: 'all' }),
});
const account = fc.constantFrom('a1', 'a2');
const id = fc.constantFrom('1', '2');

const happened: fc.Arbitrary<Happened> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(device, columns).map(([name, data]) => inDevice(name, 'ReadingsReceived', data)) },
  { weight: 2, arbitrary: fc.tuple(device, refused).map(([name, data]) => inDevice(name, 'ReadingsRejected', data)) },
  fc.tuple(device, fc.integer({ min: 1, max: 9 })).map(([name, count]) => inDevice(name, 'DuplicatesDiscarded', { count })),
  fc
    .tuple(device, fc.string(), fc.boolean())
    .map(([name, text, tags]) => inDevice(name, 'DeviceDescribed', tags ? { tags: { text } } : { name: text })),
  fc.tuple(device, fc.integer({ min: 1, max: 4 })).map(([name, version]) => inDevice(name, 'SchemaRegistered', schema(version))),
  device.map((name) => inDevice(name, 'DeviceRetired', {})),
  fc
    .tuple(account, id)
    .map(([name, n]) => inAccount(name, 'ApiKeyIssued', { keyId: `k${n}`, name: n, keyHash: `${name}${n}`, scopes: ['read'] })),
  fc.tuple(account, id).map(([name, n]) => inAccount(name, 'ApiKeyRevoked', { keyId: `k${n}` })),
  fc.tuple(account, id).map(([name, n]) => inAccount(name, 'SessionStarted', { sessionId: n, tokenHash: `${name}${n}`, expiresAt: 1 })),
  fc.tuple(account, id).map(([name, n]) => inAccount(name, 'SessionEnded', { sessionId: n })),
  fc.tuple(account, id, fc.boolean()).map(([name, n, standing]) => inAnalysis(name, n, 'AnalysisRequested', analysis(name, n, standing))),
  fc
    .tuple(account, id, fc.integer({ min: 1, max: 9 }))
    .map(([name, n, rows]) => inAnalysis(name, n, 'AnalysisCompleted', { digest: n, rows, summary: {}, position: 1, inputs: [] })),
  fc.tuple(account, id).map(([name, n]) => inAnalysis(name, n, 'AnalysisFailed', { message: 'too few' })),
  fc
    .tuple(account, id, fc.constantFrom('AnalysisCancelled' as const, 'AnalysisDiscarded' as const))
    .map(([name, n, type]) => inAnalysis(name, n, type, {})),
  fc.tuple(account, id, fc.integer({ min: 1, max: 3 })).map(([name, n, version]) => inModel(trainedModel(name, `m${n}`, version))),
);

const beginning: Happened[] = ['a1.d1', 'a1.d2', 'a2.d1'].map((name) => {
  const [accountId, deviceId] = name.split('.') as [string, string];
  return inDevice(name, 'DeviceRegistered', { accountId, deviceId, name, tags: {} });
});

export const arbitraryLog = fc.array(happened, { maxLength: 40 }).map((rest) => recorded([...beginning, ...rest]));
/** Counts of events after which a batch ends. */
export const arbitraryCuts = fc.array(fc.integer({ min: 1, max: 43 }), { maxLength: 12 });
