/** Stretches over time where there is no line to draw them on. */
import type { Band } from '../charts/marks.js';
import { TimeTicks } from '../charts/time-ticks.js';
import { counted } from '../ui/number-text.js';
import css from '../charts/panel.module.css';

interface FiringStripProps {
  label: string;
  from: number;
  to: number;
  bands: readonly Band[];
}

const WIDTH = 1_000;
const LANE_PX = 8;

export function FiringStrip({ label, from, to, bands }: FiringStripProps) {
  const scale = WIDTH / Math.max(1, to - from);
  const x = (time: number): number => (Math.min(to, Math.max(from, time)) - from) * scale;
  return (
    <div className={css.strip}>
      <svg
        viewBox={`0 0 ${WIDTH} 40`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${counted(bands.length, 'stretch', 'stretches')}`}
      >
        <rect width={WIDTH} height="40" fill="var(--inset)" />
        {bands
          .filter((band) => band.to >= from && band.from <= to)
          .map((band, at) => (
            <rect
              key={at}
              x={x(band.from)}
              width={Math.max(2, x(band.to) - x(band.from))}
              y={band.lane === undefined ? 0 : 2 + band.lane * LANE_PX}
              height={band.lane === undefined ? 40 : LANE_PX - 2}
              fill={band.color}
              opacity={band.lane !== undefined ? 1 : band.faint ? 0.15 : 0.5}
            />
          ))}
      </svg>
      <TimeTicks from={from} to={to} />
    </div>
  );
}
