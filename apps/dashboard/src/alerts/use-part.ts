/** The readings of one part of a field over a time that stands still, as a chart takes them. */
import { useMemo } from 'react';
import { useSeries } from '../api/queries.js';
import type { LineSpec } from '../charts/chart-options.js';
import { useCanvasTheme } from '../charts/theme.js';
import { columnsOf } from '../charts/use-live-columns.js';
import { useMeasured, useUnit } from '../results/use-readings.js';

const POINTS = 1_500;

export interface PartShown {
  deviceId: string;
  part: string;
  from: number;
  to: number;
}

export function usePart({ deviceId, part, from, to }: PartShown, enabled = true) {
  const theme = useCanvasTheme();
  const unit = useUnit(deviceId, part);
  const answer = useSeries(deviceId, { fields: [part], from, to: to + 1, points: POINTS, method: 'lttb' }, enabled && part !== '');
  const color = theme.series[0] ?? '';
  const lines = useMemo((): LineSpec[] => [{ part, label: part, color }], [part, color]);
  // While another field is asked for, the answer that is kept is not of this one.
  const view = answer.data && part in columnsOf(answer.data) ? answer.data : undefined;
  const { data, measured, isPending } = useMeasured(view, part);
  // Of the time before, while the new one is asked for.
  const isOld = answer.isPlaceholderData;
  const values = useMemo(() => (isOld ? [] : data.map(({ y }) => y)), [data, isOld]);
  return { unit, lines, data, measured, values, pending: answer.isPending || isPending, error: answer.error, of: view?.of ?? 0 };
}
