/** Alerts, one a line, and what one does with each. */
import type { AlertRuleView, AlertView } from '#contracts';
import { Link } from 'wouter';
import { useDeviceNames } from '../devices/names.js';
import { AcknowledgeButton } from './acknowledge-dialog.js';
import { Acknowledged, AlertState, Silence } from './alert-state.js';
import { SeverityMark } from './severity.js';
import { SilenceButton } from './silence-dialog.js';
import { useCauseText } from './use-words.js';
import rows from '../ui/rows.module.css';
import css from './alerts.module.css';

interface AlertListProps {
  label: string;
  alerts: readonly AlertView[];
  rules: readonly AlertRuleView[];
  /** On the page of a device its name says nothing. */
  ofDevice?: boolean;
}

export function AlertList({ label, alerts, rules, ofDevice }: AlertListProps) {
  return (
    <ul className={rows.list} aria-label={label}>
      {alerts.map((alert) => (
        <AlertRow key={alert.alertId} alert={alert} rule={rules.find(({ ruleId }) => ruleId === alert.ruleId)} ofDevice={ofDevice} />
      ))}
    </ul>
  );
}

function AlertRow({ alert, rule, ofDevice }: { alert: AlertView; rule: AlertRuleView | undefined; ofDevice?: boolean }) {
  const { alertId, name, deviceId, severity } = alert;
  const causeText = useCauseText();
  const nameOf = useDeviceNames();
  return (
    <li
      className={`${rows.row} ${rows.leading} ${css.row}`}
      data-alert={alertId}
      data-state={alert.state}
      aria-label={`${name} of ${deviceId}`}
    >
      <SeverityMark severity={severity} />
      <div className={`${rows.what} ${css.what}`}>
        <span className={css.title}>
          <Link href={`/alerts/${encodeURIComponent(alertId)}`} className={rows.name}>
            {name}
          </Link>
          {!ofDevice && (
            <Link href={`/devices/${encodeURIComponent(deviceId)}`} className={css.device} title={deviceId}>
              {nameOf(deviceId)}
            </Link>
          )}
        </span>
        <span className={rows.facts}>{causeText(alert)}</span>
        <Acknowledged acknowledgement={alert.acknowledgement} />
        {alert.state === 'firing' && <Silence silence={rule?.silence} />}
      </div>
      <AlertState alert={alert} />
      <div className={css.does}>
        <AcknowledgeButton alert={alert} />
        {alert.state === 'firing' && rule && <SilenceButton ruleId={rule.ruleId} name={rule.rule.name} silenced={!!rule.silence} />}
      </div>
    </li>
  );
}
