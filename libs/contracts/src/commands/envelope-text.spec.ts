import { expect, it } from 'vitest';
import type { CommandEnvelope } from './commands.js';
import { decodeEnvelope, encodeEnvelope } from './envelope-text.js';

const envelope: CommandEnvelope = {
  type: 'ReceiveReadings',
  stream: 'device-a1.d1',
  data: { deviceId: 'd1', format: 'json' },
  commandId: 'c1',
  accountId: 'a1',
  correlationId: 'r1',
  receivedAt: 1_770_000_000_000,
};

it.each([undefined, new Uint8Array(), Uint8Array.of(0, 255, 10), new Uint8Array(100_000).map((_, at) => at % 256)])(
  'comes back from its text as it was, whatever its bytes',
  (body) => {
    const sut: CommandEnvelope = body === undefined ? envelope : { ...envelope, body };
    expect(decodeEnvelope(encodeEnvelope(sut))).toEqual(sut);
  },
);
