/** The readings that a result was computed from, as a picture of them. */
import type { AnalysisView, SeriesView } from '#contracts';
import { useMemo } from 'react';
import { useDevice, useSeries } from '../api/queries.js';
import { columnsOf } from '../charts/use-live-columns.js';
import { useRhythm } from '../charts/use-rhythm.js';
import { symbolOf } from '../schema/units.js';
import { toPoints, type Point } from '../charts/points.js';
import type { TimeLines } from './time-plot.js';

const POINTS = 3_000;

export interface Readings {
  view: SeriesView | undefined;
  error: Error | null;
}

/** Of one input, over the time it was read; `parts` of the field, or itself. */
export function useReadings(analysis: AnalysisView, deviceId: string, parts: string[]): Readings {
  const span = useMemo(() => spanOf(analysis, deviceId), [analysis, deviceId]);
  const asked = { fields: parts, from: span?.from ?? 0, to: (span?.to ?? 1) + 1, points: POINTS, method: 'lttb' };
  const answer = useSeries(deviceId, asked, span !== undefined);
  return { view: answer.data, error: answer.error };
}

export function spanOf({ lineage }: AnalysisView, deviceId?: string): { from: number; to: number } | undefined {
  const own = lineage.inputs.filter((input) => deviceId === undefined || input.deviceId === deviceId);
  const times = own.flatMap(({ firstAt, lastAt }) => (firstAt && lastAt ? [Date.parse(firstAt), Date.parse(lastAt)] : []));
  return times.length === 0 ? undefined : { from: Math.min(...times), to: Math.max(...times) };
}

/** As points, and as what a chart draws; nothing until it is known how. */
export function useMeasured(view: SeriesView | undefined, part: string): { data: Point[]; measured: TimeLines; isPending: boolean } {
  const parts = useMemo(() => [part], [part]);
  const events = useRhythm(view, parts);
  const isPending = events === undefined;
  const data = useMemo(() => (view && !isPending ? toPoints(view.time, columnsOf(view)[part] ?? []) : []), [view, part, isPending]);
  const measured = useMemo(
    () => ({ time: data.map(({ x }) => x), columns: { [part]: data.map(({ y }) => y) }, events }),
    [data, part, events],
  );
  return { data, measured, isPending };
}

/** What is known of the unit of a field, or of a part of one. */
export function useUnit(deviceId: string, field: string): string {
  const device = useDevice(deviceId);
  const fields = device.data?.schema.fields ?? {};
  const own = fields[field] ?? fields[field.slice(0, Math.max(0, field.lastIndexOf('.')))];
  return own && 'unit' in own ? symbolOf(own.unit) : '';
}
