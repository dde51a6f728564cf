/** Raw readings of a device, in the order of device time. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { TIME_END_MS, TIME_MIN_MS } from '#domain';
import { BATCH_BYTES_MAX, type ReadingKey, type ReadingRows, SeriesStore } from '#ports';
import { Devices } from '../../commands/shared/devices.js';
import { AsOf } from '../shared/as-of.js';
import { cursorOf, placeOf } from '../shared/cursor.js';
import { badParameter, limitOf, type Parameters, timeOf, zoneOf } from '../shared/parameters.js';
import type { Part } from '../shared/parts.js';
import { KnownParts } from '../shared/known-parts.js';

/** The rows in columns, as they came from the store; the format of the answer is the door's business. */
export interface ReadingsFound {
  deviceId: string;
  rows: ReadingRows;
  parts: Map<string, Part>;
  tz?: string;
  next?: string;
}

export class ListReadings extends Query<ReadingsFound> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(ListReadings)
export class ListReadingsHandler implements IQueryHandler<ListReadings> {
  constructor(
    @Inject(SeriesStore) private readonly series: SeriesStore,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(KnownParts) private readonly known: KnownParts,
    @Inject(AsOf) private readonly asOf: AsOf,
  ) {}

  async execute({ accountId, deviceId, parameters }: ListReadings): Promise<ReadingsFound> {
    const limit = limitOf(parameters);
    const tz = zoneOf(parameters);
    const { from = TIME_MIN_MS, to = TIME_END_MS } = rangeOf(parameters);
    const [time, position, index] = (placeOf(parameters, ['number', 'number', 'number']) ?? []) as number[];
    const after: ReadingKey | undefined = time === undefined ? undefined : { time, position: position!, index: index! };
    const asOf = await this.asOf.position(parameters);
    await this.devices.find(accountId, deviceId);
    const parts = await this.known.of(accountId, deviceId, asOf);
    const rows = await this.series.readings({
      accountId,
      deviceId,
      from,
      to,
      limit: Math.min(limit, rowsMaxOf(parts)),
      ...(after && { after }),
      ...(asOf !== undefined && { asOf }),
    });
    const last = rows.time.length - 1;
    const next = rows.more ? cursorOf([rows.time[last]!, rows.position[last]!, rows.index[last]!]) : undefined;
    return { deviceId, rows, parts, ...(tz && { tz }), ...(next !== undefined && { next }) };
  }
}

/** Texts at their longest; most are far shorter. What they come to is known only once they are read. */
const TEXT_CHARS_MAX = 8 * BATCH_BYTES_MAX;

/** How many rows fit into memory, whatever stands in them. */
function rowsMaxOf(parts: Map<string, Part>): number {
  const chars = [...parts.values()].reduce((sum, { charsMax }) => sum + charsMax, 0);
  return Math.max(1, Math.floor(TEXT_CHARS_MAX / chars));
}

/** `from` inclusive, `to` exclusive. */
export function rangeOf(parameters: Parameters): { from?: number; to?: number } {
  const from = timeOf(parameters, 'from');
  const to = timeOf(parameters, 'to');
  if (from !== undefined && to !== undefined && from > to) throw badParameter('from', 'from lies after to.');
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
