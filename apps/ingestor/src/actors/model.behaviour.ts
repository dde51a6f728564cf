/** A model on its shard: one version after the other. */
import type { Behaviour } from '#actors';
import type { ModelCommand, ModelEvent } from '#contracts';
import { answerForModel, freezeModel, MODEL_SNAPSHOT_VERSION, modelDecider, thawModel, type ModelState } from '#domain';
import { eventShapes } from './event-shapes.js';

export const modelBehaviour: Behaviour<ModelState, ModelCommand, ModelEvent> = {
  category: 'model',
  decider: modelDecider,
  snapshotVersion: MODEL_SNAPSHOT_VERSION,
  freeze: freezeModel,
  thaw: thawModel,
  read: ({ type, data }) => ({ type, data }) as ModelCommand,
  answer: answerForModel,
  ...eventShapes,
};
