/** One device of the list: name, latest values, last seen; live while it is in view. */
import type { DeviceView, FieldSchema } from '#contracts';
import { memo, useEffect, useState, useSyncExternalStore } from 'react';
import { Link } from 'wouter';
import { serverNow } from '../api/http.js';
import { useLatest } from '../api/queries.js';
import { LatestStore } from '../live/latest-store.js';
import { useLive } from '../live/use-live.js';
import { labelOf, showValue, summarise } from '../schema/values.js';
import { LastSeen } from '../device/last-seen.js';
import { useInView } from '../ui/use-in-view.js';
import { tagsShown } from './names.js';
import rows from '../ui/rows.module.css';
import css from './devices.module.css';

const SLOTS = 4;
const RATE_HZ = 1;

export const DeviceRow = memo(function DeviceRow({ device }: { device: DeviceView }) {
  const [ref, near] = useInView<HTMLLIElement>('100px');
  const [latest] = useState(() => new LatestStore());
  const answer = useLatest(device.deviceId, near);
  useEffect(() => {
    if (answer.data) latest.answered(answer.data);
    if (device.lastSeenAt) latest.sawAt(Date.parse(device.lastSeenAt));
  }, [answer.data, device.lastSeenAt, latest]);
  useLive(device.deviceId, RATE_HZ, { onReadings: (message) => latest.received(message, device.schema, serverNow()) }, near);
  const tags = tagsShown(device);
  const seenAt = useSyncExternalStore(latest.watch, latest.seenAt);
  return (
    <li className={`${rows.row} ${rows.leading} ${css.row}`} ref={ref} data-device={device.deviceId}>
      <div className={css.who}>
        <Link href={`/devices/${encodeURIComponent(device.deviceId)}`} className={`${rows.name} ${css.name}`} title={device.name}>
          {device.name}
        </Link>
        <span className={css.id}>{device.deviceId}</span>
        <span className={css.fields}>{summarise(device.schema.fields)}</span>
        {tags.length > 0 && (
          <span className={css.tags}>
            {tags.map(([name, value]) => (
              <span key={name} className={css.tag}>
                {name} <b>{value}</b>
              </span>
            ))}
          </span>
        )}
      </div>
      <Values device={device} latest={latest} />
      <LastSeen at={seenAt} />
    </li>
  );
});

function Values({ device, latest }: { device: DeviceView; latest: LatestStore }) {
  const values = useSyncExternalStore(latest.watch, latest.all);
  const shown = fitting(Object.entries(device.schema.fields).filter(([name]) => values[name]));
  return (
    <dl className={css.values}>
      {shown.map(([name, field]) => {
        const { text, unit } = showValue(values[name]?.value, field);
        return (
          <div key={name} style={{ gridColumn: `span ${slotsOf(field)}` }}>
            <dt>{labelOf(name, field)}</dt>
            <dd>
              {text} <small>{unit}</small>
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

/** A position or vector needs the room of two numbers. */
const slotsOf = (field: FieldSchema): number => (field.type === 'location' || field.type === 'vector' ? 2 : 1);

function fitting(fields: [string, FieldSchema][]): [string, FieldSchema][] {
  let slots = SLOTS;
  return fields.filter(([, field]) => {
    slots -= slotsOf(field);
    return slots >= 0;
  });
}
