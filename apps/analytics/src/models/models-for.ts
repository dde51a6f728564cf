/** The trained models that an analysis goes by: of each input the newest one as of its position, for what is computed. */
import { createHash } from 'node:crypto';
import { keepModel, readKeptModel } from '#adapters/views';
import { modelStream, type ModelPurpose, type ModelRef, type ModelRegistered, type RecordedEvent } from '#contracts';
import { eventsOf, type EventLog } from '#ports';
import type { GivenModel, TrainedModel } from '#timeseries';
import { computeOnce, type Computed, type Watching } from '../jobs/compute-once.js';
import type { JobParts } from '../jobs/job-parts.js';

/** Trains a model, and so is never computed with one. */
export const TRAINING = 'train-model';

/** One model a field and purpose: its id says which, and needs no look-up. */
export function modelIdOf(deviceId: string, field: string, purpose: ModelPurpose): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([deviceId, field, purpose]))
    .digest('hex');
  return `m${hash.slice(0, 24)}`;
}

export const modelRef = ({ modelId, modelVersion, digest }: GivenModel): ModelRef => ({ modelId, modelVersion, digest });

export async function modelsFor(parts: JobParts, wanted: Computed, watching: Watching): Promise<(GivenModel | undefined)[]> {
  const purpose = purposeOf(wanted);
  if (!purpose) return [];
  const models: (GivenModel | undefined)[] = [];
  for (const { deviceId, field } of wanted.inputs) {
    const stream = modelStream(wanted.accountId, modelIdOf(deviceId, field, purpose));
    const newest = await newestIn(parts.log, stream, wanted.position);
    models.push(newest && (await opened(parts, newest, watching)));
  }
  return models;
}

function purposeOf({ operation, params }: Computed): ModelPurpose | undefined {
  if (operation === 'forecast' && (params['model'] ?? 'auto') === 'auto') return 'forecast';
  return operation === 'anomalies' && params['detector'] === 'learned' ? 'anomalies' : undefined;
}

/** From the log itself: no view has to have caught up. */
async function newestIn(log: EventLog, stream: string, position: number): Promise<ModelRegistered['data'] | undefined> {
  let newest: RecordedEvent | undefined;
  for await (const event of eventsOf(log, stream)) {
    if (event.position > position) break;
    newest = event;
  }
  return newest?.data as ModelRegistered['data'] | undefined;
}

/** As it is kept or, where it is lost, trained again: the same readings give the same model. */
async function opened(parts: JobParts, event: ModelRegistered['data'], watching: Watching): Promise<GivenModel | undefined> {
  const { accountId, modelId, modelVersion, digest } = event;
  const text = (await readKeptModel(parts.views.db, { accountId, digest })) ?? (await trainAgain(parts, event, watching));
  return text === undefined ? undefined : { modelId, modelVersion, digest, model: JSON.parse(text) as TrainedModel };
}

async function trainAgain(parts: JobParts, event: ModelRegistered['data'], watching: Watching): Promise<string | undefined> {
  const { accountId, deviceId, field, params, from, to, position, digest, modelId } = event;
  const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  const wanted = { operation: TRAINING, params, accountId, inputs: [{ deviceId, field }], ...range, position };
  const result = await computeOnce(parts, wanted, watching);
  const again = result.ok ? result.outcome.trained : undefined;
  if (again?.digest !== digest) {
    parts.logger.error({ accountId, modelId, digest, again: again?.digest }, 'a lost model could not be trained again as it was');
    return undefined;
  }
  await keepModel(parts.views, { accountId, digest }, again.text);
  return again.text;
}
