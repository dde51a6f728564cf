/** What a result says of the network that took part in it, or did not. */
import type { JsonObject } from '#contracts';

export interface Learned {
  /** Which field it is about. */
  key: string;
  used: boolean;
  note: string;
  modelVersion?: number;
}

/** Of summaries as `forecast`, `anomalies` and `train-model` write them. */
export function learnedIn(summary: JsonObject): Learned[] {
  const each = [summary['fields'], summary['series']].find(Array.isArray) as JsonObject[] | undefined;
  return (each ?? [{ ...summary, learned: summary }]).flatMap((one) => {
    const learned = one['learned'] as JsonObject | undefined;
    if (typeof learned?.['note'] !== 'string') return [];
    const { note, used, modelVersion } = learned;
    const version = typeof modelVersion === 'number' ? { modelVersion } : {};
    return [{ key: `${String(one['deviceId'])} ${String(one['field'])}`, used: used === true, note, ...version }];
  });
}
