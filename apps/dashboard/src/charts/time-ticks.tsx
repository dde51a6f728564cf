/** Times below a strip, in the chosen zone. */
import { minuteTime } from '../time/format.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import css from './panel.module.css';

const COUNT = 4;
const DAY_MS = 86_400_000;

export function TimeTicks({ from, to }: { from: number; to: number }) {
  const { zone } = useZone();
  const times = Array.from({ length: COUNT + 1 }, (_, at) => from + ((to - from) * at) / COUNT);
  return (
    <div className={css.ticks} aria-hidden>
      {times.map((time, at) => (
        <span key={at} style={{ left: `${(at * 100) / COUNT}%` }}>
          {label(time, to - from, zone)}
        </span>
      ))}
    </div>
  );
}

function label(time: number, span: number, zone: string): string {
  if (span >= 2 * DAY_MS) return minuteTime(time, zone).slice(5, 10);
  if (span >= 600_000) return minuteTime(time, zone).slice(11);
  return exactTime(time, zone).slice(11, 19);
}
