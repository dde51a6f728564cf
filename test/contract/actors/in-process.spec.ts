import { inProcess } from '../../support/actors/host-fixture.js';
import { actorHostContract } from './actor-host.contract.js';

actorHostContract('in-process host', inProcess);
