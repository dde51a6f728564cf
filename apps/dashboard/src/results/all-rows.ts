/** The whole of a result, however long. */
import type { AnalysisResult, AnalysisView, ResultSeriesView } from '#contracts';
import { fetchAnalysis } from '../api/analyses.js';
import { columnOf } from './csv.js';

/** All rows: where one answer would be thinned, the range is halved until none is. */
export async function allRows(view: AnalysisView, signal: AbortSignal): Promise<ResultSeriesView[]> {
  const whole = await fetchAnalysis(view.analysisId, {}, signal);
  if (!whole.result?.reduced) return whole.result?.series ?? [];
  const times = whole.result.series.flatMap(({ time }) => [time[0] ?? Infinity, time.at(-1) ?? -Infinity]);
  const parts = await within(view.analysisId, Math.min(...times), Math.max(...times) + 1, signal);
  return whole.result.series.map((series) => joined(series, parts));
}

/** Shorter ranges than this are not told apart by their times; a thinned answer stays one. */
const SPAN_MIN_MS = 1;

async function within(analysisId: string, from: number, to: number, signal: AbortSignal): Promise<AnalysisResult[]> {
  const { result } = await fetchAnalysis(analysisId, { from, to }, signal);
  if (!result) return [];
  const middle = Math.floor((from + to) / 2);
  if (!result.reduced || to - from <= SPAN_MIN_MS || middle <= from) return [result];
  return [...(await within(analysisId, from, middle, signal)), ...(await within(analysisId, middle, to, signal))];
}

function joined(series: ResultSeriesView, parts: readonly AnalysisResult[]): ResultSeriesView {
  const own = parts.flatMap((part) => part.series.filter((one) => one.deviceId === series.deviceId && one.field === series.field));
  const whole: ResultSeriesView = { ...series, time: own.flatMap(({ time }) => time) };
  for (const [name, column] of Object.entries(series)) {
    if (Array.isArray(column) && name !== 'time') whole[name] = own.flatMap((one) => columnOf(one, name)) as number[];
  }
  return whole;
}
