import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openSqliteViewStore } from '#adapters/sqlite';
import { decodeEnvelope, type CommandEnvelope } from '#contracts';
import { ViewStoreParkingLot } from './view-store-parking-lot.js';

const envelope: CommandEnvelope = {
  type: 'ReceiveReadings',
  stream: 'device-a1.d1',
  data: { deviceId: 'd1', format: 'json' },
  commandId: 'c1',
  accountId: 'a1',
  correlationId: 'r1',
  receivedAt: 1_770_000_000_000,
  body: Uint8Array.of(0, 255, 10),
};

describe('the parking lot', () => {
  it('keeps a command as it was sent, once', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'parking-'));
    const views = await openSqliteViewStore({ dir });
    onTestFinished(async () => {
      await views.close();
      await rm(dir, { recursive: true });
    });
    const said: object[] = [];
    const sut = new ViewStoreParkingLot(views, { warn: (fields) => said.push(fields) });
    const parked = { envelope, tries: 5, error: { code: 'Error', message: 'a bug' }, parkedAt: 7 };
    await sut.park(parked);
    await sut.park({ ...parked, tries: 6 });
    expect(said[0]).toEqual({
      correlationId: 'r1',
      stream: 'device-a1.d1',
      type: 'ReceiveReadings',
      commandId: 'c1',
      tries: 5,
      error: 'a bug',
    });
    const rows = await views.db.selectFrom('parked_commands').selectAll().execute();
    expect(rows).toMatchObject([{ stream: 'device-a1.d1', type: 'ReceiveReadings', account_id: 'a1', tries: 6, parked_at: 7 }]);
    expect(JSON.parse(rows[0]!.error)).toEqual(parked.error);
    const { body, ...rest } = decodeEnvelope(rows[0]!.envelope);
    expect([...body!]).toEqual([0, 255, 10]);
    expect(rest).toEqual(JSON.parse(JSON.stringify({ ...envelope, body: undefined })));
  });
});
