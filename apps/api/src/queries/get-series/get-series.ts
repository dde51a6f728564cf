/** Series of a device: raw values, windows, or pictures with few points; in columns from the store to the answer. */
import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type DeviceRef, type Every, type Fill, type Picture, type SeriesColumns, type SeriesQuery, SeriesStore, ViewStore } from '#ports';
import { TIME_END_MS, TIME_MIN_MS } from '#domain';
import { Devices } from '../../commands/shared/devices.js';
import { type ApiSettings, SETTINGS } from '../../tokens.js';
import { AsOf } from '../shared/as-of.js';
import { KnownParts } from '../shared/known-parts.js';
import type { Parameters } from '../shared/parameters.js';
import type { Part } from '../shared/parts.js';
import { everyText, type SeriesRequest, seriesRequest } from './series-request.js';
import { coarserEvery, equalWindows, pointsLimit, windowsFrom, windowsIn } from './within-limit.js';

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
    const asOf = await this.asOf.position(parameters);
    const request = seriesRequest(parameters, await this.known.of(accountId, deviceId, asOf));
    const device = { accountId, deviceId, ...(asOf !== undefined && { asOf }) };
    const { from, to } = await this.rangeOf(device, request);
    const plan = await this.withinLimit(device, request, from, to);
    const fields = request.parts.map((part) => part.name);
    const { columns, every } = await this.read({ ...device, fields, from, to, ...(request.tz && { tz: request.tz }) }, plan);
    const isWhole = plan.points !== undefined && columns.of <= plan.points;
    return {
      deviceId,
      from,
      to,
      ...(every && { every: everyText(every) }),
      ...(request.tz && { tz: request.tz }),
      parts: request.parts,
      columns,
      ...(plan.reduced && !isWhole && { reduced: plan.reduced }),
    };
  }

  private async read(asked: SeriesQuery, { how, points }: Plan): Promise<{ columns: SeriesColumns; every?: Every }> {
    const columns = await this.series.series({ ...asked, ...how });
    const every = how.every && { every: how.every };
    if (points === undefined || !every) return { columns, ...every };
    return columns.of <= points ? { columns: await this.series.series(asked) } : { columns: asValues(columns), ...every };
  }

  /** Without `from` and `to`: from the first reading to just after the latest. */
  private async rangeOf(device: DeviceRef & { asOf?: number }, request: SeriesRequest): Promise<{ from: number; to: number }> {
    const to = request.to ?? (await this.afterLatest(device));
    if (request.from !== undefined) return { from: request.from, to: Math.max(request.from, to) };
    const first = await this.series.readings({ ...device, from: TIME_MIN_MS, to: TIME_END_MS, limit: 1 });
    return { from: Math.min(first.time[0] ?? to, to), to };
  }

  private async afterLatest(device: DeviceRef & { asOf?: number }): Promise<number> {
    const latest = device.asOf === undefined ? await this.latestNow(device) : await this.series.latestTime(device);
    return Math.floor(latest ?? 0) + 1;
  }

  private async latestNow({ accountId, deviceId }: DeviceRef): Promise<number | null | undefined> {
    const row = await this.views.db
      .selectFrom('ledgers')
      .select('latest_time')
      .where('account_id', '=', accountId)
      .where('device_id', '=', deviceId)
      .executeTakeFirst();
    return row?.latest_time;
  }

  private async withinLimit(device: DeviceRef & { asOf?: number }, request: SeriesRequest, from: number, to: number): Promise<Plan> {
    const { every, fn, picture, parts, windows } = request;
    const limit = pointsLimit(this.settings.limits.seriesPointsMax, parts.length * (picture ? 1 : fn.length));
    if (every) return this.windowsWithin(device, { ...request, every }, { from, to, limit });
    if (windows !== undefined) return this.equalWindowsWithin(device, { ...request, windows }, { from, to, limit });
    if (picture) {
      const plan = pictureOf(parts, { from, to, points: Math.min(picture.points, limit), method: picture.method });
      return picture.points <= limit ? plan : { ...plan, reduced: { limit, advice: tooManyPoints(picture.points) } };
    }
    const readings = await this.series.count({ ...device, from, to });
    if (readings <= limit) return { how: {} };
    return {
      ...pictureOf(parts, { from, to, points: limit, method: 'lttb' }),
      reduced: { limit, advice: `${readings} readings stand in this range; ask for a shorter one, or page through /readings.` },
    };
  }

  private async windowsWithin(
    device: DeviceRef & { asOf?: number },
    { every, fn, fill }: SeriesRequest & { every: Every },
    { from, to, limit }: Within,
  ): Promise<Plan> {
    const fits = windowsIn(from, to, every) <= limit || (await this.isSparse(device, fill, { from, to, limit }));
    if (fits) return { how: { every, fn, fill } };
    return {
      how: { every: coarserEvery(from, to, every, limit), fn, fill },
      reduced: { limit, advice: `Windows of ${everyText(every)} would be too many; ask for a shorter range to have them.` },
    };
  }

  private async equalWindowsWithin(
    device: DeviceRef & { asOf?: number },
    { windows, fn, fill }: SeriesRequest & { windows: number },
    { from, to, limit }: Within,
  ): Promise<Plan> {
    const every = equalWindows(from, to, windows);
    const fits = windowsFrom(from, to, every) <= limit || (await this.isSparse(device, fill, { from, to, limit }));
    if (fits) return { how: { every, alignedTo: 'from', fn, fill } };
    return {
      how: { every: equalWindows(from, to, limit), alignedTo: 'from', fn, fill },
      reduced: { limit, advice: tooManyPoints(windows) },
    };
  }

  /** Windows without readings are not given: there are no more than readings. */
  private async isSparse(device: DeviceRef & { asOf?: number }, fill: Fill, { from, to, limit }: Within): Promise<boolean> {
    return fill === 'none' && (await this.series.count({ ...device, from, to })) <= limit;
  }
}

const tooManyPoints = (points: number): string => `${points} points were asked for; ask for a shorter range to see more.`;

/** Text has no shape to keep, and a picture gives every field points of its own: with a text field in it, or too few points for
 *  the shapes of all fields, it is the last value of each of so many windows. */
function pictureOf(parts: Part[], { from, to, points, method }: { from: number; to: number; points: number; method: Picture }): Plan {
  const shapely = parts.length === 1 || points >= SHAPE_POINTS_MIN * parts.length;
  if (shapely && parts.every((part) => part.numeric)) return { how: { picture: { method, points } }, points };
  return { how: { every: equalWindows(from, to, points), alignedTo: 'from', fn: ['last'], fill: 'none' }, points };
}

/** The first point, the last one, and one that the method chooses. */
const SHAPE_POINTS_MIN = 3;

function asValues(columns: SeriesColumns): SeriesColumns {
  return { ...columns, fields: Object.fromEntries(Object.entries(columns.fields).map(([name, { last }]) => [name, { value: last! }])) };
}

interface Within {
  from: number;
  to: number;
  limit: number;
}

interface Plan {
  how: Pick<SeriesQuery, 'every' | 'alignedTo' | 'fn' | 'fill' | 'picture'>;
  /** Of a picture, or of windows in its place: no more readings than that are given as they are. */
  points?: number;
  reduced?: { limit: number; advice: string };
}
