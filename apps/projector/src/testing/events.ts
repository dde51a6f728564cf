/** Events for tests: written as they would be recorded, with what a test does not care about filled in. */
import {
  accountStream,
  analysisStream,
  deviceStream,
  emailStream,
  modelStream,
  type EventType,
  type NewEvent,
  type RecordedEvent,
  type ThingsEvent,
} from '#contracts';
import type { EventLog } from '#ports';

export type Happened = { stream: string; type: EventType; data: unknown; accountId: string; recordedAt?: number };

type DataOf<T extends EventType> = Extract<ThingsEvent, { type: T }>['data'];

export const inDevice = <T extends EventType>(device: string, type: T, data: DataOf<T>, recordedAt?: number): Happened => {
  const [accountId, deviceId] = device.split('.', 2) as [string, string];
  return { stream: deviceStream(accountId, deviceId), type, data, accountId, recordedAt };
};
export const inAccount = <T extends EventType>(accountId: string, type: T, data: DataOf<T>, recordedAt?: number): Happened => ({
  stream: accountStream(accountId),
  type,
  data,
  accountId,
  recordedAt,
});
export const inAnalysis = <T extends EventType>(accountId: string, analysisId: string, type: T, data: DataOf<T>): Happened => ({
  stream: analysisStream(accountId, analysisId),
  type,
  data,
  accountId,
});
export const inModel = (data: DataOf<'ModelRegistered'>): Happened => ({
  stream: modelStream(data.accountId, data.modelId),
  type: 'ModelRegistered',
  data,
  accountId: data.accountId,
});
/** A version of a model, with what a test does not care about filled in. */
export const trainedModel = (accountId: string, modelId: string, modelVersion: number): DataOf<'ModelRegistered'> => ({
  ...{ accountId, modelId, modelVersion, deviceId: 'd1', field: 'temperature', purpose: 'forecast', analysisId: `n${modelVersion}` },
  ...{ operationVersion: 1, params: { seed: 1 }, position: 1, input: { readings: 700, schemaVersions: [1] } },
  ...{ digest: `digest${modelVersion}`, used: true, comparison: {}, note: 'it is used' },
});
export const inEmail = (hash: string, accountId: string): Happened => ({
  stream: emailStream(hash),
  type: 'EmailClaimed',
  data: { accountId },
  accountId,
});

export const RECORDED_AT = 1_777_000_000_000;

/** As a log gives them back: positions from 1, revisions by stream, recorded a millisecond apart. */
export function recorded(happened: readonly Happened[]): RecordedEvent[] {
  const revisions = new Map<string, number>();
  return happened.map((one, n) => {
    const revision = (revisions.get(one.stream) ?? -1) + 1;
    revisions.set(one.stream, revision);
    return { ...newEvent(one, n), position: n + 1, stream: one.stream, revision };
  });
}

export async function append(log: EventLog, happened: readonly Happened[]): Promise<number> {
  let position = 0;
  for (const [n, one] of happened.entries()) {
    const expectedRevision = (await log.readStream(one.stream, 0, 1_000_000)).length - 1;
    const result = await log.append({ stream: one.stream, expectedRevision, events: [newEvent(one, n)] });
    if (!result.ok) throw new Error(`conflict in ${one.stream}`);
    position = result.lastPosition;
  }
  return position;
}

function newEvent({ stream, type, data, accountId, recordedAt }: Happened, n: number): NewEvent {
  const id = `${stream}/${n}`;
  return {
    type,
    eventVersion: 1,
    data: data as NewEvent['data'],
    metadata: {
      eventId: id,
      commandId: id,
      accountId,
      correlationId: id,
      recordedAt: recordedAt ?? RECORDED_AT + n,
      actor: 'test/0',
      writerEpoch: 'test',
      part: [0, 1],
    },
  };
}
