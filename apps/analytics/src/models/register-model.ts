/** What a training gave becomes the next version of its model: first it is kept, then its entity is told. */
import { forgetModels, keepModel } from '#adapters/views';
import { modelStream, type JsonObject, type ModelRegistered, type RegisterModel } from '#contracts';
import { eventsOf } from '#ports';
import { operationOf } from '#timeseries';
import type { Outcome } from '../compute/job.js';
import type { Read } from '../jobs/compute-once.js';
import type { JobParts } from '../jobs/job-parts.js';
import type { Claimed } from '../jobs/runs.js';
import { tellEntity } from '../jobs/tell-entity.js';
import { modelIdOf } from './models-for.js';

interface Trained {
  trained: NonNullable<Outcome['trained']>;
  summary: JsonObject;
  read: Read;
}

/** Before the analysis is completed: one that is begun again says it again, and its entity knows it. */
export async function registerModel(
  parts: JobParts,
  claimed: Claimed,
  { trained, summary, read }: Trained,
  stop: AbortSignal,
): Promise<void> {
  const { accountId, analysisId, operation, params, from, to, position } = claimed;
  const { deviceId, field } = claimed.inputs[0]!;
  const { purpose, digest, text } = trained;
  await keepModel(parts.views, { accountId, digest }, text);
  const modelId = modelIdOf(deviceId, field, purpose);
  const said = summary as { used: boolean; note: string; comparison: JsonObject; seed: number };
  const command: RegisterModel = {
    type: 'RegisterModel',
    data: {
      ...{ accountId, modelId, deviceId, field, purpose, analysisId, operationVersion: operationOf(operation)?.version ?? 1 },
      ...{ params: { ...params, seed: said.seed }, position, input: read, digest },
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...{ used: said.used, comparison: said.comparison, note: said.note },
    },
  };
  const stream = modelStream(accountId, modelId);
  await tellEntity(parts.commands, { stream, accountId, command }, { now: parts.now, stop });
  await forgetOlder(parts, accountId, stream);
}

/** Versions of a model that are kept ready; what asks for an older one has it trained again from its event. */
const KEPT_VERSIONS = 3;
/** Those before them are gone already, but for those of a process that died in between. */
const LOOKED_BACK_MAX = 100;

async function forgetOlder({ log, views }: JobParts, accountId: string, stream: string): Promise<void> {
  const digests: string[] = [];
  for await (const { data } of eventsOf(log, stream)) digests.push((data as ModelRegistered['data']).digest);
  const kept = new Set(digests.slice(-KEPT_VERSIONS));
  const older = digests.slice(-KEPT_VERSIONS - LOOKED_BACK_MAX, -KEPT_VERSIONS).filter((digest) => !kept.has(digest));
  await forgetModels(views, accountId, older);
}
