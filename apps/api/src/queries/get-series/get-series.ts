/** Series of a device: raw values, windows, or pictures with few points; in columns from the store to the answer. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type DeviceRef, type Every, type Picture, type SeriesColumns, type SeriesQuery, SeriesStore, ViewStore } from '#ports';
import { TIME_END_MS, TIME_MIN_MS } from '#domain';
import { Devices } from '../../commands/shared/devices.js';
import { type ApiSettings, SETTINGS } from '../../tokens.js';
import { AsOf } from '../shared/as-of.js';
import { KnownParts } from '../shared/known-parts.js';
import type { Parameters } from '../shared/parameters.js';
import type { Part } from '../shared/parts.js';
import { everyText, type SeriesRequest, seriesRequest } from './series-request.js';
import { coarserEvery, equalWindows, pointsLimit, windowsIn } from './within-limit.js';

export interface SeriesFound {
  deviceId: string;
  /** ms since epoch. */
  from: number;
  to: number;
  every?: string;
  tz?: string;
  parts: Part[];
  columns: SeriesColumns;
  reduced?: { limit: number; advice: string };
}

export class GetSeries extends Query<SeriesFound> {
  constructor(
    readonly accountId: string,
    readonly deviceId: string,
    readonly parameters: Parameters,
  ) {
    super();
  }
}

@QueryHandler(GetSeries)
export class GetSeriesHandler implements IQueryHandler<GetSeries> {
  constructor(
    @Inject(SeriesStore) private readonly series: SeriesStore,
    @Inject(ViewStore) private readonly views: ViewStore,
    @Inject(Devices) private readonly devices: Devices,
    @Inject(KnownParts) private readonly known: KnownParts,
    @Inject(AsOf) private readonly asOf: AsOf,
    @Inject(SETTINGS) private readonly settings: ApiSettings,
  ) {}

  async execute({ accountId, deviceId, parameters }: GetSeries): Promise<SeriesFound> {
    await this.devices.find(accountId, deviceId);
    const request = seriesRequest(parameters, await this.known.of(accountId, deviceId));
    const asOf = await this.asOf.position(parameters);
    const device = { accountId, deviceId, ...(asOf !== undefined && { asOf }) };
    const { from, to } = await this.rangeOf(device, request);
    const plan = await this.withinLimit(device, request, from, to);
    const { asValue, ...how } = plan.how;
    const found = await this.series.series({
      ...device,
      fields: request.parts.map((part) => part.name),
      from,
      to,
      ...how,
      ...(request.tz && { tz: request.tz }),
    });
    const columns = asValue ? asValues(found) : found;
    const every = asValue ? undefined : how.every;
    return {
      deviceId,
      from,
      to,
      ...(every && { every: everyText(every) }),
      ...(request.tz && { tz: request.tz }),
      parts: request.parts,
      columns,
      ...(plan.reduced && { reduced: plan.reduced }),
    };
  }

  /** Without `from` and `to`: from the first reading to just after the latest. */
  private async rangeOf(device: DeviceRef & { asOf?: number }, request: SeriesRequest): Promise<{ from: number; to: number }> {
    const to = request.to ?? (await this.afterLatest(device));
    if (request.from !== undefined) return { from: request.from, to: Math.max(request.from, to) };
    const first = await this.series.readings({ ...device, from: TIME_MIN_MS, to: TIME_END_MS, limit: 1 });
    return { from: Math.min(first.time[0] ?? to, to), to };
  }

  private async afterLatest({ accountId, deviceId }: DeviceRef): Promise<number> {
    const row = await this.views.db
      .selectFrom('ledgers')
      .select('latest_time')
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .executeTakeFirst();
    return Math.floor(row?.latest_time ?? 0) + 1;
  }

  private async withinLimit(device: DeviceRef & { asOf?: number }, request: SeriesRequest, from: number, to: number): Promise<Plan> {
    const { fn, fill, picture, parts, windows } = request;
    const every = request.every ?? (windows === undefined ? undefined : equalWindows(from, to, windows));
    const limit = pointsLimit(this.settings.limits.seriesPointsMax, parts.length * (every ? fn.length : 1));
    if (every) return this.windowsWithin(device, { every, fn, fill }, { from, to, limit });
    if (picture) {
      const points = Math.min(picture.points, limit);
      const how = pictureOf(parts, { from, to, points, method: picture.method });
      return points === picture.points
        ? { how }
        : { how, reduced: { limit, advice: `${picture.points} points were asked for; ask for a shorter range to see more.` } };
    }
    const readings = await this.series.count({ ...device, from, to });
    if (readings <= limit) return { how: {} };
    const how = pictureOf(parts, { from, to, points: limit, method: 'lttb' });
    return {
      how,
      reduced: { limit, advice: `${readings} readings stand in this range; ask for a shorter one, or page through /readings.` },
    };
  }

  private async windowsWithin(
    device: DeviceRef & { asOf?: number },
    windows: Required<Pick<SeriesQuery, 'every' | 'fn' | 'fill'>>,
    { from, to, limit }: { from: number; to: number; limit: number },
  ): Promise<Plan> {
    const { every, fill } = windows;
    const fits = windowsIn(from, to, every) <= limit || (fill === 'none' && (await this.series.count({ ...device, from, to })) <= limit);
    if (fits) return { how: windows };
    const wider: Every = coarserEvery(from, to, every, limit);
    return {
      how: { ...windows, every: wider },
      reduced: { limit, advice: `Windows of ${everyText(every)} would be too many; ask for a shorter range to have them.` },
    };
  }
}

/** Text has no shape to keep, and a picture gives every field points of its own: with a text field in it, or fewer points than
 *  fields, it is the last value of each of so many windows. */
function pictureOf(
  parts: Part[],
  { from, to, points, method }: { from: number; to: number; points: number; method: Picture },
): Plan['how'] {
  if (points >= parts.length && parts.every((part) => part.numeric)) return { picture: { method, points } };
  return { every: equalWindows(from, to, points), fn: ['last'], fill: 'none', asValue: true };
}

function asValues(columns: SeriesColumns): SeriesColumns {
  return { ...columns, fields: Object.fromEntries(Object.entries(columns.fields).map(([name, { last }]) => [name, { value: last! }])) };
}

interface Plan {
  /** `asValue`: the windows stand for single values, and are answered as such. */
  how: Pick<SeriesQuery, 'every' | 'fn' | 'fill' | 'picture'> & { asValue?: boolean };
  reduced?: { limit: number; advice: string };
}
