import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { CommandEnvelope } from '#contracts';
import { createEmbeddedCommandQueue } from './command-queue.js';

describe('the embedded command queue', () => {
  it('hands over what a tick brings, and of a burst the first while the rest still comes', async () => {
    const sut = createEmbeddedCommandQueue();
    const lots: number[] = [];
    await sut.consume((batch) => {
      lots.push(batch.length);
      return batch.map(async () => ({ ok: true, position: 1, revision: 0, value: {} }) as const);
    });
    const send = (commands: number) => Array.from({ length: commands }, () => sut.send({ stream: 'device-a.1' } as CommandEnvelope));

    const burst = send(40);
    expect(lots).toEqual([32]);
    await nextTurn();
    expect(lots).toEqual([32, 8]);
    await Promise.all([...burst, ...send(2), ...send(1)]);
    expect(lots).toEqual([32, 8, 3]);
    await sut.close();
  });
});
