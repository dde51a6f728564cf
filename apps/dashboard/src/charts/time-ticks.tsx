/** Times below a strip, in the chosen zone. */
import { useZone } from '../time/zone.js';
import { ticksBetween } from '../time/ticks.js';
import css from './panel.module.css';

const COUNT = 5;

export function TimeTicks({ from, to }: { from: number; to: number }) {
  const { zone } = useZone();
  return (
    <div className={css.ticks} aria-hidden>
      {ticksBetween(from, to, zone, COUNT).map(({ time, label }) => (
        <span key={time} style={{ left: `${((time - from) / (to - from)) * 100}%` }}>
          {label}
        </span>
      ))}
    </div>
  );
}
