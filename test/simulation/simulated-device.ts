/** A device with a log, and nothing of a runtime but its laws: decide, append, evolve, answer; repeat what was decided. */
import type { DeviceEvent, NewEvent, ReadingsAnswer, RecordedEvent } from '#contracts';
import {
  answerReadings,
  deviceDecider,
  emptyLedger,
  enterInLedger,
  freezeDevice,
  thawDevice,
  type DeviceDomainCommand,
  type DeviceState,
  type Ledger,
  type Told,
} from '#domain';

export type Message = Omit<Told<DeviceDomainCommand>, 'now'> & { now?: number };

const NOW = Date.UTC(2026, 4, 1, 12);

export class SimulatedDevice {
  readonly log: RecordedEvent<DeviceEvent>[] = [];
  state: DeviceState = deviceDecider.initial;

  constructor(readonly deviceId: string) {}

  /** The answer, or the code of the refusal. */
  tell({ command, commandId, bodyHash, now = NOW }: Message): ReadingsAnswer | string {
    const decision = deviceDecider.decide(this.state, structuredClone({ command, commandId, bodyHash, now }));
    if (decision.kind === 'reject') return decision.rejection.code;
    if (decision.kind === 'repeat') return answerReadings(this.deviceId, this.eventsOf(decision.revision));
    const events = decision.events.map((event) => this.append(event, commandId, bodyHash));
    return answerReadings(this.deviceId, events);
  }

  /** Forgets everything but the log and a snapshot of any moment in it. */
  crash(snapshotAt: number): void {
    const snapshot = JSON.stringify(freezeDevice(foldDevice(deviceDecider.initial, this.log.slice(0, snapshotAt))));
    const events = JSON.parse(JSON.stringify(this.log.slice(snapshotAt))) as RecordedEvent<DeviceEvent>[];
    this.state = foldDevice(thawDevice(JSON.parse(snapshot)), events);
  }

  ledger(): Ledger {
    return this.log.reduce((ledger, event) => enterInLedger(ledger, event as DeviceEvent), emptyLedger());
  }

  /** Every stored reading, one a row, as text, in the order stored. */
  stored(): string[] {
    return this.log.flatMap((event) => (event.type === 'ReadingsReceived' ? rowsOf(event.data as never) : []));
  }

  private append({ type, data }: DeviceEvent, commandId: string, bodyHash: string | undefined): RecordedEvent<DeviceEvent> {
    const metadata = { commandId, bodyHash } as NewEvent['metadata'];
    const revision = this.log.length;
    const recorded = { type, data, eventVersion: 1, metadata, stream: `device-a1.${this.deviceId}`, revision, position: revision + 1 };
    this.log.push(JSON.parse(JSON.stringify(recorded)) as RecordedEvent<DeviceEvent>);
    this.state = foldDevice(this.state, this.log.slice(-1));
    return this.log.at(-1)!;
  }

  private eventsOf(revision: number): RecordedEvent<DeviceEvent>[] {
    const { commandId } = this.log[revision]!.metadata;
    return this.log.slice(revision).filter(({ metadata }) => metadata.commandId === commandId);
  }
}

export function foldDevice(state: DeviceState, events: RecordedEvent<DeviceEvent>[]): DeviceState {
  return events.reduce((before, event) => {
    const { commandId, bodyHash } = event.metadata;
    return deviceDecider.evolve(before, { event: event as DeviceEvent, commandId, bodyHash, revision: event.revision, recordedAt: NOW });
  }, state);
}

function rowsOf(columns: { time: number[]; seq?: unknown[]; fields: Record<string, unknown[] | Record<string, unknown[]>> }): string[] {
  return columns.time.map((time, row) => {
    const cells = Object.entries(columns.fields).map(([name, column]) => [
      name,
      Array.isArray(column)
        ? column[row]
        : Object.entries(column).flatMap(([part, values]) => (values[row] === null ? [] : [[part, values[row]]])),
    ]);
    const present = cells
      .filter(([, cell]) => (Array.isArray(cell) ? cell.length > 0 : cell !== null))
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    return JSON.stringify([time, columns.seq?.[row] ?? null, present]);
  });
}
