/** Whether an alert fires, since when, and who sees to it. */
import type { AlertRuleView, AlertView } from '#contracts';
import { serverNow } from '../api/http.js';
import { useTick } from '../live/use-live.js';
import { exactTime, minuteTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { firedText, reasonText } from './words.js';
import css from './alerts.module.css';

export function AlertState({ alert }: { alert: AlertView }) {
  useTick(1_000);
  const { zone } = useZone();
  const firing = alert.state === 'firing';
  const raised = Date.parse(alert.raisedAt);
  return (
    <span
      className={css.state}
      data-state={alert.state}
      data-severity={alert.severity}
      title={firing ? undefined : reasonText(alert.clearReason)}
    >
      <span>
        <i aria-hidden />
        {firedText(alert, serverNow())}
      </span>
      <time dateTime={alert.raisedAt} title={exactTime(raised, zone)}>
        {minuteTime(raised, zone)}
      </time>
    </span>
  );
}

export function Silence({ silence }: Pick<AlertRuleView, 'silence'>) {
  const { zone } = useZone();
  if (!silence) return null;
  return (
    <span className={css.silence} title={silence.reason}>
      silenced until {minuteTime(Date.parse(silence.until), zone)}: {silence.reason}
    </span>
  );
}

export function Acknowledged({ acknowledgement }: Pick<AlertView, 'acknowledgement'>) {
  if (!acknowledgement) return null;
  const { by, note } = acknowledgement;
  return (
    <span className={css.acknowledged} title={note}>
      {by} sees to it{note ? `: ${note}` : ''}
    </span>
  );
}
