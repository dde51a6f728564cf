import type { AlertView } from '#contracts';
import { expect, it } from 'vitest';
import { alertsCsv } from './alerts-csv.js';

const alert: AlertView = {
  alertId: 'a1',
  ruleId: 'r1',
  ruleVersion: 2,
  name: '=HYPERLINK("http://example.org")',
  severity: 'warning',
  deviceId: 'd',
  state: 'firing',
  since: '2026-05-01T12:00:00.000Z',
  raisedAt: '2026-05-01T12:02:00.000Z',
  recordedAt: '2026-05-01T12:02:00.100Z',
  position: '12',
  cause: 't = 3, outside',
  value: -3,
};

it('a line an alert, and no name becomes a formula', () => {
  const [head, line] = alertsCsv([alert]).split('\r\n');
  expect(head).toMatch(/^alert,rule,name,severity,device,state,since,raised,cleared/);
  expect(line).toBe(
    'a1,r1,"\'=HYPERLINK(""http://example.org"")",warning,d,firing,2026-05-01T12:00:00.000Z,2026-05-01T12:02:00.000Z,,,"t = 3, outside",-3,,,,2,2026-05-01T12:02:00.100Z,12',
  );
});
