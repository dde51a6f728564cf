/** Results of locations on the map: the way there was, trips and stops or passages on it, and the same as a table. */
import type { AnalysisView, OperationView, ResultSeriesView } from '#contracts';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useCanvasTheme } from '../charts/theme.js';
import { columnsOf } from '../charts/use-live-columns.js';
import { toTrack, type TrackPoint } from '../map/track.js';
import { pictureOfMap, useResultMap } from '../map/use-result-map.js';
import { useZone } from '../time/zone.js';
import { Figure } from './figure.js';
import { marksOf, tripLines, placesOfRow, saidOfPlaces } from './places.js';
import { PlacesTable } from './places-table.js';
import { TimeResult } from './time-results.js';
import { useReadings } from './use-readings.js';
import css from './results.module.css';

export default function PlacesResult({ analysis, operation }: { analysis: AnalysisView; operation: OperationView }) {
  return analysis.result?.series.map((series) => (
    <OnePlaces key={`${series.deviceId} ${series.field}`} analysis={analysis} operation={operation} series={series} />
  ));
}

function OnePlaces({ analysis, operation, series }: { analysis: AnalysisView; operation: OperationView; series: ResultSeriesView }) {
  const element = useRef<HTMLDivElement>(null);
  const map = useResultMap(element);
  const theme = useCanvasTheme();
  const { zone } = useZone();
  const [picked, setPicked] = useState<number>();
  const track = useTrack(analysis, series);
  const isEach = operation.rows === 'each';
  useEffect(() => {
    const marks = isEach ? [] : marksOf(series, { theme, zone, picked, pick: setPicked });
    const lines = [
      { points: track, color: isEach ? (theme.series[4] ?? '') : theme.line, weight: 2.5 },
      ...(isEach ? [] : tripLines(series, track, { theme, zone, picked, pick: setPicked })),
    ];
    map?.show(lines, marks, areaOf(analysis));
  }, [map, series, track, theme, zone, picked, isEach, analysis]);
  useEffect(() => map?.fit(), [map, track, series]);
  const choose = (row: number): void => {
    setPicked(row);
    map?.goTo(placesOfRow(series, row));
  };
  const title = `${operation.label} of ${series.deviceId}`;
  const picture = () => pictureOfMap(map, element.current);
  return (
    <>
      <Figure
        title={title}
        about={saidOfPlaces(operation, series, analysis.result?.summary ?? {})}
        of={{ analysis, operation }}
        picture={picture}
      >
        <div ref={element} className={css.map} role="region" aria-label={`Map: ${title}`} />
        {!isEach && series.time.length > 0 && <PlacesTable {...{ analysis, operation, series, picked }} pick={choose} />}
      </Figure>
      {isEach && <TimeResult analysis={analysis} operation={operation} series={series} />}
    </>
  );
}

function useTrack(analysis: AnalysisView, { deviceId, field }: ResultSeriesView): TrackPoint[] {
  const [lat, lon] = [`${field}.lat`, `${field}.lon`];
  const { view } = useReadings(analysis, deviceId, [lat, lon]);
  return useMemo(() => (view ? toTrack(view.time, columnsOf(view)[lat] ?? [], columnsOf(view)[lon] ?? []) : []), [view, lat, lon]);
}

function areaOf({ params }: AnalysisView): [number, number][] | undefined {
  const polygon = params['polygon'];
  return Array.isArray(polygon) ? (polygon as [number, number][]) : undefined;
}
