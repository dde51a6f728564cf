import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLiveBus, createMemoryEventLog, type MemoryEventLog, type MemoryLiveBus } from '#adapters/memory';
import { inDevice, append } from '../testing/events.js';
import { startLiveFanOut } from './live-fan-out.js';

const reading = (time: number) => inDevice('a1.d1', 'ReadingsReceived', { schemaVersion: 1, time: [time], fields: { x: [time] } });

describe('the live fan-out', () => {
  let log: MemoryEventLog;
  let live: MemoryLiveBus;
  let heard: string[];
  let close: () => Promise<void>;
  beforeEach(() => {
    log = createMemoryEventLog();
    live = createLiveBus();
    heard = [];
    live.subscribe((messages) => heard.push(...messages.map(({ data }) => String(data['position']))));
    ({ close } = startLiveFanOut({ log, live, head: 0, owns: () => true, viewsShow: () => Promise.resolve(), trouble: () => undefined }));
  });
  afterEach(async () => {
    await close();
    await log.close();
  });

  it('reads no event while nobody listens to a device', async () => {
    live.setListening('internal.projections', true);
    const readAll = vi.spyOn(log, 'readAll');
    const head = vi.spyOn(log, 'head');
    await append(log, [reading(1), reading(2)]);
    await vi.waitUntil(() => head.mock.calls.length > 3);
    expect(readAll).not.toHaveBeenCalled();
  });

  it('tells what comes once someone listens, each position once, and begins anew after a silence', async () => {
    for (let round = 0; round < 3; round++) {
      live.setListening('device-a1.d1', true);
      const position = String(await append(log, [reading(round)]));
      await vi.waitUntil(() => heard.includes(position));
      live.setListening('device-a1.d1', false);
      await append(log, [reading(round)]);
      const head = vi.spyOn(log, 'head').mockClear();
      await vi.waitUntil(() => head.mock.calls.length > 3);
    }
    expect(heard).toEqual(['1', '3', '5']);
  });
});
