/** Any result as rows and columns. */
import type { AnalysisView, OperationView, ResultSeriesView } from '#contracts';
import { useState } from 'react';
import { Button } from '@mantine/core';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { counted, countText, formatNumber } from '../ui/number-text.js';
import ui from '../ui/ui.module.css';
import { headUnit } from './column-unit.js';
import { columnOf } from './csv.js';
import { Figure } from './figure.js';
import { useUnit } from './use-readings.js';
import css from './results.module.css';

const PAGE = 100;

export function RowsFigure({ analysis, operation }: { analysis: AnalysisView; operation: OperationView }) {
  const series = analysis.result?.series ?? [];
  const count = series.reduce((sum, { time }) => sum + time.length, 0);
  const all = analysis.result?.reduced?.of;
  const rows = all ? `${countText(count)} of ${counted(all, 'row')}` : counted(count, 'row');
  return (
    <Figure
      title="Rows"
      about={`${rows} of ${series.length === 1 ? 'one field' : `${series.length} fields`}${all ? '; its CSV has all' : ''}`}
      of={{ analysis, operation }}
    >
      <RowsTable analysis={analysis} operation={operation} series={series} />
    </Figure>
  );
}

interface RowsTableProps {
  analysis: AnalysisView;
  operation: OperationView;
  series: readonly ResultSeriesView[];
}

export function RowsTable({ analysis, operation, series }: RowsTableProps) {
  const [shown, setShown] = useState(PAGE);
  const rows = series.flatMap((one) => one.time.map((_, at) => ({ one, at }))).slice(0, shown);
  const all = series.reduce((sum, { time }) => sum + time.length, 0);
  const hasTimes = all < 2 || series.some(({ time }) => time[0] !== time.at(-1));
  const isRight = (kind: string): string | undefined => (kind === 'number' ? ui.right : undefined);
  return (
    <>
      <div className={css.scroll} tabIndex={0} role="region" aria-label="Rows of the result">
        <table className={ui.table}>
          <thead>
            <tr>
              {hasTimes && <th scope="col">Time</th>}
              {series.length > 1 && <th scope="col">Field</th>}
              {operation.columns.map(({ name, label, kind }) => (
                <th key={name} scope="col" className={isRight(kind)}>
                  {label} {series.length === 1 && series[0] && <Unit {...{ analysis, operation, name }} series={series[0]} />}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ one, at }) => (
              <tr key={`${one.deviceId} ${one.field} ${at}`}>
                {hasTimes && (
                  <td>
                    <Moment time={one.time[at] ?? NaN} />
                  </td>
                )}
                {series.length > 1 && (
                  <td>
                    {one.deviceId} {one.field} <UnitOfField series={one} />
                  </td>
                )}
                {operation.columns.map(({ name, kind }) => (
                  <td key={name} className={isRight(kind)}>
                    <Value value={columnOf(one, name)[at]} isTime={kind === 'time'} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {all > shown && (
        <div className={css.hint}>
          <span>
            {countText(rows.length)} of {counted(all, 'row')} shown
          </span>
          <Button size="compact-xs" variant="default" onClick={() => setShown(shown + 5 * PAGE)}>
            Show more
          </Button>
        </div>
      )}
    </>
  );
}

function Unit({ analysis, operation, name, series }: Omit<RowsTableProps, 'series'> & { name: string; series: ResultSeriesView }) {
  const ofField = useUnit(series.deviceId, series.field);
  return <span style={{ fontWeight: 400 }}>{headUnit(name, ofField, operation, analysis)}</span>;
}

/** Of several fields, each may have its own. */
function UnitOfField({ series: { deviceId, field } }: { series: ResultSeriesView }) {
  const unit = useUnit(deviceId, field);
  return unit && <span style={{ color: 'var(--ink-3)' }}>in {unit}</span>;
}

function Moment({ time }: { time: number }) {
  const { zone } = useZone();
  return exactTime(time, zone);
}

function Value({ value, isTime }: { value: string | number | boolean | null | undefined; isTime: boolean }) {
  if (value === null || value === undefined) return '–';
  if (isTime) return <Moment time={Number(value)} />;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'number' ? formatNumber(value) : value;
}
