/** A moment in the chosen zone. */
import { DateTimePicker } from '@mantine/dates';
import '@mantine/dates/styles.layer.css';
import { asLocal, asMoment } from '../time/moment.js';
import { useZone } from '../time/zone.js';

interface MomentFieldProps {
  label: string;
  value: number | undefined;
  change: (value: number | undefined) => void;
  error?: string;
}

export default function MomentField({ label, value, change, error }: MomentFieldProps) {
  const { zone } = useZone();
  return (
    <DateTimePicker
      label={label}
      description={`In ${zone}.`}
      valueFormat="YYYY-MM-DD HH:mm"
      value={value === undefined ? null : asLocal(value, zone)}
      onChange={(text) => change(asMoment(text, zone))}
      error={error}
    />
  );
}
