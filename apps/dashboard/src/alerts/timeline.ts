/** What happened to an alert, in order. */
import type { AlertView, DeliveryView } from '#contracts';
import { lengthText, reasonText } from './words.js';

export interface Moment {
  /** ms since epoch. */
  at: number;
  what: string;
  more?: string;
  /** Which clock said so: the device's, or ours. */
  clock: 'device' | 'ours';
}

/** `cause` in the words of the page. */
export function timelineOf(
  alert: AlertView,
  deliveries: readonly DeliveryView[],
  heldFor: string | undefined,
  cause = alert.cause,
): Moment[] {
  const { since, raisedAt, recordedAt, clearedAt, clearReason, acknowledgement } = alert;
  const held = Date.parse(raisedAt) > Date.parse(since);
  const moments: Moment[] = [
    ...(held ? [{ at: Date.parse(since), what: 'The condition began to hold', clock: 'device' as const }] : []),
    {
      at: Date.parse(raisedAt),
      what: 'Raised',
      more: held && heldFor ? `${cause}; it had held for ${lengthText(heldFor)}` : cause,
      clock: 'device',
    },
    ...(lateText(recordedAt, raisedAt)
      ? [{ at: Date.parse(recordedAt), what: 'Recorded', more: lateText(recordedAt, raisedAt), clock: 'ours' as const }]
      : []),
    ...deliveries.flatMap((delivery) => momentOf(delivery) ?? []),
    ...(acknowledgement
      ? [
          {
            at: Date.parse(acknowledgement.at),
            what: `Acknowledged by ${acknowledgement.by}`,
            more: acknowledgement.note,
            clock: 'ours' as const,
          },
        ]
      : []),
    ...(clearedAt ? [{ at: Date.parse(clearedAt), what: 'Cleared', more: reasonText(clearReason), clock: clockOf(clearReason) }] : []),
  ];
  return moments.sort((a, b) => a.at - b.at);
}

/** Who ends an alert by hand does so by our clock. */
const clockOf = (reason: AlertView['clearReason']): Moment['clock'] => (reason === 'recovered' ? 'device' : 'ours');

/** Beyond this the readings came late, or all at once. */
const LATE_MS = 60_000;

const lateText = (recordedAt: string, raisedAt: string): string | undefined =>
  Date.parse(recordedAt) - Date.parse(raisedAt) > LATE_MS ? 'when its readings arrived' : undefined;

const KINDS: Record<DeliveryView['kind'], string> = { raised: 'that it was raised', repeated: 'again', cleared: 'that it was cleared' };

function momentOf({ kind, target, state, deliveredAt }: DeliveryView): Moment | undefined {
  if (state !== 'delivered' || deliveredAt === undefined) return undefined;
  return { at: Date.parse(deliveredAt), what: `${target.to} was told ${KINDS[kind]}`, clock: 'ours' };
}
