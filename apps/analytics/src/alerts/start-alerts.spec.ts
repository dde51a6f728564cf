import { afterEach, describe, expect, it } from 'vitest';
import { alertRuleStream, deviceStream, type AlertRule, type RecordedEvent } from '#contracts';
import { createAlertPlace, type AlertPlace } from '../testing/alert-place.js';

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 4, 1, 12);
const RULE: AlertRule = {
  name: 'Hot',
  severity: 'critical',
  enabled: true,
  devices: {},
  condition: { type: 'threshold', field: 't', op: '>', value: 30, clear: 28 },
  // Refused at once: a name that nobody has.
  notify: [{ type: 'webhook', url: 'http://nobody.invalid/', secret: 'whsec' }],
};

const places: AlertPlace[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
});
async function create(given: Parameters<typeof createAlertPlace>[0] = {}): Promise<AlertPlace> {
  const place = await createAlertPlace(given);
  places.push(place);
  return place;
}

const eventOf = (stream: string, type: string, data: object, minute: number) =>
  ({
    ...{ stream, type, data, eventVersion: 1, position: 0, revision: 0 },
    metadata: {
      ...{ eventId: `${stream}-${minute}`, commandId: `${minute}`, correlationId: '', actor: '', writerEpoch: '', accountId: 'a1' },
      ...{ recordedAt: T0 + minute * MINUTE, part: [0, 1] },
    },
  }) as RecordedEvent;
const BEGIN = [
  eventOf(deviceStream('a1', 'd1'), 'DeviceRegistered', { accountId: 'a1', deviceId: 'd1', name: 'd1', tags: {} }, 0),
  eventOf(alertRuleStream('a1', 'r1'), 'AlertRuleDefined', { ruleVersion: 1, rule: RULE }, 0),
];
const readings = (minute: number, t: number): RecordedEvent =>
  eventOf(deviceStream('a1', 'd1'), 'ReadingsReceived', { schemaVersion: 1, time: [T0 + minute * MINUTE], fields: { t: [t] } }, minute);

/** What is put in line once `raised` alerts were recorded. */
async function deliveriesAfter(place: AlertPlace, raised: number): Promise<string[]> {
  const running = await place.start();
  await expect.poll(async () => (await place.alertEvents()).filter(({ type }) => type === 'AlertRaised').length).toBe(raised);
  const head = await place.log.head();
  await expect.poll(() => running.alerts.figures()['position']).toBe(head);
  await running.alerts.stop();
  const rows = await place.views.db.selectFrom('alert_deliveries').select('kind').orderBy('created_at').execute();
  return rows.map(({ kind }) => kind);
}

describe('notifications', () => {
  it('are put in line for what is recorded, once, over a restart', async () => {
    const place = await create();
    await place.append([...BEGIN, readings(1, 31)]);
    expect(await deliveriesAfter(place, 1)).toEqual(['raised']);
    await place.append([readings(2, 20), readings(3, 32)]);
    expect(await deliveriesAfter(place, 2)).toEqual(['raised', 'cleared', 'raised']);
  });

  it('are not sent again when the views were lost, and are sent of what comes then', async () => {
    const before = await create();
    await before.append([...BEGIN, readings(1, 31)]);
    expect(await deliveriesAfter(before, 1)).toEqual(['raised']);
    const after = await create({ log: before.log });
    expect(await deliveriesAfter(after, 1)).toEqual([]);
    await after.append([readings(2, 20), readings(3, 32)]);
    expect(await deliveriesAfter(after, 2)).toEqual(['cleared', 'raised']);
  });
});

it('evaluates a log that ends before what was evaluated from its begin, and tells of what comes: it is another one', async () => {
  const place = await create();
  await place.append([...BEGIN, ...Array.from({ length: 20 }, (_, at) => readings(1 + at, 31))]);
  expect(await deliveriesAfter(place, 1)).toEqual(['raised']);
  const restored = await create({ views: place.views });
  await restored.append([...BEGIN, readings(1, 20), readings(2, 33)]);
  expect(await deliveriesAfter(restored, 1)).toEqual(['raised', 'raised']);
});
