/** Trips and stops, or passages, line by line; choosing one shows it on the map. */
import type { AnalysisView, OperationView, ResultSeriesView } from '#contracts';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { counted, countText, formatNumber } from '../ui/number-text.js';
import ui from '../ui/ui.module.css';
import { columnOf, numbersOf } from './csv.js';
import { lengthText, metresText } from './places.js';
import css from './results.module.css';

const SHOWN = 300;

interface PlacesTableProps {
  analysis: AnalysisView;
  operation: OperationView;
  series: ResultSeriesView;
  picked: number | undefined;
  pick: (row: number) => void;
}

export function PlacesTable({ analysis, operation, series, picked, pick }: PlacesTableProps) {
  const { zone } = useZone();
  const isTrips = Array.isArray(series['kind']);
  const column = (trips: string, passages: string): number[] => numbersOf(series, isTrips ? trips : passages);
  const [starts, ends, lengths] = [column('start', 'enter'), column('end', 'exit'), column('duration', 'dwell')];
  const [distances, speeds] = [numbersOf(series, 'distance'), numbersOf(series, 'speedMean')];
  const kinds = columnOf(series, 'kind');
  const wordOf = (row: number): string => (isTrips ? (kinds[row] === 'trip' ? 'Trip' : 'Stop') : 'Passage');
  const heads = ['', 'From', 'To', 'Length', ...(isTrips ? ['Distance', 'Mean speed'] : [])];
  const shown = Math.min(series.time.length, SHOWN);
  const of = (analysis.result?.series.length === 1 && analysis.result.reduced?.of) || series.time.length;
  return (
    <>
      <div className={css.scroll} tabIndex={0} role="region" aria-label={operation.label}>
        <table className={ui.table}>
          <thead>
            <tr>
              {heads.map((head) => (
                <th key={head} scope="col">
                  {head || <span className="sr-only">Kind</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {series.time.slice(0, SHOWN).map((time, row) => (
              <tr key={row} className={picked === row ? css.picked : undefined}>
                <td>
                  <button type="button" className={css.pick} onClick={() => pick(row)} aria-pressed={picked === row}>
                    {wordOf(row)} {row + 1}
                  </button>
                </td>
                <td>{exactTime(starts[row] ?? time, zone)}</td>
                <td>{Number.isNaN(ends[row] ?? NaN) ? 'still inside' : exactTime(ends[row] ?? NaN, zone)}</td>
                <td>{lengthText(lengths[row] ?? NaN)}</td>
                {isTrips && <td>{kinds[row] === 'trip' ? metresText(distances[row] ?? NaN) : ''}</td>}
                {isTrips && <td>{kinds[row] === 'trip' ? `${formatNumber((speeds[row] ?? NaN) * 3.6, 1)} km/h` : ''}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {of > shown && (
        <p className={css.hint}>
          {countText(shown)} of {counted(of, 'row')}; the CSV above has all.
        </p>
      )}
    </>
  );
}
