/** One alert: what happened in words, the readings around it, and who was told. */
import type { AlertRule, AlertRuleView, AlertView } from '#contracts';
import { Suspense } from 'react';
import { Link } from 'wouter';
import { useAlert, useAlertRule, useRuleOfThen } from '../api/alerts.js';
import { ProblemError, serverNow } from '../api/http.js';
import { useDevice } from '../api/queries.js';
import { AcknowledgeButton } from '../alerts/acknowledge-dialog.js';
import { Acknowledged, Silence } from '../alerts/alert-state.js';
import { SeverityMark } from '../alerts/severity.js';
import { SilenceButton } from '../alerts/silence-dialog.js';
import { Timeline } from '../alerts/timeline-list.js';
import { looksAt } from '../alerts/looks-at.js';
import { useCauseText, useWords } from '../alerts/use-words.js';
import { conditionText, firedText, reasonText, timingText } from '../alerts/words.js';
import { useTick } from '../live/use-live.js';
import { latePart } from '../parts/late-part.js';
import { PartLoading } from '../parts/part-loading.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { PageHead } from '../ui/page-head.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { NotFoundPage } from './not-found-page.js';
import css from '../alerts/alert.module.css';
import device from '../device/device.module.css';

const AlertFigures = latePart(() => import('../alerts/alert-figures.js'));

export default function AlertPage({ alertId }: { alertId: string }) {
  const alert = useAlert(alertId);
  const rule = useAlertRule(alert.data?.ruleId);
  const then = useRuleOfThen(alert.data);
  if (alert.isPending) return <PageLoading />;
  if (alert.error instanceof ProblemError && alert.error.status === 404) return <NotFoundPage />;
  if (!alert.data) return <ProblemNote error={alert.error} retry={() => void alert.refetch()} />;
  return (
    <>
      <Link href="/alerts" className={device.crumb}>
        ← Alerts
      </Link>
      <Head alert={alert.data} rule={rule.data} then={then.data} />
      <div className={css.page}>
        {then.data?.description && <p className={css.description}>{then.data.description}</p>}
        {!then.isPending && (
          <Suspense fallback={<PartLoading />}>
            <AlertFigures alert={alert.data} rule={then.data} />
          </Suspense>
        )}
        <Timeline alert={alert.data} rule={then.data} />
      </div>
    </>
  );
}

interface HeadProps {
  alert: AlertView;
  /** As it is now, unless it was retired. */
  rule: AlertRuleView | undefined;
  /** As it was when the alert fired. */
  then: AlertRule | undefined;
}

function Head({ alert, rule, then }: HeadProps) {
  useTick(1_000);
  const { zone } = useZone();
  const of = useDevice(alert.deviceId);
  const causeText = useCauseText();
  const words = useWords();
  const others = then ? looksAt(then.condition, alert.deviceId).map(({ deviceId }) => deviceId) : [];
  const firing = alert.state === 'firing';
  const deviceName = of.data?.name ?? alert.deviceId;
  return (
    <PageHead
      title={alert.name}
      actions={
        <>
          <AcknowledgeButton alert={alert} size="sm" />
          {firing && rule && <SilenceButton ruleId={rule.ruleId} name={rule.rule.name} silenced={!!rule.silence} size="sm" />}
        </>
      }
    >
      <div className={css.facts}>
        <SeverityMark severity={alert.severity} />
        <span className={css.state} data-state={alert.state} data-severity={alert.severity}>
          {firedText(alert, serverNow())}
        </span>
        <Acknowledged acknowledgement={alert.acknowledgement} />
        <Silence silence={firing ? rule?.silence : undefined} />
      </div>
      <p className={css.words}>
        On <Link href={placeOf(alert)}>{deviceName}</Link>, {causeText(alert)}: raised {exactTime(Date.parse(alert.raisedAt), zone)}
        {alert.clearedAt && `, cleared ${exactTime(Date.parse(alert.clearedAt), zone)} because ${reasonText(alert.clearReason)}`}.
      </p>
      <p className={css.words}>
        {rule ? (
          <>
            Rule <Link href={`/alert-rules/${encodeURIComponent(rule.ruleId)}`}>{rule.rule.name}</Link>
            {rule.ruleVersion !== alert.ruleVersion && `, of which this was version ${alert.ruleVersion} of ${rule.ruleVersion}`}
          </>
        ) : (
          'Its rule is no longer there'
        )}
        {then &&
          `: ${[
            conditionText(
              then.condition,
              words(alert.deviceId, (deviceId) => others.includes(deviceId)),
            ),
            ...timingText(then),
          ].join(', ')}`}
        .
      </p>
    </PageHead>
  );
}

/** The device page, at the time of the alert. */
function placeOf({ deviceId, since, clearedAt }: AlertView): string {
  const start = Date.parse(since);
  const end = clearedAt ? Date.parse(clearedAt) : start + 60_000;
  const pad = Math.max(60_000, end - start);
  return `/devices/${encodeURIComponent(deviceId)}?from=${start - pad}&to=${end + pad}`;
}
