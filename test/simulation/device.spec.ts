/** What holds for devices whatever is sent, cut, repeated, interleaved or cut off, by generated histories. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceSchema, Json } from '#contracts';
import { deviceDecider, freezeDevice, freezeLedger, receivedOf, type DeviceDomainCommand } from '#domain';
import { foldDevice, SimulatedDevice, type Message } from './simulated-device.js';

const SCHEMA: DeviceSchema = {
  fields: {
    temperature: { type: 'number', min: -40, max: 125 },
    state: { type: 'enum', values: ['ok', 'fault'] },
    open: { type: 'boolean' },
    position: { type: 'location' },
    acceleration: { type: 'vector', axes: ['x', 'y'] },
  },
};
const NEXT_SCHEMA: DeviceSchema = { ...SCHEMA, fields: { ...SCHEMA.fields, temperature: { type: 'number', min: -40, max: 60 } } };
const NOON = Date.UTC(2026, 4, 1, 12);

const value = fc.oneof(
  fc.double({ min: -45, max: 130, noNaN: true }).map((n) => n + 0),
  fc.integer({ min: -50, max: 150 }),
);
const seq = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.constantFrom<Json>('18446744073709551615', '9007199254740993', -1, 'x', null) },
);
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 1e6 }).map((ms) => NOON + ms) },
  { weight: 1, arbitrary: fc.constantFrom<Json>('2026-05-01T12:00:00.123456Z', 'never', null) },
);
const fields = fc.record<Record<string, Json>>(
  {
    temperature: fc.oneof({ weight: 8, arbitrary: value }, { weight: 1, arbitrary: fc.constantFrom<Json>('hot', null, {}) }),
    state: fc.constantFrom('ok', 'fault', 'ok', 'off'),
    open: fc.boolean(),
    position: fc.oneof(fc.constantFrom<Json>([48, 11], { lat: 48, lon: 11, alt: 500 }, { lat: 91, lon: 0 }, { lat: 1 })),
    acceleration: fc.constantFrom<Json>([1, 2], { x: 0.5, y: 1 }, { x: 1, z: 1 }),
  },
  { requiredKeys: [] },
);
const flat = fc
  .tuple(fields, fc.option(seq, { nil: undefined }), fc.option(time, { nil: undefined }))
  .map(([values, s, t]) => ({ ...values, ...(s !== undefined && { seq: s }), ...(t !== undefined && { time: t }) }));
const reading: fc.Arbitrary<Json> = fc.oneof(
  { weight: 10, arbitrary: flat },
  {
    weight: 3,
    arbitrary: flat.map(({ seq: s, time: t, ...values }: Record<string, Json>) => ({
      values,
      ...(t !== undefined && { ts: t }),
      ...(s !== undefined && { seq: s }),
    })),
  },
  { weight: 1, arbitrary: fc.constantFrom<Json>(null, {}, 5, [], { stranger: 1 }) },
);
const readings = fc.array(reading, { minLength: 1, maxLength: 30 });
const batch: fc.Arbitrary<DeviceDomainCommand> = readings.map((list) => ({ type: 'ReceiveReadings', data: { readings: list } }));
const command: fc.Arbitrary<DeviceDomainCommand> = fc.oneof(
  { weight: 12, arbitrary: batch },
  {
    weight: 1,
    arbitrary: fc.constantFrom<DeviceDomainCommand>(
      { type: 'RegisterSchema', data: { schema: NEXT_SCHEMA } },
      { type: 'RegisterSchema', data: { schema: SCHEMA } },
      { type: 'DescribeDevice', data: { name: 'x' } },
    ),
  },
  { weight: 1, arbitrary: fc.constant<DeviceDomainCommand>({ type: 'RetireDevice', data: {} }) },
);
const messages = fc
  .array(fc.tuple(command, fc.boolean()), { minLength: 1, maxLength: 12 })
  .map((list) =>
    list.map(([told, canArriveAgain], i): Message => ({ command: told, commandId: `c${i}`, ...(canArriveAgain && { bodyHash: `h${i}` }) })),
  );

function registeredDevice(deviceId = 'd7'): SimulatedDevice {
  const sut = new SimulatedDevice(deviceId);
  sut.tell({
    command: { type: 'RegisterDevice', data: { accountId: 'a1', deviceId, name: 'x', tags: {}, schema: SCHEMA } },
    commandId: 'register',
  });
  return sut;
}
const send = (sut: SimulatedDevice, list: Json[], commandId: string) =>
  sut.tell({ command: { type: 'ReceiveReadings', data: { readings: list } }, commandId });
const frozen = (sut: SimulatedDevice): string => JSON.stringify(freezeDevice(sut.state));

describe('a device', () => {
  it('stores, refuses and knows the same however its readings are cut into batches', () => {
    fc.assert(
      fc.property(readings, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }), (list, sizes) => {
        const whole = registeredDevice();
        send(whole, list, 'all');
        const cut = registeredDevice();
        for (let at = 0, i = 0; at < list.length; at += sizes[i % sizes.length]!, i++)
          send(cut, list.slice(at, at + sizes[i % sizes.length]!), `part-${i}`);
        expect(cut.stored()).toEqual(whole.stored());
        expect(frozen(cut)).toBe(frozen(whole));
        expect(freezeLedger(cut.ledger())).toEqual(freezeLedger(whole.ledger()));
      }),
      { numRuns: 300 },
    );
  });

  it('closes its ledger: received is stored and duplicates and rejected, and the answers say so too', () => {
    fc.assert(
      fc.property(messages, (list) => {
        const sut = registeredDevice();
        let received = 0;
        let accepted = 0;
        for (const message of list) {
          const answer = sut.tell(message);
          if (message.command.type !== 'ReceiveReadings' || typeof answer === 'string') continue;
          received += message.command.data.readings.length;
          accepted += answer.accepted;
          expect(answer.accepted + answer.duplicates + answer.rejected.length).toBe(message.command.data.readings.length);
        }
        expect(receivedOf(sut.ledger())).toBe(received);
        expect(sut.stored()).toHaveLength(accepted);
      }),
      { numRuns: 300 },
    );
  });

  it('gives a command that arrives again its first answer, and records nothing', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }), (list, again) => {
        const once = registeredDevice();
        const answers = list.map((message) => once.tell(message));
        const often = registeredDevice();
        list.forEach((message, i) => {
          expect(often.tell(message)).toEqual(answers[i]);
          for (const [when, which] of again) {
            if (when % list.length !== i) continue;
            const k = which % (i + 1);
            if (list[k]!.bodyHash !== undefined && typeof answers[k] !== 'string') expect(often.tell(list[k]!)).toEqual(answers[k]);
          }
        });
        expect(often.log).toEqual(once.log);
      }),
      { numRuns: 300 },
    );
  });

  it('counts what is sent again by sequence number once, in whatever batches it comes', () => {
    fc.assert(
      fc.property(readings, fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 10 }), { maxLength: 8 }), (list, resends) => {
        const numbered = list.map((each, i): Json =>
          typeof each === 'object' && each !== null && !Array.isArray(each) ? { ...each, seq: i } : { temperature: 1, seq: i },
        );
        const sut = registeredDevice();
        send(sut, numbered, 'first');
        const stored = sut.stored();
        const state = frozen(sut);
        const { rejected } = sut.ledger();
        resends.forEach((places, i) => {
          const resent = places.map((place) => numbered[place % numbered.length]!);
          expect(send(sut, resent, `again-${i}`)).toMatchObject({ accepted: 0, rejected: [], duplicates: resent.length });
        });
        expect(sut.stored()).toEqual(stored);
        expect(frozen(sut)).toBe(state);
        expect(sut.ledger().rejected).toBe(rejected);
        expect(sut.ledger().seqs.missing().count).toBe(0n);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same after a crash at any point, from any snapshot', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.nat(), (list, crashAt, snapshotAt) => {
        const calm = registeredDevice();
        const answers = list.map((message) => calm.tell(message));
        const crashed = registeredDevice();
        list.forEach((message, i) => {
          expect(crashed.tell(message)).toEqual(answers[i]);
          if (i === crashAt % list.length) crashed.crash(snapshotAt % (crashed.log.length + 1));
        });
        expect(crashed.log).toEqual(calm.log);
        expect(frozen(crashed)).toBe(frozen(calm));
        expect(JSON.stringify(freezeDevice(foldDevice(deviceDecider.initial, calm.log)))).toBe(frozen(calm));
      }),
      { numRuns: 300 },
    );
  });

  it('is untouched by whatever other devices of the same schema are told in between', () => {
    fc.assert(
      fc.property(fc.array(messages, { minLength: 2, maxLength: 4 }), fc.array(fc.nat(), { maxLength: 40 }), (scripts, turns) => {
        const alone = scripts.map((script, d) => {
          const sut = registeredDevice(`d${d}`);
          for (const message of script) sut.tell(message);
          return sut;
        });
        const among = scripts.map((_, d) => registeredDevice(`d${d}`));
        const queues = scripts.map((script) => [...script]);
        for (const turn of turns) {
          const message = queues[turn % queues.length]!.shift();
          if (message !== undefined) among[turn % queues.length]!.tell(message);
        }
        queues.forEach((queue, d) => queue.forEach((message) => among[d]!.tell(message)));
        expect(among.map(({ log }) => log)).toEqual(alone.map(({ log }) => log));
        expect(among.map(frozen)).toEqual(alone.map(frozen));
      }),
      { numRuns: 200 },
    );
  });
});
