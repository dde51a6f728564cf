/** Keeps the notifications of a rule back for a while, with a reason; or ends that. */
import { Button, Select, TextInput } from '@mantine/core';
import { Suspense, useState } from 'react';
import { silenceRule } from '../api/alerts.js';
import { serverNow } from '../api/http.js';
import { latePart } from '../parts/late-part.js';
import { minuteTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';

const MomentField = latePart(() => import('./moment-field.js'));

const LENGTHS = [
  { value: '3600000', label: '1 hour' },
  { value: '14400000', label: '4 hours' },
  { value: '86400000', label: '1 day' },
  { value: '604800000', label: '1 week' },
  { value: 'until', label: 'until …' },
];
const REASON_MAX = 1_000;

interface SilenceButtonProps {
  ruleId: string;
  name: string;
  silenced: boolean;
  size?: 'compact-sm' | 'sm';
}

export function SilenceButton({ ruleId, name, silenced, size = 'compact-sm' }: SilenceButtonProps) {
  const [open, setOpen] = useState(false);
  const close = (): void => setOpen(false);
  return (
    <>
      <Button
        size={size}
        variant="default"
        onClick={() => setOpen(true)}
        aria-label={`${silenced ? 'End the silence of' : 'Silence'} ${name}`}
      >
        {silenced ? 'End silence' : 'Silence'}
      </Button>
      {open &&
        (silenced ? <EndDialog ruleId={ruleId} name={name} close={close} /> : <SilenceDialog ruleId={ruleId} name={name} close={close} />)}
    </>
  );
}

interface DialogProps {
  ruleId: string;
  name: string;
  close: () => void;
}

function SilenceDialog({ ruleId, name, close }: DialogProps) {
  const { zone } = useZone();
  const [length, setLength] = useState('14400000');
  const [moment, setMoment] = useState<number>();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const [opened] = useState(serverNow);
  const until = length === 'until' ? moment : opened + Number(length);
  const wrong = { until: until === undefined || until <= opened, reason: reason.trim() === '' };
  const ready = (): boolean => {
    setTried(true);
    return !wrong.until && !wrong.reason;
  };
  const act = (): Promise<void> => silenceRule(ruleId, until ?? opened, reason.trim());
  return (
    <ConfirmDialog title={`Silence ${name}`} action="Silence the rule" act={act} ready={ready} close={close}>
      <p>Nobody is notified of its alerts for that long. They are raised and shown all the same.</p>
      <TextInput
        label="Reason"
        value={reason}
        maxLength={REASON_MAX}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
        error={tried && wrong.reason ? 'Say why: others wonder where the notifications are.' : undefined}
        data-autofocus
      />
      <Select
        label="For how long"
        data={LENGTHS}
        value={length}
        onChange={(value) => value && setLength(value)}
        allowDeselect={false}
        checkIconPosition="right"
        description={length !== 'until' && until ? `until ${minuteTime(until, zone)}` : undefined}
      />
      {length === 'until' && (
        <Suspense fallback={null}>
          <MomentField label="Until" value={moment} change={setMoment} error={tried && wrong.until ? 'A time to come.' : undefined} />
        </Suspense>
      )}
    </ConfirmDialog>
  );
}

function EndDialog({ ruleId, name, close }: DialogProps) {
  const act = (): Promise<void> => silenceRule(ruleId, serverNow() - 1_000, 'The silence was ended.');
  return (
    <ConfirmDialog title={`End the silence of ${name}`} action="End the silence" act={act} close={close}>
      <p>From now on its alerts are notified of again.</p>
    </ConfirmDialog>
  );
}
