/** The readings around an alert: a chart a field with its bounds, a map for an area, the stretch in which it fired. */
import type { AlertRule, AlertView, DeviceView } from '#contracts';
import { useEffect, useMemo, useRef, useState } from 'react';
import { queryClient } from '../api/client.js';
import { useDevice } from '../api/queries.js';
import { PlotMessage } from '../charts/plot-message.js';
import { useCanvasTheme } from '../charts/theme.js';
import { useDeviceNames } from '../devices/names.js';
import { useLive } from '../live/use-live.js';
import { csvOf } from '../results/csv.js';
import { Figure } from '../results/figure.js';
import { pictureOfCanvas } from '../results/save-picture.js';
import { TimePlot } from '../results/time-plot.js';
import { counted, formatNumber } from '../ui/number-text.js';
import { minuteTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { AlertMap, type AroundAlert } from './alert-map.js';
import { colorOf } from './gravity.js';
import { looksAt, namedIn, numericParts, type LookedAt } from './looks-at.js';
import { around } from './preview-range.js';
import { stretchOf, tinted } from './stretches.js';
import { usePart } from './use-part.js';
import { useWords } from './use-words.js';
import css from './alert.module.css';

/** `rule`: as it was when the alert fired. */
export default function AlertFigures({ alert, rule }: { alert: AlertView; rule: AlertRule | undefined }) {
  const device = useDevice(alert.deviceId);
  const { since, clearedAt } = alert;
  const last = useLastReading(alert, device.data);
  const window = useMemo(() => around(Date.parse(since), clearedAt ? Date.parse(clearedAt) : last), [since, clearedAt, last]);
  if (!device.data) return null;
  const looked = rule ? looksAt(rule.condition, alert.deviceId) : named(alert, device.data);
  const shown = looked.length > 0 ? looked : anyField(device.data);
  return (
    <>
      {shown.map((one) => {
        const key = `${one.deviceId} ${one.field}`;
        const own = { alert, looked: one, ...window };
        return isPlace(one, device.data) ? <AlertMap key={key} {...own} /> : <FieldFigure key={key} {...own} />;
      })}
      {!rule && <p className={css.quiet}>The rule of then cannot be read: its bounds are not drawn.</p>}
    </>
  );
}

const LIVE_HZ = 0.5;

/** While it fires, what is shown follows what arrives. */
function useLastReading({ deviceId, state, since }: AlertView, device: DeviceView | undefined): number {
  const [seen, setSeen] = useState(Date.parse(since));
  const firing = state === 'firing';
  useLive(deviceId, LIVE_HZ, { onReadings: ({ time }) => setSeen((before) => Math.max(before, ...time)) }, firing);
  useEffect(() => {
    // What is known of the device may be a few seconds old.
    if (firing) void queryClient.invalidateQueries({ queryKey: ['device', deviceId], exact: true });
  }, [firing, deviceId]);
  return Math.max(seen, Date.parse(device?.lastReadingAt ?? since));
}

const named = ({ cause, deviceId }: AlertView, { schema }: DeviceView): LookedAt[] =>
  namedIn(cause, schema.fields).map((field) => ({ deviceId, field, bounds: [] }));

const anyField = ({ deviceId, schema }: DeviceView): LookedAt[] =>
  numericParts(schema.fields)
    .slice(0, 1)
    .map((field) => ({ deviceId, field, bounds: [] }));

const isPlace = ({ area, field }: LookedAt, { schema }: DeviceView): boolean =>
  area !== undefined || schema.fields[field]?.type === 'location';

function FieldFigure({ alert, looked, from, to }: AroundAlert & { looked: LookedAt }) {
  const { deviceId, field, bounds } = looked;
  const nameOf = useDeviceNames();
  const theme = useCanvasTheme();
  const color = colorOf(alert.severity, theme);
  const { zone } = useZone();
  const canvas = useRef<HTMLCanvasElement>(null);
  const { lines, measured, unit, data, pending, error, of } = usePart({ deviceId, part: field, from, to });
  const marks = useMemo(
    () => ({
      bands: tinted(stretchOf(alert), color),
      bounds: bounds.map(({ value, kind }) => ({
        value,
        color,
        dashed: kind === 'clear',
        label: `${kind === 'clear' ? 'until ' : ''}${formatNumber(value)}${unit ? ` ${unit}` : ''}`,
      })),
    }),
    [alert, bounds, color, unit],
  );
  const label = useWords()(deviceId).get(field)?.label ?? field;
  const title = deviceId === alert.deviceId ? label : `${label} of ${nameOf(deviceId)}`;
  const keys = [
    { color: theme.series[0] ?? '', label },
    { color, label: alert.state === 'firing' ? 'fires' : 'fired' },
  ];
  const csv = (): string =>
    csvOf(
      ['time', 'device', field],
      data.map(({ x, y }) => [new Date(x).toISOString(), deviceId, y]),
    );
  return (
    <Figure
      title={title}
      about={`${alert.name}, ${minuteTime(from, zone)} – ${minuteTime(to, zone)}`}
      level={2}
      keys={keys}
      picture={() => (canvas.current ? pictureOfCanvas(canvas.current) : undefined)}
      csv={csv}
    >
      <div className={css.plot}>
        <TimePlot
          label={`${label} of ${nameOf(deviceId)} around the alert: ${counted(of, 'reading')}`}
          {...{ lines, measured, marks, canvas, from, to, unit }}
        />
        <PlotMessage pending={pending} error={error} empty={data.length === 0} />
      </div>
    </Figure>
  );
}
