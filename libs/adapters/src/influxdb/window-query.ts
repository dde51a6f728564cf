/** Windows: computed by the server where it computes what we mean, else from the values themselves, one window at a time. */
import type { Aggregate, Every, SeriesColumn, SeriesColumns, SeriesQuery } from '#ports';
import { runsOf, windowAnswer, windowColumns, type WindowColumn } from '../shared/window-answer.js';
import type { CatalogDevice } from './catalog.js';
import { presenceOf } from './counts.js';
import { identifier } from './names.js';
import { kindOf, rowCondition, rowsOf, type Place, type Range, type Source } from './rows.js';
import { segmentsOf, type Segment } from './window-segments.js';
import { WindowFold } from './window-fold.js';

export async function windowsOf(place: Place, device: CatalogDevice, query: SeriesQuery & { every: Every }): Promise<SeriesColumns> {
  const readers = query.fields.map((field) => device.layout.slots.reading.get(field));
  const columns = windowColumns(query, readers.map(kindOf));
  const runs = runsOf(query);
  const presence = await presenceOf(place, device, query, readers);
  const plan = serverPlan(device, query.fields, columns, presence.sources);
  if (plan) {
    const found = new ServerWindows(columns, plan);
    for await (const { segment, block } of aggregates(place, device, query, plan, segmentsOf(runs, query)))
      found.add(segment, block.time, block.columns as SeriesColumn[]);
    return windowAnswer(runs, columns, { of: presence.of, ...found.end() }, query.fill);
  }
  const fold = new WindowFold(runs, query.fields, columns);
  for await (const rows of rowsOf(place, device, { ...query, fields: readers })) fold.add(rows);
  return windowAnswer(runs, columns, { of: presence.of, ...fold.end() }, query.fill);
}

/** What the server is asked for. */
interface ServerPlan {
  calls: string[];
  /** For each column of the answer: which call gives it, and what becomes of the number. */
  columns: { call: number; after?: (value: number) => number }[];
}

const CALLS: Partial<Record<Aggregate, string>> = {
  mean: 'mean',
  min: 'min',
  max: 'max',
  sum: 'sum',
  count: 'count',
  first: 'first',
  last: 'last',
  stddev: 'stddev',
  median: 'median',
  p0: 'min',
  p50: 'median',
  p100: 'max',
};

/** Undefined where the server would answer something else: its percentiles are nearest ranks, and it cannot join what a part has under several
 *  schemas, nor put more than a thousand readings of one time into order. */
function serverPlan(device: CatalogDevice, fields: string[], columns: WindowColumn[], sources: Source[][]): ServerPlan | undefined {
  if (device.spilled) return undefined;
  const plan: ServerPlan = { calls: [], columns: [] };
  const call = (text: string): number => {
    const known = plan.calls.indexOf(text);
    return known >= 0 ? known : plan.calls.push(text) - 1;
  };
  for (const { field, fn } of columns) {
    const [source, another] = sources[fields.indexOf(field)]!;
    const name = CALLS[fn];
    if (another || name === undefined) return undefined;
    if (!source) plan.columns.push({ call: -1 });
    else if (source.scale === 1 && source.offset === 0) plan.columns.push({ call: call(`${name}(${identifier(source.key)})`) });
    else {
      const upcast = upcastOf(name, source);
      if (!upcast) return undefined;
      plan.columns.push({ call: call(`${upcast.name}(${identifier(source.key)})`), after: upcast.after });
    }
  }
  return plan;
}

/** A function of value × scale + offset, from a function of the values. */
function upcastOf(name: string, { scale, offset }: Source): { name: string; after: (value: number) => number } | undefined {
  const straight = (value: number): number => value * scale + offset;
  if (name === 'count') return { name, after: (value) => value };
  if (name === 'stddev') return { name, after: (value) => value * Math.abs(scale) };
  if (name === 'sum') return undefined;
  const turned = scale >= 0 ? name : name === 'min' ? 'max' : name === 'max' ? 'min' : name;
  return { name: turned, after: straight };
}

/** Statements sent at once. */
const STATEMENTS_MAX = 100;

async function* aggregates(place: Place, device: CatalogDevice, query: Range, { calls }: ServerPlan, segments: Segment[]) {
  if (calls.length === 0) return;
  const kinds = calls.map((call) => (/^(first|last)\("t\./.test(call) ? ('text' as const) : ('number' as const)));
  for (let from = 0; from < segments.length; from += STATEMENTS_MAX) {
    const some = segments.slice(from, from + STATEMENTS_MAX);
    const statements = some.map(({ range, step, offset }) => {
      const group = step === undefined ? '' : ` GROUP BY time(${step}ms, ${Math.round(offset! * 1_000)}u) fill(none)`;
      return `SELECT ${calls.join(', ')} FROM ${device.measurement} WHERE ${rowCondition(device, { ...range, asOf: query.asOf })}${group}`;
    });
    for await (const block of place.connection.query(place.database, statements.join(';'), kinds)) {
      yield { segment: some[block.statement]!, block };
    }
  }
}

class ServerWindows {
  private readonly windows: number[] = [];
  private readonly values: (number | string | null)[][];

  constructor(
    private readonly columns: WindowColumn[],
    private readonly plan: ServerPlan,
  ) {
    this.values = columns.map(() => []);
  }

  add(segment: Segment, time: Float64Array, given: SeriesColumn[]): void {
    for (const [row, at] of time.entries()) {
      // Without a window, the server names the time of what it found, or the beginning of the range.
      this.windows.push(segment.step === undefined ? segment.window : segment.window + Math.round((at - segment.start) / segment.step));
      for (const [i, { call, after }] of this.plan.columns.entries()) {
        const value = call < 0 ? null : given[call]![row]!;
        this.values[i]!.push(typeof value === 'number' && after ? after(value) : value);
      }
    }
  }

  end(): { windows: Float64Array; values: SeriesColumn[] } {
    const values = this.columns.map(({ kind }, i) =>
      kind === 'number' ? Float64Array.from(this.values[i]!, finite) : (this.values[i] as (string | null)[]),
    );
    return { windows: Float64Array.from(this.windows), values };
  }
}

function finite(value: number | string | null): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}
