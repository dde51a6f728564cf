/** A device on its shard: reads what it was sent, decides by the domain, answers by what was recorded. */
import type { Behaviour } from '#actors';
import type { CommandEnvelope, DeviceEvent, ReceiveReadings } from '#contracts';
import {
  answerForDevice,
  createDeviceDecider,
  DEVICE_SNAPSHOT_VERSION,
  freezeDevice,
  readFlat,
  thawDevice,
  type DeviceDomainCommand,
  type DeviceState,
  type Rejection,
} from '#domain';
import { isRejection } from '../reading-formats/parsed-readings.js';
import { readBody } from '../reading-formats/read-body.js';
import { eventShapes } from './event-shapes.js';

export interface DeviceLimits {
  readingsPerRequestMax: number;
  fieldsPerSchemaMax: number;
}

/** Below, a few objects cost less than columns of a few values: the two ways meet at four short readings. */
const FLAT_BYTES_MIN = 256;

export function deviceBehaviour(limits: DeviceLimits): Behaviour<DeviceState, DeviceDomainCommand, DeviceEvent> {
  return {
    category: 'device',
    decider: createDeviceDecider({ fieldsMax: limits.fieldsPerSchemaMax }),
    snapshotVersion: DEVICE_SNAPSHOT_VERSION,
    freeze: freezeDevice,
    thaw: thawDevice,
    read: (envelope, state) => (isReceiveReadings(envelope) ? receiveReadings(envelope, limits, state) : toCommand(envelope)),
    answer: answerForDevice,
    ...eventShapes,
  };
}

const isReceiveReadings = (envelope: CommandEnvelope): envelope is CommandEnvelope<ReceiveReadings> => envelope.type === 'ReceiveReadings';

const toCommand = ({ type, data }: CommandEnvelope): DeviceDomainCommand => ({ type, data }) as DeviceDomainCommand;

function receiveReadings(
  { data, body, receivedAt }: CommandEnvelope<ReceiveReadings>,
  { readingsPerRequestMax: readingsMax }: DeviceLimits,
  state: DeviceState,
): DeviceDomainCommand | Rejection {
  const limits = { readingsMax, now: receivedAt };
  if (data.format === 'json' && body !== undefined && body.byteLength >= FLAT_BYTES_MIN && state.phase === 'active') {
    const columns = readFlat(state, body, limits);
    if (columns !== undefined) return { type: 'ReceiveColumns', data: { columns, readFor: state } };
  }
  const parsed = readBody(data.format, body, limits);
  return isRejection(parsed) ? parsed : { type: 'ReceiveReadings', data: parsed };
}
