/** The raw readings of the shown time, as they were sent: a table, and a download. */
import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useReadings } from '../api/queries.js';
import { labelOf, showValue } from '../schema/values.js';
import { exactTime } from '../time/format.js';
import { fixed } from '../time/range.js';
import { useZone } from '../time/zone.js';
import { More } from '../ui/more.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { symbolOf } from '../schema/units.js';
import { CsvButton } from './csv-button.js';
import { useDevicePage } from './device-context.js';
import { RangeBar } from './range-bar.js';
import { TableFrame } from '../ui/table-frame.js';
import css from './readings.module.css';
import ui from '../ui/ui.module.css';

/** A table with more columns than this cannot be read; the download has them all. */
const COLUMNS_MAX = 40;

export default function ReadingsTab() {
  const { device, bounds } = useDevicePage();
  const { zone } = useZone();
  const range = useMemo(bounds, [bounds]);
  const readings = useReadings(device.deviceId, range);
  const fields = Object.entries(device.schema.fields).slice(0, COLUMNS_MAX);
  const items = readings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <RangeBar />
      {readings.error && <ProblemNote error={readings.error} retry={() => void readings.refetch()} />}
      {readings.isPending && <PageLoading />}
      {readings.data && (
        <>
          <div style={{ display: 'flex', justifyContent: 'space-between', gap: 16, padding: '2px 2px 10px', flexWrap: 'wrap' }}>
            <span style={{ color: 'var(--ink-3)', fontSize: '0.88rem' }}>Times in {zone}, in the order of device time</span>
            <CsvButton deviceId={device.deviceId} range={range} zone={zone} />
          </div>
          <TableFrame label="Readings">
            <table className={ui.table}>
              <thead>
                <tr>
                  <th scope="col" className={css.time}>
                    Time
                  </th>
                  {fields.map(([name, field]) => (
                    <th scope="col" key={name} className={ui.right}>
                      {labelOf(name, field)}{' '}
                      <span style={{ fontWeight: 400 }}>{field.type === 'location' ? '' : symbolOf(field.unit)}</span>
                    </th>
                  ))}
                  <th scope="col">Recorded at</th>
                  <th scope="col" className={ui.right}>
                    Seq
                  </th>
                </tr>
              </thead>
              <tbody>
                {items.map((item, at) => (
                  <tr key={`${item.position}-${at}`}>
                    <td className={css.time}>{exactTime(Date.parse(item.time), zone)}</td>
                    {fields.map(([name, field]) => (
                      <td key={name} className={ui.right}>
                        {item.values[name] === undefined || item.values[name] === null ? '' : showValue(item.values[name], field).text}
                      </td>
                    ))}
                    <td style={{ color: 'var(--ink-3)' }}>{exactTime(Date.parse(item.recordedAt), zone)}</td>
                    <td className={ui.right}>{item.seq ?? ''}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            {items.length === 0 && <NoReadings />}
          </TableFrame>
          {items.length > 0 && <More paged={readings} shown={items.length} what="reading" />}
        </>
      )}
    </>
  );
}

/** History sent today lies outside every time that ends now: leads there. */
function NoReadings() {
  const { device, bounds, setRange } = useDevicePage();
  const { zone } = useZone();
  const { from, to } = bounds();
  const newest = Date.parse(device.lastReadingAt ?? '');
  const isOutside = newest < from || newest > to;
  const span = to - from;
  return (
    <div className={css.none}>
      <span className="num">No readings in this time.{isOutside && ` The latest is of ${exactTime(newest, zone)}.`}</span>
      {isOutside && (
        <Button size="xs" variant="light" onClick={() => setRange(fixed(newest - span * 0.95, newest + span * 0.05))}>
          Show the time around it
        </Button>
      )}
    </div>
  );
}
