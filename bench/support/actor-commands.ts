/** Commands for devices, as the door makes them, and a host that takes them on this thread. */
import { randomUUID } from 'node:crypto';
import { openInProcessHost, type ActorHost } from '#actors';
import { deviceStream, type CommandAnswer, type CommandEnvelope, type DeviceSchema } from '#contracts';
import { DEFAULT_LIMITS } from '#platform';
import type { EventLog } from '#ports';
import { deviceBehaviour } from '../../apps/ingestor/src/actors/device.behaviour.js';
import { ACCOUNT } from './fill-log.js';
import { TWO_FIELDS } from './thingsio.js';

export function openDeviceHost(log: EventLog, entitiesMax: number): ActorHost {
  const parkingLot = {
    park: async ({ error }: { error: { message: string } }) => {
      throw new Error(`a command was parked: ${error.message}`);
    },
  };
  return openInProcessHost({
    behaviours: [deviceBehaviour(DEFAULT_LIMITS)],
    log,
    parkingLot,
    limits: { entitiesMax, mailboxCommandsMax: 10_000 },
  });
}

export function registerCommand(deviceId: string): CommandEnvelope {
  return envelope('RegisterDevice', deviceId, {
    accountId: ACCOUNT,
    deviceId,
    name: deviceId,
    tags: {},
    schema: TWO_FIELDS as DeviceSchema,
  });
}

export function readingsCommand(deviceId: string, readings: object[], idempotent = false): CommandEnvelope {
  const command = envelope('ReceiveReadings', deviceId, { deviceId, format: 'json' });
  // A key of its own for each: what a device that retries by Idempotency-Key leaves behind.
  return {
    ...command,
    body: Buffer.from(JSON.stringify(readings)),
    ...(idempotent ? { bodyHash: randomUUID().replaceAll('-', '').repeat(2) } : {}),
  };
}

export async function tell(host: ActorHost, commands: CommandEnvelope[]): Promise<void> {
  for (const answer of await Promise.all(host.dispatch(commands))) mustBeAccepted(answer);
}

export function mustBeAccepted(answer: CommandAnswer | undefined): void {
  if (!answer?.ok) throw new Error(`a command was refused: ${JSON.stringify(answer)}`);
}

function envelope(type: CommandEnvelope['type'], deviceId: string, data: unknown): CommandEnvelope {
  const commandId = randomUUID();
  return {
    type,
    stream: deviceStream(ACCOUNT, deviceId),
    data: data as CommandEnvelope['data'],
    commandId,
    accountId: ACCOUNT,
    correlationId: commandId,
    receivedAt: Date.now(),
  };
}
