/** What everyone who may read an account is told of its alerts: at once, and once the views show it. */
import { alertViewOf } from '#adapters/views';
import { accountStream, alertRuleOf, type AlertChangedMessage, type JsonObject, type RecordedEvent } from '#contracts';
import type { LiveBus, LiveMessage, ViewDatabase } from '#ports';
import { isA } from '../projections/projection.js';

const CHANGES: Partial<Record<RecordedEvent['type'], AlertChangedMessage['change']>> = {
  AlertAcknowledged: 'acknowledged',
  AlertSilenced: 'silenced',
  AlertRuleDefined: 'defined',
  AlertRuleRetired: 'retired',
};

export interface AlertNews {
  /** Tells in the order of events, and only who listens. */
  publish(events: readonly RecordedEvent[]): void;
}

export function createAlertNews(live: LiveBus, db: ViewDatabase, warn: (error: unknown) => void): AlertNews {
  let turn: Promise<void> = Promise.resolve();
  const tell = async (events: readonly RecordedEvent[]): Promise<void> => {
    const messages: LiveMessage[] = [];
    for (const event of events) messages.push(...(await messageOf(db, event)));
    if (messages.length > 0) live.publish(messages);
  };
  return {
    publish(events) {
      const heard = events.filter((event) => event.type.startsWith('Alert') && live.hasListeners(roomOf(event)));
      if (heard.length > 0) turn = turn.then(() => tell(heard)).catch(warn);
    },
  };
}

const roomOf = ({ stream }: RecordedEvent): string => accountStream(alertRuleOf(stream).accountId);

async function messageOf(db: ViewDatabase, event: RecordedEvent): Promise<LiveMessage[]> {
  const { accountId, ruleId } = alertRuleOf(event.stream);
  const position = String(event.position);
  const message = (name: string, data: object): LiveMessage[] => [
    { room: accountStream(accountId), event: name, data: { position, ...data } as unknown as JsonObject },
  ];
  if (isA(event, 'AlertRaised')) {
    const known = await alertViewOf(db, accountId, event.data.alertId);
    return known ? message('alert.raised', { alert: known.alert }) : [];
  }
  if (isA(event, 'AlertCleared')) {
    const { alertId, deviceId, at, reason: clearReason } = event.data;
    return message('alert.cleared', { alertId, ruleId, deviceId, clearedAt: new Date(at).toISOString(), clearReason });
  }
  const change = CHANGES[event.type];
  const { alertId } = event.data as { alertId?: string };
  return change ? message('alert.changed', { ruleId, ...(alertId !== undefined && { alertId }), change }) : [];
}
