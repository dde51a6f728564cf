import { describe, expect, it } from 'vitest';
import { MemoryLiveBus } from '#adapters/memory';
import type { JsonObject, ProjectionFigures } from '#contracts';
import { PROGRESS_ROOM } from '#ports';
import { ClusterFigures } from './cluster-figures.js';
import { figuresTogether } from './together.js';

function setUp() {
  let now = 0;
  const bus = new MemoryLiveBus();
  const sut = new ClusterFigures(bus, () => now);
  const tell = (event: string, data: object) => bus.publish([{ room: PROGRESS_ROOM, event, data: data as JsonObject }]);
  return {
    sut,
    wait: (ms: number) => (now += ms),
    projector: (process: string, ...projections: Partial<ProjectionFigures>[]) =>
      tell('projector.figures', { process, projections, rebuilds: [] }),
    ingestor: (process: string, entities: number) =>
      tell('ingestor.figures', { process, shards: [{ process, worker: 0, entities }], queue: { process, commands: entities, bytes: 0 } }),
  };
}

describe('the figures of a cluster', () => {
  it('put the parts together that several projectors tell of', () => {
    const { sut, projector } = setUp();
    projector('p1', { name: 'ledger', part: 0, generation: 1, position: 5 });
    projector('p2', { name: 'ledger', part: 1, generation: 1, position: 7 }, { name: 'ledger', part: 1, generation: 2, position: 2 });
    expect(sut.projections()).toMatchObject([
      { part: 0, position: 5, owner: 'p1' },
      { part: 1, generation: 1, position: 7, owner: 'p2' },
      { part: 1, generation: 2, position: 2, owner: 'p2' },
    ]);
  });

  it('believe who told last of a part that has been taken over', () => {
    const { sut, projector, wait } = setUp();
    projector('p2', { name: 'ledger', part: 0, generation: 1, position: 5 });
    wait(10);
    projector('p1', { name: 'ledger', part: 0, generation: 1, position: 9 });
    expect(sut.projections()).toMatchObject([{ position: 9, owner: 'p1' }]);
  });

  it('forget who is not heard of for five seconds', () => {
    const { sut, ingestor, wait } = setUp();
    ingestor('i2', 2);
    ingestor('i1', 1);
    wait(4_000);
    ingestor('i2', 3);
    expect(sut.shards().map(({ entities }) => entities)).toEqual([1, 3]);
    wait(1_001);
    expect(sut.queues()).toEqual([{ process: 'i2', commands: 3, bytes: 0 }]);
  });
});

it('gives metrics of a projection as one, whichever projectors work on its parts', () => {
  const part = { name: 'ledger', generation: 1, version: 1, lagSeconds: 0, ratePerSecond: 10 };
  const figures = figuresTogether([
    { ...part, part: 0, position: 9, lagEvents: 0 },
    { ...part, part: 1, position: 5, lagEvents: 4, failed: { position: 6, error: 'a bug' } },
    { ...part, part: 0, generation: 2, position: 1, lagEvents: 8 },
  ]);
  expect(figures).toMatchObject([
    { generation: 1, position: 5, lagEvents: 4, ratePerSecond: 20, failed: { position: 6 } },
    { generation: 2, position: 1, lagEvents: 8, ratePerSecond: 10 },
  ]);
  expect(figures[1]).not.toHaveProperty('failed');
});
