import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { alertRuleOf, type RecordedEvent } from '#contracts';
import { Evaluation, type Decided } from '#domain';
import { createAnomalyScorer } from '#timeseries';
import { anyLog, END } from '../../../../libs/domain/src/alert-rule/evaluate/testing/logs.js';
import { createAlertPlace, type AlertPlace, type Running } from '../testing/alert-place.js';
import { commandOf } from './send-decided.js';

const places: AlertPlace[] = [];
afterEach(async () => {
  for (const place of places.splice(0)) await place.remove();
});

/** What must have happened, by rule and device: the log read once, by one evaluation without a past. */
function expectedOf(log: readonly RecordedEvent[]): string[] {
  const sut = new Evaluation({ anomalies: createAnomalyScorer() }, () => true);
  const decided: Decided[] = log.flatMap((event) => sut.take(event));
  return linesOf(
    [...decided, ...sut.advance(END)].map((one) => ({ ruleId: one.ruleId, type: commandOf(one).type, data: commandOf(one).data })),
  );
}

const happenedOf = (events: readonly RecordedEvent[]): string[] =>
  linesOf(events.map(({ type, stream, data }) => ({ ruleId: alertRuleOf(stream).ruleId, type, data: data as never })));

interface Line {
  ruleId: string;
  type: string;
  data: { deviceId: string };
}
/** The log has no order between devices. Stable, so each keeps its own. */
function linesOf(lines: readonly Line[]): string[] {
  const keyOf = ({ ruleId, data }: Line): string => `${ruleId} ${data.deviceId}`;
  const sorted = [...lines].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
  return sorted.map(({ ruleId, type, data }) => {
    const kind = type === 'RaiseAlert' || type === 'AlertRaised' ? 'raised' : 'cleared';
    return `${kind} ${ruleId} ${JSON.stringify(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
  });
}

async function settled(place: AlertPlace, running: readonly Running[]): Promise<void> {
  const head = async (): Promise<number> => place.log.head();
  await expect.poll(async () => running.every(({ alerts }) => alerts.figures()['position']! >= 0), { interval: 1 }).toBe(true);
  for (let before = -1; before !== (await head());) {
    before = await head();
    const wanted = before;
    await expect
      .poll(() => running.every(({ alerts }) => alerts.figures()['position']! >= wanted), { interval: 1, timeout: 10_000 })
      .toBe(true);
  }
}

const mishap = fc.constantFrom(undefined, undefined, undefined, 'refused' as const, 'lost' as const);
const plan = fc.record({
  log: anyLog,
  parts: fc.integer({ min: 1, max: 3 }),
  processes: fc.integer({ min: 1, max: 2 }),
  steps: fc.array(fc.record({ events: fc.integer({ min: 1, max: 12 }), kill: fc.boolean(), wait: fc.boolean() }), { maxLength: 6 }),
  mishaps: fc.array(mishap, { maxLength: 6 }),
});

describe('alerts, with commands that are lost and processes that are killed', () => {
  it('are raised and cleared exactly once each, as the log alone says', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async ({ log, parts, processes, steps, mishaps }) => {
        const place = await createAlertPlace();
        places.push(place);
        place.queue.mishaps.push(...mishaps);
        let running = await Promise.all(Array.from({ length: processes }, () => place.start(parts)));
        let at = 0;
        for (const { events, kill, wait } of steps) {
          const some = log.slice(at, (at += events));
          await place.append(some);
          place.clock.now = some.at(-1)?.metadata.recordedAt ?? place.clock.now;
          if (wait) await settled(place, running);
          if (!kill) continue;
          await running[0]!.kill();
          running = [await place.start(parts), ...running.slice(1)];
        }
        await place.append(log.slice(at));
        await settled(place, running);
        place.clock.now = END;
        const expected = expectedOf(await place.log.readAll(0, 1_000_000));
        await expect.poll(async () => happenedOf(await place.alertEvents()), { interval: 5, timeout: 10_000 }).toEqual(expected);
        await settled(place, running);
        expect(happenedOf(await place.alertEvents())).toEqual(expected);
        for (const one of running) await one.kill();
        await places.pop()!.remove();
      }),
      { numRuns: 30, endOnFailure: true },
    );
  }, 120_000);
});
