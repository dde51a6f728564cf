/** What a batch comes to: which devices change, and which lines its readings become. */
import type { PackedColumns } from '#contracts';
import type { SeriesBatch } from '#ports';
import { formatStep, partsOfColumns, unnamedFields, type PartValues } from '../shared/series-layout.js';
import { refKey, spilledLine, stepLine, tagsInLine, type CatalogDevice } from './catalog.js';
import { keyOf, measurementOf, type Layouts } from './device-layout.js';
import type { DeviceState } from './device-states.js';
import { textInLine } from './names.js';
import { Ranks } from './ranks.js';
import { nanosText, RANKS, wholeMicros } from './times.js';

/** One event on its way into lines. */
interface PlannedReadings {
  position: number;
  recordedAt: number;
  /** In whole microseconds. */
  time: Float64Array;
  seq: PackedColumns['seq'];
  numbers: { key: string; values: PartValues }[];
  texts: { key: string; values: PartValues }[];
}

interface PlannedDevice {
  device: CatalogDevice;
  events: PlannedReadings[];
  ranks: Ranks;
}

/** Additive steps of one event, after which nothing of it is without a slot. */
const ADDITIVE = true;

export class BatchPlan {
  readonly devices = new Map<string, PlannedDevice>();
  /** To be stored before the readings, without which they could not be read. */
  readonly catalogLines: string[] = [];

  constructor(
    batch: SeriesBatch,
    position: number,
    private readonly states: Map<string, DeviceState>,
    private readonly layouts: Layouts,
  ) {
    const schemas = batch.schemas.filter((one) => one.position > position).sort(byPosition);
    const readings = batch.readings.filter((one) => one.position > position && one.columns.time.length > 0).sort(byPosition);
    for (const one of readings) {
      while (schemas[0] && schemas[0].position < one.position) this.addSchema(schemas.shift()!);
      this.addReadings(one);
    }
    for (const schema of schemas) this.addSchema(schema);
  }

  /** Devices of which readings may be stored at the same times already. */
  late(): { device: CatalogDevice; late: number[]; ranks: Ranks }[] {
    return [...this.devices.values()].flatMap(({ device, events, ranks }) => {
      const late = ranks.late(events.map(({ time }) => time));
      return late.length === 0 ? [] : [{ device, late, ranks }];
    });
  }

  /** All readings as lines, some at a time. Devices that spill are added to the catalogue before their lines are given. */
  *lines(linesMax: number, charactersMax: number): Generator<string[], void> {
    let lines: string[] = [];
    let characters = 0;
    for (const planned of this.devices.values()) {
      for (const event of planned.events) {
        const line = lineWriter(planned.device, event);
        for (let row = 0; row < event.time.length; row++) {
          const rank = planned.ranks.next(event.time[row]!);
          if (rank >= RANKS && !planned.device.spilled) this.spill(planned);
          const text = line(row, rank);
          lines.push(text);
          characters += text.length + 1;
          if (lines.length < linesMax && characters < charactersMax) continue;
          yield lines;
          lines = [];
          characters = 0;
        }
      }
    }
    if (lines.length > 0) yield lines;
  }

  /** Once all lines were given. */
  statesAfter(): Map<string, DeviceState> {
    return new Map([...this.devices].map(([key, { device, ranks }]) => [key, { device, ...ranks.leftAt() }]));
  }

  private addSchema({ position, schema, ...ref }: SeriesBatch['schemas'][number]): void {
    this.addStep(this.planned(ref), position, formatStep({ schema, additive: false }), !ADDITIVE);
  }

  private addReadings({ position, recordedAt, columns, ...ref }: SeriesBatch['readings'][number]): void {
    const planned = this.planned(ref);
    const parts = partsOfColumns(columns.fields);
    const unnamed = unnamedFields(planned.device.layout.slots, parts) ?? (planned.device.steps.length === 0 ? {} : undefined);
    if (unnamed) this.addStep(planned, position, formatStep({ schema: { fields: unnamed }, additive: true }), ADDITIVE);
    const { layout } = planned.device;
    const event: PlannedReadings = {
      position,
      recordedAt,
      time: Float64Array.from(columns.time, wholeMicros),
      seq: columns.seq,
      numbers: [],
      texts: [],
    };
    for (const [part, values] of parts) {
      const { kind, index } = layout.slots.writing.get(part)!;
      (kind === 'number' ? event.numbers : event.texts).push({ key: keyOf(layout, kind, index), values });
    }
    planned.events.push(event);
  }

  private planned(ref: { accountId: string; deviceId: string }): PlannedDevice {
    const key = refKey(ref);
    let planned = this.devices.get(key);
    if (!planned) {
      const before = this.states.get(key)!;
      planned = { device: before.device, events: [], ranks: new Ranks(before) };
      this.devices.set(key, planned);
    }
    return planned;
  }

  private addStep(planned: PlannedDevice, position: number, step: string, additive: boolean): void {
    const steps = [...planned.device.steps, step];
    planned.device = { ...planned.device, steps, layout: this.layouts.of(steps), measurement: measurementOf(steps) };
    this.catalogLines.push(stepLine(planned.device, position, step, additive));
  }

  private spill(planned: PlannedDevice): void {
    planned.device = { ...planned.device, spilled: true };
    this.catalogLines.push(spilledLine(planned.device));
  }
}

function byPosition(a: { position: number }, b: { position: number }): number {
  return a.position - b.position;
}

/** Numbers as JavaScript writes them are exact; only the sign of 0 it leaves out. */
function lineWriter(device: CatalogDevice, event: PlannedReadings): (row: number, rank: number) => string {
  const series = `${device.measurement},${tagsInLine(device)}`;
  const ofEvent = `position=${event.position}i,recordedAt=${event.recordedAt},index=`;
  const { numbers, texts, seq, time } = event;
  return (row, rank) => {
    let fields = '';
    for (const { key, values } of numbers) {
      const value = values[row];
      if (typeof value === 'number') {
        if (Number.isFinite(value)) fields += value === 0 && Object.is(value, -0) ? `${key}=-0,` : `${key}=${value},`;
      } else if (typeof value === 'boolean') fields += value ? `${key}=1,` : `${key}=0,`;
    }
    for (const { key, values } of texts) {
      const value = values[row];
      if (typeof value === 'string') fields += `${key}="${textInLine(value)}",`;
    }
    const sent = seq?.[row];
    if (sent !== undefined && sent !== null) fields += `seq=${typeof sent === 'number' ? sent : BigInt.asIntN(64, BigInt(sent))}i,`;
    const more = rank < RANKS ? '' : `,more=${Math.floor(rank / RANKS)}`;
    return `${series}${more} ${fields}${ofEvent}${row}i ${nanosText(time[row]!, rank % RANKS)}`;
  };
}
