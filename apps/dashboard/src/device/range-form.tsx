/** From and to, typed or picked, understood in the chosen time zone. */
import { Button } from '@mantine/core';
import { DateTimePicker } from '@mantine/dates';
import '@mantine/dates/styles.layer.css';
import { useState, type FormEvent } from 'react';
import { asLocal, asMoment } from '../time/moment.js';
import { fixed } from '../time/range.js';
import { useZone } from '../time/zone.js';
import { useDevicePage } from './device-context.js';

export default function RangeForm({ close }: { close: () => void }) {
  const { bounds, setRange } = useDevicePage();
  const { zone } = useZone();
  const [start] = useState(bounds);
  const [from, setFrom] = useState<string | null>(asLocal(start.from, zone));
  const [to, setTo] = useState<string | null>(asLocal(start.to, zone));
  const [fromMs, toMs] = [asMoment(from, zone), asMoment(to, zone)];
  const wrong =
    fromMs === undefined || toMs === undefined ? 'Both are needed.' : fromMs >= toMs ? 'The end must be after the start.' : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong || fromMs === undefined || toMs === undefined) return;
    setRange(fixed(fromMs, toMs));
    close();
  };
  return (
    <form onSubmit={submit} style={{ display: 'grid', gap: 12, width: 250 }}>
      <DateTimePicker
        label="From"
        value={from}
        onChange={setFrom}
        withSeconds
        valueFormat="YYYY-MM-DD HH:mm:ss"
        popoverProps={{ withinPortal: false }}
      />
      <DateTimePicker
        label="To"
        value={to}
        onChange={setTo}
        withSeconds
        valueFormat="YYYY-MM-DD HH:mm:ss"
        error={wrong}
        popoverProps={{ withinPortal: false }}
      />
      <small style={{ color: 'var(--ink-3)' }}>In {zone}</small>
      <Button type="submit" disabled={Boolean(wrong)}>
        Show this time
      </Button>
    </form>
  );
}
