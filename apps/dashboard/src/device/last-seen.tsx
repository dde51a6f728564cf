/** “3 s ago”, kept true by a tick; live, quiet or stale at a glance and in words. */
import { useTick } from '../live/use-live.js';
import { serverNow } from '../api/http.js';
import { ago, exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import css from './device.module.css';

const LIVE_MS = 60_000;
const STALE_MS = 3_600_000;

export function LastSeen({ at, prefix }: { at: number | undefined; prefix?: string }) {
  useTick(1_000);
  const { zone } = useZone();
  if (at === undefined)
    return (
      <span className={css.seen} data-state="never">
        No reading yet
      </span>
    );
  const now = serverNow();
  const age = now - at;
  const state = age < LIVE_MS ? 'live' : age < STALE_MS ? 'quiet' : 'stale';
  return (
    <span className={css.seen} data-state={state} title={exactTime(at, zone)}>
      <i aria-hidden />
      <span>
        {prefix}
        {ago(Math.min(at, now), now)}
      </span>
      <span className="sr-only">{state === 'live' ? ', live' : `, ${state}`}</span>
    </span>
  );
}
