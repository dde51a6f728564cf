/** What was found strange, and why, in words. */
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { counted, formatNumber } from '../ui/number-text.js';
import ui from '../ui/ui.module.css';
import type { Stretch } from './overlays.js';
import css from './results.module.css';

const SHOWN = 200;

export function StretchTable({ stretches }: { stretches: readonly Stretch[] }) {
  const { zone } = useZone();
  if (stretches.length === 0) return <p className={css.hint}>Nothing strange was found in this time.</p>;
  return (
    <div className={css.scroll} tabIndex={0} role="region" aria-label="Anomalies">
      <table className={ui.table}>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Why</th>
            <th scope="col" className={ui.right}>
              Score
            </th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          {stretches.slice(0, SHOWN).map(({ from, to, score, why, detector, readings }) => (
            <tr key={from}>
              <td>{exactTime(from, zone)}</td>
              <td style={{ whiteSpace: 'normal', minWidth: 220 }}>
                {why} <span style={{ color: 'var(--ink-3)' }}>({detector})</span>
              </td>
              <td className={ui.right}>{formatNumber(score, 2)}</td>
              <td>{from === to ? 'one reading' : `${exactTime(to, zone)}, ${counted(readings, 'reading')}`}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {stretches.length > SHOWN && <p className={css.hint}>and {stretches.length - SHOWN} more in the CSV</p>}
    </div>
  );
}
