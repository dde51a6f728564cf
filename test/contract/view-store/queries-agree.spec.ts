import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryEventLog } from '#adapters/memory';
import { openPostgresViewStore } from '#adapters/postgres';
import type { RecordedEvent, Scope } from '#contracts';
import type { ViewStore } from '#ports';
import type { Credential } from '../../../apps/api/src/admission/credentials.js';
import { Devices } from '../../../apps/api/src/commands/shared/devices.js';
import { ListApiKeys, ListApiKeysHandler } from '../../../apps/api/src/queries/get-account/get-account.js';
import { GetLatest, GetLatestHandler } from '../../../apps/api/src/queries/get-latest/get-latest.js';
import { GetLedger, GetLedgerHandler } from '../../../apps/api/src/queries/get-ledger/get-ledger.js';
import { GetSchema, GetSchemaHandler } from '../../../apps/api/src/queries/get-schema/get-schema.js';
import { ListDevices, ListDevicesHandler } from '../../../apps/api/src/queries/list-devices/list-devices.js';
import { ListRejections, ListRejectionsHandler } from '../../../apps/api/src/queries/list-rejections/list-rejections.js';
import { AsOf } from '../../../apps/api/src/queries/shared/as-of.js';
import { arbitraryLog } from '../../../apps/projector/src/testing/arbitrary-log.js';
import { inAccount, inDevice, recorded, type Happened } from '../../../apps/projector/src/testing/events.js';
import { clear, project, temporaryViews } from '../../../apps/projector/src/testing/views.js';
import { postgresIsHere, startPostgres, type PostgresServer } from '../../support/servers/postgres.js';

type Page = { items: unknown[]; next?: string };

/** What the api answers of everything in the views: as values, or as the refusal. */
async function answersOver(views: ViewStore): Promise<Record<string, unknown>> {
  const log = createMemoryEventLog();
  const [devices, asOf] = [new Devices(views), new AsOf(log)];
  const credential = { accountId: 'a1', scopes: new Set<Scope>(['read']) } as unknown as Credential;
  const pages = async (next: (parameters: Record<string, string>) => Promise<Page>): Promise<unknown[]> => {
    const all: unknown[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await next({ limit: '2', ...(cursor && { cursor }) });
      all.push(page);
      if (page.next === undefined) return all;
      cursor = page.next;
    }
  };
  const answer = (work: () => Promise<unknown>): Promise<unknown> => work().catch((error: unknown) => String(error));
  const list = new ListDevicesHandler(views);
  const answers: Record<string, unknown> = {
    devices: await answer(() => pages((parameters) => list.execute(new ListDevices(credential, parameters)))),
    bound: await answer(() => list.execute(new ListDevices({ ...credential, deviceIds: new Set(['d2', 'Z9', 'D1']) }, {}))),
    keys: await answer(() => pages((parameters) => new ListApiKeysHandler(views).execute(new ListApiKeys('a1', parameters)))),
  };
  const ids = (await views.db.selectFrom('devices').select('device_id').where('account_id', '=', 'a1').orderBy('device_id').execute()).map(
    (row) => row.device_id,
  );
  for (const id of [...ids, 'nobody', '\0']) {
    const latest = new GetLatestHandler(views, log, devices, asOf);
    const rejections = new ListRejectionsHandler(views, devices, asOf);
    answers[id] = [
      await answer(() => devices.view('a1', id)),
      await answer(() => latest.execute(new GetLatest('a1', id, {}))),
      await answer(() => new GetLedgerHandler(views, log, devices, asOf).execute(new GetLedger('a1', id, {}))),
      await answer(() => new GetSchemaHandler(views, devices, asOf).execute(new GetSchema('a1', id))),
      await answer(() => pages((parameters) => rejections.execute(new ListRejections('a1', id, parameters)))),
      await answer(() => rejections.execute(new ListRejections('a1', id, { asOf: '7' }))),
    ];
  }
  await log.close();
  return answers;
}

const oddText = fc.string({ unit: fc.constantFrom('a', 'B', '\0', '\ud800', '\ufdd0', '%', '_', "'", 'ü', '🌡', '\\') });
const oddEvents: fc.Arbitrary<Happened[]> = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom('D1', 'd-1', 'd.1', 'Z9', 'a'), oddText)
      .map(([id, name]) => inDevice(`a1.${id}`, 'DeviceRegistered', { accountId: 'a1', deviceId: id, name, tags: { [name]: name } })),
    fc.tuple(oddText, oddText).map(([field, message]) =>
      inDevice('a1.d1', 'ReadingsRejected', {
        schemaVersion: 1,
        readings: [{ index: 0, field, code: 'reading.unknown-field', message, reading: { [field]: message } }],
      }),
    ),
    oddText.map((text) =>
      inDevice('a1.d1', 'ReadingsReceived', { schemaVersion: 1, time: [1.125], fields: { state: [text], [text]: [1] } }),
    ),
    fc
      .tuple(fc.constantFrom('K', 'k', '_'), oddText)
      .map(([keyId, name]) => inAccount('a1', 'ApiKeyIssued', { keyId, name, keyHash: keyId, scopes: ['read'], expiresAt: 9e12 }, 5)),
  ),
  { maxLength: 12 },
);

describe.skipIf(!postgresIsHere)('queries over SQLite and PostgreSQL', () => {
  let server: PostgresServer;
  let sqlite: Awaited<ReturnType<typeof temporaryViews>>;
  let postgres: ViewStore;
  beforeAll(async () => {
    server = await startPostgres();
    sqlite = await temporaryViews();
    postgres = await openPostgresViewStore({ url: await server.freshDatabase() });
  });
  afterAll(async () => {
    await postgres.close();
    await sqlite.remove();
    await server.stop();
  });

  it('give the same answers, whatever was recorded', () =>
    fc.assert(
      fc.asyncProperty(arbitraryLog, oddEvents, async (log, odd) => {
        const events = appendTo(log, odd);
        for (const views of [sqlite.views, postgres]) {
          await clear(views);
          await project(views, events);
        }
        expect(await answersOver(postgres)).toEqual(await answersOver(sqlite.views));
      }),
      { numRuns: 25 },
    ));
});

function appendTo(log: readonly RecordedEvent[], happened: Happened[]): RecordedEvent[] {
  const more = recorded(happened).map((event) => ({
    ...event,
    position: log.length + event.position,
    revision: event.revision + log.filter(({ stream }) => stream === event.stream).length,
  }));
  return [...log, ...more];
}
