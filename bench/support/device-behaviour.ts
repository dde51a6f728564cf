/** The device as the ingestor hands it to the runtime. */
import type { AnyBehaviour } from '#actors';
import { eventVersionOf, upcastEvent, type CommandEnvelope } from '#contracts';
import { answerForDevice, DEVICE_SNAPSHOT_VERSION, deviceDecider, freezeDevice, thawDevice } from '#domain';

export const deviceBehaviour: AnyBehaviour = {
  category: 'device',
  decider: deviceDecider,
  snapshotVersion: DEVICE_SNAPSHOT_VERSION,
  freeze: freezeDevice,
  thaw: thawDevice,
  read: (envelope: CommandEnvelope) =>
    envelope.type === 'ReceiveReadings'
      ? { type: 'ReceiveReadings', data: { readings: JSON.parse(Buffer.from(envelope.body ?? []).toString()) } }
      : { type: envelope.type, data: envelope.data },
  eventVersion: eventVersionOf,
  upcast: upcastEvent,
  answer: answerForDevice,
};
