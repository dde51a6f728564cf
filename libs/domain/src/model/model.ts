/** A model: what was learned of one field of a device for one purpose, version after version. Stream: `model-<accountId>.<modelId>`. */
import type { JsonObject, ModelCommand, ModelEvent, RecordedEvent, RegisterModel } from '#contracts';
import { accept, type Decider, type Decision } from '../kernel/decider.js';

export const MODEL_SNAPSHOT_VERSION = 1;

export type ModelState = UnknownModel | KnownModel;
export interface UnknownModel {
  readonly phase: 'unknown';
}
export interface KnownModel {
  readonly phase: 'known';
  readonly modelVersion: number;
  /** The analyses that trained the last versions, the newest last. */
  readonly trainedBy: readonly string[];
}

/** An analysis that is begun again says again what it trained, within minutes; nobody trains one field so often meanwhile. */
const REMEMBERED_MAX = 64;

export const modelDecider: Decider<ModelState, ModelCommand, ModelEvent> = {
  initial: { phase: 'unknown' },
  decide: (state, { command }) => register(state, command),
  evolve: (state, { event: { data } }) => ({
    phase: 'known',
    modelVersion: data.modelVersion,
    trainedBy: [...trainedBy(state), data.analysisId].slice(-REMEMBERED_MAX),
  }),
};

/** What one analysis trained is one version, however often it is told. */
function register(state: ModelState, { data }: RegisterModel): Decision<ModelEvent> {
  if (trainedBy(state).includes(data.analysisId)) return accept();
  return accept<ModelEvent>({ type: 'ModelRegistered', data: { ...data, modelVersion: versionOf(state) + 1 } });
}

const trainedBy = (state: ModelState): readonly string[] => (state.phase === 'known' ? state.trainedBy : []);
const versionOf = (state: ModelState): number => (state.phase === 'known' ? state.modelVersion : 0);

/** The state is plain JSON already. */
export const freezeModel = (state: ModelState): ModelState => state;
export const thawModel = (frozen: unknown): ModelState => frozen as ModelState;

export function answerForModel(_asked: unknown, _events: readonly RecordedEvent[], state: ModelState): JsonObject {
  return { modelVersion: versionOf(state) };
}
