/** What fires at a device, at the top of each of its tabs. */
import type { AlertView } from '#contracts';
import { Link } from 'wouter';
import { useAlerts } from '../api/alerts.js';
import { gravestFirst } from './gravity.js';
import { SeverityMark } from './severity.js';
import { useCauseText } from './use-words.js';
import css from './alerts.module.css';

const SHOWN = 3;

export function DeviceAlerts({ deviceId }: { deviceId: string }) {
  const alerts = useAlerts({ deviceId, state: 'firing' });
  const firing = gravestFirst(alerts.data?.pages.flatMap(({ items }) => items) ?? []);
  if (firing.length === 0) return null;
  const more = firing.length - SHOWN;
  return (
    <ul className={css.firing} data-severity={firing[0]?.severity} aria-label="Firing alerts of this device">
      {firing.slice(0, SHOWN).map((alert) => (
        <Firing key={alert.alertId} alert={alert} />
      ))}
      {more > 0 && (
        <li>
          <Link href={`/devices/${encodeURIComponent(deviceId)}/alerts`}>
            and {more}
            {alerts.hasNextPage ? ' or more' : ''} {more === 1 && !alerts.hasNextPage ? 'other' : 'others'}
          </Link>
        </li>
      )}
    </ul>
  );
}

function Firing({ alert }: { alert: AlertView }) {
  const causeText = useCauseText();
  return (
    <li>
      <SeverityMark severity={alert.severity} />
      <span>
        <Link href={`/alerts/${encodeURIComponent(alert.alertId)}`}>{alert.name}</Link> {causeText(alert)}
      </span>
    </li>
  );
}
