/** Back-tests of rules, saved or not: over a range of device time, or over just what came while a version was in force. */
import { setImmediate as turn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { alertRuleStream, deviceStream, type AlertRule, type BacktestOutcome, type RecordedEvent } from '#contracts';
import { Backtest, createRuleEvaluator } from '#domain';
import { EventLog, ViewStore, type ViewTables } from '#ports';
import { createAnomalyScorer } from '#timeseries';
import { CLOCK, type Clock } from '../tokens.js';
import { mergedPages, within } from './back-test-source.js';
import type { Era } from './rule-versions.js';

export interface BackTestRange {
  from?: number;
  to?: number;
  deviceIds?: readonly string[];
}

/** A page in a browser does not wait longer. */
const TIME_MS_MAX = 20_000;
/** For whoever else is waiting for this thread. */
const TURN_EVERY_MS = 20;
/** As the live evaluation waits for silence. */
const GRACE_MS = 5_000;
const DRAFT = 'draft';

@Injectable()
export class BackTests {
  private readonly tools = { anomalies: createAnomalyScorer() };

  constructor(
    @Inject(EventLog) private readonly log: EventLog,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** As if the rule had been there all along, and each device had had the tags that it has now. */
  async over(accountId: string, rule: AlertRule, { from, to, deviceIds }: BackTestRange): Promise<BacktestOutcome> {
    const { others, looksAtSilence } = createRuleEvaluator(rule, this.tools);
    const [low, high] = [from ?? -Infinity, to ?? Infinity];
    const test = new Backtest(this.tools);
    const devices = await this.devices(accountId, rule, deviceIds);
    test.take(definitionOf(accountId, rule, from ?? 0));
    for (const device of devices) test.take(registrationOf(accountId, device));
    const inRange = (event: RecordedEvent): RecordedEvent | undefined => {
      if (event.type !== 'ReadingsReceived') return undefined;
      if (!looksAtSilence) return within(event, low, high);
      return event.metadata.recordedAt >= low && event.metadata.recordedAt < high ? event : undefined;
    };
    const incomplete = await this.run(test, this.streams(accountId, devices, others), { from, pick: inRange });
    test.end(Math.min(high, this.clock() - GRACE_MS));
    return { ...test.outcome(), ...incomplete };
  }

  /** Event for event what the live evaluation saw. */
  async asItRan(accountId: string, { rule, defined, ended }: Era, deviceIds?: readonly string[]): Promise<BacktestOutcome> {
    const { others } = createRuleEvaluator(rule, this.tools);
    const test = new Backtest(this.tools);
    // By tags it may have been any: those of then count, not those of now.
    const named = rule.devices.tags || !rule.devices.deviceIds ? undefined : rule.devices.deviceIds;
    const devices = await this.devices(accountId, undefined, deviceIds ?? named);
    const pick = (event: RecordedEvent): RecordedEvent | undefined => {
      if (ended && event.position >= ended.position) return undefined;
      return event.position < defined.position && event.type === 'ReadingsReceived' ? undefined : event;
    };
    test.take(defined);
    const incomplete = await this.run(test, this.streams(accountId, devices, others), { from: undefined, pick });
    if (ended) test.take(ended);
    else test.end(this.clock() - GRACE_MS);
    return { ...test.outcome(), ...incomplete };
  }

  /** Each device by itself, with those that it is compared with. */
  private streams(accountId: string, devices: readonly ViewTables['devices'][], others: readonly string[]): string[][] {
    if (others.length === 0) return devices.map(({ device_id }) => [deviceStream(accountId, device_id)]);
    const all = new Set([...devices.map(({ device_id }) => device_id), ...others]);
    return [[...all].map((deviceId) => deviceStream(accountId, deviceId))];
  }

  private async run(
    test: Backtest,
    groups: readonly string[][],
    { from, pick }: { from: number | undefined; pick: (event: RecordedEvent) => RecordedEvent | undefined },
  ): Promise<{ tookMs: number; incomplete?: true }> {
    const began = performance.now();
    let turnedAt = began;
    const took = (): number => Math.round(performance.now() - began);
    for (const streams of groups) {
      for await (const page of mergedPages(this.log, streams, from)) {
        for (const event of page) {
          const picked = pick(event);
          if (picked) test.take(picked);
          if (performance.now() - turnedAt < TURN_EVERY_MS) continue;
          if (took() > TIME_MS_MAX) return { tookMs: took(), incomplete: true };
          await turn();
          turnedAt = performance.now();
        }
        await turn();
      }
    }
    return { tookMs: took() };
  }

  private async devices(accountId: string, rule: AlertRule | undefined, deviceIds: readonly string[] | undefined) {
    const rows = await this.views.db.selectFrom('devices').selectAll().where('account_id', '=', accountId).orderBy('device_id').execute();
    return rows.filter((row) => {
      if (deviceIds && !deviceIds.includes(row.device_id)) return false;
      return rule === undefined || (row.retired_at === null && looksAt(rule, row));
    });
  }
}

function looksAt({ devices: { deviceIds, tags } }: AlertRule, row: ViewTables['devices']): boolean {
  if (!deviceIds && !tags) return true;
  if (deviceIds?.includes(row.device_id)) return true;
  const own = JSON.parse(row.tags) as Record<string, string>;
  return tags !== undefined && Object.entries(tags).every(([key, value]) => own[key] === value);
}

const METADATA = { eventId: '', commandId: '', correlationId: '', actor: '', writerEpoch: '', part: [0, 1] as [number, number] };

/** Events that were never recorded, before all others. */
function definitionOf(accountId: string, rule: AlertRule, recordedAt: number): RecordedEvent {
  return {
    type: 'AlertRuleDefined',
    eventVersion: 1,
    stream: alertRuleStream(accountId, DRAFT),
    revision: 0,
    position: 0,
    data: { ruleVersion: 1, rule: { ...rule, enabled: true } },
    metadata: { ...METADATA, accountId, recordedAt },
  };
}

function registrationOf(accountId: string, row: ViewTables['devices']): RecordedEvent {
  const { device_id: deviceId, name, registered_at: recordedAt } = row;
  return {
    type: 'DeviceRegistered',
    eventVersion: 1,
    stream: deviceStream(accountId, deviceId),
    revision: 0,
    position: 0,
    data: { accountId, deviceId, name, tags: JSON.parse(row.tags) as Record<string, string> },
    metadata: { ...METADATA, accountId, recordedAt },
  };
}
