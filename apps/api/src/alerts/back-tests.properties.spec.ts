import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createMemoryEventLog } from '#adapters/memory';
import { alertRuleOf, deviceOf, type FiringView, type RecordedEvent } from '#contracts';
import { Evaluation, type Decided } from '#domain';
import type { ViewStore } from '#ports';
import { createAnomalyScorer } from '#timeseries';
import { ACCOUNT, anyLog, END } from '../../../../libs/domain/src/alert-rule/evaluate/testing/logs.js';
import { BackTests } from './back-tests.js';
import { RuleVersions } from './rule-versions.js';

const clean: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of clean.splice(0)) await step();
});

/** The back-test waits for silence as long as the live evaluation does. */
const NOW = END + 5_000;

async function backTestsOver(events: readonly RecordedEvent[]): Promise<{ versions: RuleVersions; sut: BackTests }> {
  const log = createMemoryEventLog();
  clean.push(() => log.close());
  for (const { stream, revision, type, eventVersion, data, metadata } of events) {
    await log.append({ stream, expectedRevision: revision - 1, events: [{ type, eventVersion, data, metadata }] });
  }
  const ids = [...new Set(events.filter(({ stream }) => stream.startsWith('device-')).map(({ stream }) => deviceOf(stream).deviceId))];
  return { versions: new RuleVersions(log), sut: new BackTests(log, viewsOf(ids), () => NOW) };
}

/** Of its views, a back-test as it ran asks for nothing but which devices there ever were. */
function viewsOf(deviceIds: readonly string[]): ViewStore {
  const rows = deviceIds.map((device_id) => ({ device_id, tags: '{}', retired_at: null }));
  const query = { selectAll: () => query, where: () => query, orderBy: () => query, execute: async () => rows };
  return { db: { selectFrom: () => query } } as unknown as ViewStore;
}

/** By rule and version, what fired: as the log of a live evaluation has it. */
function firedIn(events: readonly RecordedEvent[]): Map<string, FiringView[]> {
  const live = new Evaluation({ anomalies: createAnomalyScorer() }, () => true);
  const decided: Decided[] = [...events.flatMap((event) => [...live.take(event)]), ...live.advance(END)];
  const fired = new Map<string, { firing: FiringView; index: number }[]>();
  for (const { ruleId, ruleVersion, deviceId, transition } of decided) {
    const key = `${ruleId} ${ruleVersion}`;
    const list = fired.get(key) ?? [];
    fired.set(key, list);
    if (transition.kind === 'cleared') {
      const { firing } = list.findLast((one) => one.firing.deviceId === deviceId)!;
      Object.assign(firing, { clearedAt: transition.at, clearReason: transition.reason ?? 'recovered' });
      continue;
    }
    const { since, at: raisedAt, cause, value, position, index } = transition;
    list.push({ index, firing: { deviceId, since, raisedAt, cause, position: String(position), ...(value !== undefined && { value }) } });
  }
  return new Map([...fired].map(([key, list]) => [key, list.sort(byPlace).map(({ firing }) => firing)]));
}

type Placed = { firing: FiringView; index: number };
const byPlace = (a: Placed, b: Placed): number =>
  Number(a.firing.position) - Number(b.firing.position) || a.index - b.index || (a.firing.deviceId < b.firing.deviceId ? -1 : 1);

describe('a back-test as it ran', () => {
  it('gives the alerts that fired, event for event: of every version of every rule, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(anyLog, async (events) => {
        const { sut, versions } = await backTestsOver(events);
        const fired = firedIn(events);
        const ruleIds = new Set(events.filter(({ type }) => type === 'AlertRuleDefined').map(({ stream }) => alertRuleOf(stream).ruleId));
        for (const ruleId of ruleIds) {
          for (const era of await versions.eras(ACCOUNT, ruleId)) {
            const { firings, count } = await sut.asItRan(ACCOUNT, era);
            const expected = fired.get(`${ruleId} ${era.ruleVersion}`) ?? [];
            expect(firings).toEqual(expected);
            expect(count).toBe(expected.length);
          }
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);
});
