/** Over which time: everything there is, or from, or to, or both. */
import { DateTimePicker } from '@mantine/dates';
import '@mantine/dates/styles.layer.css';
import { asLocal, asMoment } from '../time/moment.js';
import { useZone } from '../time/zone.js';
import css from './analyses.module.css';

export interface Range {
  from?: number;
  to?: number;
}

interface RangeFieldsProps {
  range: Range;
  change: (range: Range) => void;
  wrong?: string;
  /** A standing analysis has no end. */
  endless: boolean;
}

export default function RangeFields({ range, change, wrong, endless }: RangeFieldsProps) {
  const { zone } = useZone();
  const shared = { withSeconds: true, clearable: true, valueFormat: 'YYYY-MM-DD HH:mm:ss' };
  const text = (time: number | undefined): string | null => (time === undefined ? null : asLocal(time, zone));
  return (
    <div className={css.parameters}>
      <DateTimePicker
        {...shared}
        label="From"
        placeholder="the first reading"
        value={text(range.from)}
        onChange={(value) => change({ ...range, from: asMoment(value, zone) })}
        clearButtonProps={{ 'aria-label': 'From the first reading' }}
      />
      <DateTimePicker
        {...shared}
        label="To"
        placeholder={endless ? 'goes on' : 'the latest reading'}
        value={endless ? null : text(range.to)}
        disabled={endless}
        onChange={(value) => change({ ...range, to: asMoment(value, zone) })}
        clearButtonProps={{ 'aria-label': 'To the latest reading' }}
        error={wrong}
      />
      <small style={{ color: 'var(--ink-3)', gridColumn: '1 / -1' }}>In {zone}. Left empty: everything there is.</small>
    </div>
  );
}
