/** A ruler from a field's minimum to its maximum with a mark where the value is. Drawn only where the schema names both. */
import type { FieldSchema } from '#contracts';

const TICKS = 20;

/** Without the pen where there is no value. */
export function Gauge({ value, field }: { value: number | undefined; field: FieldSchema }) {
  if (!('min' in field) || !('max' in field) || field.min === undefined || field.max === undefined || field.max <= field.min) return null;
  const at = value === undefined ? undefined : Math.max(0, Math.min(1, (value - field.min) / (field.max - field.min))) * 100;
  return (
    <svg
      viewBox="0 0 100 9"
      preserveAspectRatio="none"
      width="100%"
      height="9"
      aria-hidden
      style={{ display: 'block', margin: '3px 0 2px', overflow: 'visible' }}
    >
      {Array.from({ length: TICKS + 1 }, (_, tick) => (
        <line
          key={tick}
          x1={(tick * 100) / TICKS}
          x2={(tick * 100) / TICKS}
          y1={tick % 5 === 0 ? 2 : 5}
          y2="9"
          stroke={tick % 5 === 0 ? 'var(--line-strong)' : 'var(--line)'}
          strokeWidth="1"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {at !== undefined && (
        <line
          x1={at}
          x2={at}
          y1="0"
          y2="9"
          stroke="var(--accent)"
          strokeWidth="2.5"
          vectorEffect="non-scaling-stroke"
          strokeLinecap="round"
        />
      )}
    </svg>
  );
}
