/** Times below a strip, in the chosen zone. */
import { useZone } from '../time/zone.js';
import { ticksBetween } from '../time/ticks.js';
import { useWidth } from '../ui/use-width.js';
import css from './panel.module.css';

const COUNT = 5;

export function TimeTicks({ from, to }: { from: number; to: number }) {
  const { zone } = useZone();
  const [box, width] = useWidth<HTMLDivElement>();
  return (
    <div className={css.ticks} ref={box} aria-hidden>
      {ticksBetween(from, to, zone, COUNT).map(({ time, label }) => (
        <span key={time} data-edge={edgeOf((time - from) / (to - from), width)} style={{ left: `${((time - from) / (to - from)) * 100}%` }}>
          {label}
        </span>
      ))}
    </div>
  );
}

/** A label nearer to an edge than this would be cut. */
const EDGE_PX = 30;

/** Which edge a label keeps to, rather than stand in the middle of its place. */
function edgeOf(share: number, width: number): 'start' | 'end' | undefined {
  if (share * width < EDGE_PX) return 'start';
  return (1 - share) * width < EDGE_PX ? 'end' : undefined;
}
