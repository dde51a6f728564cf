/** The newest texts of a field, each with its time. */
import { useMemo } from 'react';
import { useLastTexts } from '../api/use-last-texts.js';
import { useDevicePage } from '../device/device-context.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { countText, counted } from '../ui/number-text.js';
import { PlotMessage } from './plot-message.js';
import { newestTexts, type TextRead } from './texts.js';
import css from './panel.module.css';

/** More are not scrolled through; the table of readings has all. */
const ROWS = 50;

export function TextList({ name, label, live }: { name: string; label: string; live: readonly TextRead[] }) {
  const { device, bounds } = useDevicePage();
  const { zone } = useZone();
  // What comes after it comes live.
  const asked = useMemo(bounds, [bounds]);
  const found = useLastTexts(device.deviceId, name, asked, ROWS);
  const { rows = [], of = 0, exact = true } = found.data ?? {};
  const came = live.filter(({ time }) => time > asked.to);
  const shown = newestTexts(rows, live, ROWS).filter(({ time }) => time >= bounds().from);
  return (
    <div className={css.texts}>
      {shown.length === 0 && <PlotMessage pending={found.isPending} error={found.error} empty />}
      <ol tabIndex={0} role="list" aria-label={`Newest texts of ${label}`}>
        {shown.map(({ time, text }, at) => (
          <li key={`${time} ${at}`}>
            <time dateTime={new Date(time).toISOString()}>{exactTime(time, zone)}</time>
            <span>{text}</span>
          </li>
        ))}
      </ol>
      {shown.length > 0 && (
        <p>
          {of + came.length > shown.length
            ? `The newest ${countText(shown.length)} of ${counted(of + came.length, 'reading')}`
            : `${counted(shown.length, 'reading')}, the newest first`}
          {!exact && '; of each stretch of time the last, at its beginning'}
        </p>
      )}
    </div>
  );
}
