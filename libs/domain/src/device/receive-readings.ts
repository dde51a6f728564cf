/** What a device decides about a batch of readings. */
import type { DeviceEvent } from '#contracts';
import { accept, reject, type Decision, type Told } from '../kernel/decider.js';
import type { DeviceDomainCommand, ReceiveColumns, ReceiveParsedReadings } from './commands.js';
import { CELLS_MAX, readBatch } from './read-batch.js';
import { fromTexts } from './from-texts.js';
import type { ActiveDevice } from './state.js';

/** Originals of refused readings are recorded as they were sent; deeper ones could not be written as JSON safely. A
 *  location inside `values` needs three levels. */
export const ORIGINAL_DEPTH_MAX = 64;

export function receiveReadings(
  state: ActiveDevice,
  { data }: ReceiveParsedReadings,
  { now }: Told<DeviceDomainCommand>,
): Decision<DeviceEvent> {
  if (data.readings.length === 0) return reject('readings.empty', 'the request holds no reading');
  const { compiled, schemaVersion, seqs } = state;
  const readings = data.textual === true ? data.readings.map((reading) => fromTexts(reading, compiled.schema)) : data.readings;
  const outcome = readBatch(compiled, readings, now, seqs);
  if (outcome === undefined) {
    const limit = CELLS_MAX.toLocaleString('en');
    return reject(
      'request.too-many-cells',
      `${readings.length} readings times the fields that any of them carries are more than ${limit} cells; readings with few fields each fit when those with the same fields are sent together`,
      { limit: CELLS_MAX },
    );
  }
  const { columns, rejected, duplicates } = outcome;

  const events: DeviceEvent[] = [];
  if (columns !== undefined) events.push({ type: 'ReadingsReceived', data: { schemaVersion, ...columns } });
  if (rejected.length > 0) {
    if (data.textual === true) for (const verdict of rejected) verdict.reading = data.readings[verdict.index] as typeof verdict.reading;
    const deep = rejected.find(({ reading }) => isDeeperThan(reading, ORIGINAL_DEPTH_MAX));
    if (deep !== undefined)
      return reject('request.too-deep', `reading ${deep.index} is nested more than ${ORIGINAL_DEPTH_MAX} levels deep`);
    events.push({ type: 'ReadingsRejected', data: { schemaVersion, readings: rejected } });
  }
  if (duplicates > 0) events.push({ type: 'DuplicatesDiscarded', data: { count: duplicates } });
  return { kind: 'accept', events };
}

/** What was read for a state is decided by it; another one would have to look at every reading again. */
export function receiveColumns(state: ActiveDevice, { data }: ReceiveColumns): Decision<DeviceEvent> {
  if (data.readFor !== state) throw new Error('these readings were read for another state');
  return accept<DeviceEvent>({ type: 'ReadingsReceived', data: data.columns });
}

function isDeeperThan(json: unknown, levels: number): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if (levels === 0) return true;
  for (const member of Array.isArray(json) ? json : Object.values(json)) {
    if (isDeeperThan(member, levels - 1)) return true;
  }
  return false;
}
