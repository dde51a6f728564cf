import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEmbeddedCommandQueue, createLiveBus } from '#adapters/memory';
import type { ShardStatsView } from '#actors';
import { PROGRESS_ROOM, type LiveMessage } from '#ports';
import { CommandRates, OperatorFigures } from './operator-figures.js';
import type { Ingestor } from './start-ingestor.js';

const stats = (commands: number) => [{ shard: 0, up: true, entities: 3, mailboxDepth: 2, restarts: 1, commands }] as ShardStatsView[];

describe('the rate of commands', () => {
  it('rises to what is decided a second, and falls when nothing is', () => {
    const sut = new CommandRates();
    const rates = Array.from({ length: 60 }, (_, second) => sut.of(stats(second * 100), second * 1_000)[0]!);
    expect(rates[0]).toBe(0);
    expect(rates[3]).toBeGreaterThan(30);
    expect(rates.at(-1)).toBeCloseTo(100, 0);
    expect(sut.of(stats(5_900), 120_000)[0]).toBeCloseTo(0, 1);
  });
});

describe('the figures of an ingestor', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are told each second to those who listen, until it stops', () => {
    const live = createLiveBus();
    const told: LiveMessage[] = [];
    live.subscribe((messages) => told.push(...messages));
    let commands = 0;
    const sut = new OperatorFigures({ stats: () => stats((commands += 10)) } as unknown as Ingestor, createEmbeddedCommandQueue(), live);
    sut.onApplicationBootstrap();
    vi.advanceTimersByTime(2_000);
    expect(told).toEqual([]);
    live.setListening(PROGRESS_ROOM, true);
    vi.advanceTimersByTime(1_000);
    const process = expect.stringMatching(/^ingestor@.+/) as string;
    const shard = {
      process,
      worker: 0,
      alive: true,
      entities: 3,
      waiting: 2,
      restarts: 1,
      commandsPerSecond: expect.closeTo(3.3, 0) as number,
    };
    expect(told).toEqual([
      {
        room: PROGRESS_ROOM,
        event: 'ingestor.figures',
        data: { process, shards: [shard], queue: { process, commands: 0, bytes: 0 } },
      },
    ]);
    sut.onApplicationShutdown();
    vi.advanceTimersByTime(5_000);
    expect(told).toHaveLength(1);
  });
});
