import { createMemoryWorkQueue, MemoryWork } from '#adapters/memory';
import { workQueueContract } from './work-queue.contract.js';

workQueueContract('in memory', async () => {
  const work = new MemoryWork();
  return { open: async () => createMemoryWorkQueue(work), close: async () => undefined };
});
