import type { AlertView, DeliveryView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { timelineOf } from './timeline.js';

const alert: AlertView = {
  alertId: 'a',
  ruleId: 'r',
  ruleVersion: 1,
  name: 'Hot',
  severity: 'warning',
  deviceId: 'd',
  state: 'cleared',
  since: '2026-05-01T12:00:00.000Z',
  raisedAt: '2026-05-01T12:02:00.000Z',
  recordedAt: '2026-05-01T12:02:00.300Z',
  position: '7',
  cause: 't = 33 (> 30)',
  clearedAt: '2026-05-01T12:30:00.000Z',
  clearReason: 'recovered',
  acknowledgement: { at: '2026-05-01T12:10:00.000Z', by: 'ann@example.org', note: 'vents' },
};
const delivery: DeliveryView = {
  deliveryId: '1',
  alertId: 'a',
  kind: 'raised',
  target: { type: 'email', to: 'ops@example.org' },
  state: 'delivered',
  attempts: 1,
  createdAt: '2026-05-01T12:02:01.000Z',
  deliveredAt: '2026-05-01T12:02:02.000Z',
};

describe('the timeline of an alert', () => {
  it('is in order, whoever did it', () => {
    expect(timelineOf(alert, [delivery], '2m').map(({ what }) => what)).toEqual([
      'The condition began to hold',
      'Raised',
      'ops@example.org was told that it was raised',
      'Acknowledged by ann@example.org',
      'Cleared',
    ]);
    expect(timelineOf(alert, [], '2m')[1]?.more).toBe('t = 33 (> 30); it had held for 2 min');
  });

  it('leaves out what did not happen', () => {
    const { acknowledgement: _, clearedAt: __, ...rest } = alert;
    const plain = { ...rest, since: rest.raisedAt, state: 'firing' as const };
    expect(timelineOf(plain, [{ ...delivery, state: 'skipped', deliveredAt: undefined }], undefined).map(({ what }) => what)).toEqual([
      'Raised',
    ]);
  });

  it('says when it was recorded, where the readings came late', () => {
    const late = timelineOf({ ...alert, recordedAt: '2026-05-02T00:00:00.000Z' }, [], undefined);
    expect(late.at(-1)).toMatchObject({ what: 'Recorded', more: 'when its readings arrived' });
  });
});
