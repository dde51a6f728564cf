/** On real threads, as they were built. */
import { onThreads } from '../../support/actors/host-fixture.js';
import { actorHostContract } from './actor-host.contract.js';
import { dyingContract } from './dying.js';

actorHostContract('worker-thread host', onThreads);
dyingContract(onThreads);
