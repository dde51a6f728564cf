/** A request that spans several entities, on its shard: claimed once, answered once. */
import type { Behaviour } from '#actors';
import type { RequestCommand, RequestEvent } from '#contracts';
import { answerForRequest, freezeRequest, REQUEST_SNAPSHOT_VERSION, requestDecider, thawRequest, type RequestState } from '#domain';
import { eventShapes } from './event-shapes.js';

export const requestBehaviour: Behaviour<RequestState, RequestCommand, RequestEvent> = {
  category: 'request',
  decider: requestDecider,
  snapshotVersion: REQUEST_SNAPSHOT_VERSION,
  freeze: freezeRequest,
  thaw: thawRequest,
  read: ({ type, data }) => ({ type, data }) as RequestCommand,
  answer: answerForRequest,
  ...eventShapes,
};
