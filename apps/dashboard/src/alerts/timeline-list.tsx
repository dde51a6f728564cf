/** What happened to an alert, and what became of each notification of it. */
import type { AlertRule, AlertView, DeliveryView } from '#contracts';
import { useDeliveries } from '../api/alerts.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { ProblemNote } from '../ui/problem-note.js';
import { timelineOf } from './timeline.js';
import { useCauseText } from './use-words.js';
import { TableFrame } from '../ui/table-frame.js';
import css from './alert.module.css';
import ui from '../ui/ui.module.css';

export function Timeline({ alert, rule }: { alert: AlertView; rule: AlertRule | undefined }) {
  const { zone } = useZone();
  const causeText = useCauseText();
  const deliveries = useDeliveries(alert);
  const told = deliveries.data ?? [];
  return (
    <>
      <section className={css.part} aria-labelledby="timeline">
        <h2 id="timeline">What happened</h2>
        <ol className={css.timeline}>
          {timelineOf(alert, told, rule?.for, causeText(alert)).map(({ at, what, more, clock }, index) => (
            <li key={index}>
              <time dateTime={new Date(at).toISOString()}>{exactTime(at, zone)}</time>
              <div>
                <strong>{what}</strong>
                {more && <span>{more}</span>}
                {clock === 'device' && <small>by the clock of the device</small>}
              </div>
            </li>
          ))}
        </ol>
      </section>
      <section className={css.part} aria-labelledby="notifications">
        <h2 id="notifications">Notifications</h2>
        {deliveries.error && <ProblemNote error={deliveries.error} />}
        {deliveries.data && told.length === 0 && <p className={css.quiet}>Nobody was to be told of it.</p>}
        {told.length > 0 && <Deliveries deliveries={told} settled={alert.state === 'cleared' || alert.acknowledgement !== undefined} />}
      </section>
    </>
  );
}

const STATES: Record<DeliveryView['state'], string> = {
  queued: 'planned',
  delivered: 'delivered',
  failed: 'failed',
  skipped: 'not sent: silenced',
};

function stateText({ kind, state, attempts }: Pick<DeliveryView, 'kind' | 'state' | 'attempts'>, settled: boolean): string {
  if (state !== 'queued') return STATES[state];
  if (settled && kind === 'repeated') return 'no longer needed';
  return attempts > 0 ? 'to be tried again' : STATES[state];
}

interface DeliveriesProps {
  deliveries: readonly DeliveryView[];
  /** It is over, or somebody sees to it: nothing is repeated. */
  settled: boolean;
}

function Deliveries({ deliveries, settled }: DeliveriesProps) {
  const { zone } = useZone();
  return (
    <TableFrame label="Notifications">
      <table className={`${ui.table} ${ui.cards}`}>
        <thead>
          <tr>
            {['Time', 'Of', 'To', 'State', 'Attempts', 'Answer'].map((title) => (
              <th key={title} scope="col" className={title === 'Attempts' ? ui.right : undefined}>
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {deliveries.map(({ deliveryId, createdAt, kind, target, state, attempts, status, error, nextAttemptAt, deliveredAt }) => (
            <tr key={deliveryId}>
              <td data-title="Time">{exactTime(Date.parse(deliveredAt ?? createdAt), zone)}</td>
              <td data-title="Of">{kind}</td>
              <td data-title="To" className={css.target}>
                {target.to}
              </td>
              <td data-title="State" data-delivery={state} className={css.delivery}>
                <span>
                  {stateText({ kind, state, attempts }, settled)}
                  {nextAttemptAt && state === 'queued' && !(settled && kind === 'repeated') && (
                    <small> at {exactTime(Date.parse(nextAttemptAt), zone).slice(11, 19)}</small>
                  )}
                </span>
              </td>
              <td data-title="Attempts" className={ui.right}>
                {attempts}
              </td>
              <td data-title="Answer" className={css.target}>
                {[status, error].filter(Boolean).join(': ') || '–'}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
