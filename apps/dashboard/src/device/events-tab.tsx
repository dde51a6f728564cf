/** Everything that happened to the device, the newest first, with what the log holds of it. */
import type { EventsView } from '#contracts';
import { useEvents } from '../api/queries.js';
import { counted, countText, positionText } from '../ui/number-text.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { More } from '../ui/more.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { useDevicePage } from './device-context.js';
import rows from '../ui/rows.module.css';
import css from './history.module.css';

type Event = EventsView['items'][number];

export default function EventsTab() {
  const { device } = useDevicePage();
  const { zone } = useZone();
  const events = useEvents(device.deviceId);
  if (events.isPending) return <PageLoading />;
  if (events.error) return <ProblemNote error={events.error} retry={() => void events.refetch()} />;
  const items = events.data.pages.flatMap((page) => page.items);
  return (
    <>
      <p className={css.order}>The newest first.</p>
      <ul className={rows.list} aria-label="Events">
        {items.map((event) => (
          <li key={event.position} className={`${rows.row} ${css.item}`}>
            <div className={css.head}>
              <span className={css.type}>{event.type}</span>
              <span>{summary(event)}</span>
              <span className={css.position}>
                position {positionText(event.position)}, revision {countText(event.revision)}
              </span>
              <time dateTime={event.recordedAt}>{exactTime(Date.parse(event.recordedAt), zone)}</time>
            </div>
            <details>
              <summary>What the log holds</summary>
              <pre className={css.json}>{JSON.stringify({ data: event.data, metadata: event.metadata }, null, 1)}</pre>
            </details>
          </li>
        ))}
      </ul>
      <More paged={events} shown={items.length} what="event" />
    </>
  );
}

interface Known {
  time?: unknown[];
  readings?: unknown[];
  count?: number;
  schemaVersion?: number;
  name?: string;
}

function summary({ type, data }: Event): string {
  const known = (data ?? {}) as Known;
  switch (type) {
    case 'ReadingsReceived':
      return counted(known.time?.length ?? 0, 'reading');
    case 'ReadingsRejected':
      return `${counted(known.readings?.length ?? 0, 'reading')} refused`;
    case 'DuplicatesDiscarded':
      return counted(known.count ?? 0, 'duplicate');
    case 'SchemaRegistered':
      return `schema version ${known.schemaVersion ?? '?'}`;
    case 'DeviceRegistered':
    case 'DeviceDescribed':
      return known.name ?? '';
    default:
      return '';
  }
}
