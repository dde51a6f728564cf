import { createEmbeddedCommandQueue } from '#adapters/memory';
import { commandQueueContract } from './command-queue.contract.js';

commandQueueContract('embedded command queue', async (limits) => createEmbeddedCommandQueue(limits), { durable: false });
