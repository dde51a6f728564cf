/** Says that somebody sees to an alert. */
import type { AlertView } from '#contracts';
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { acknowledgeAlert } from '../api/alerts.js';
import { ConfirmDialog } from '../ui/confirm-dialog.js';

const NOTE_MAX = 1_000;

export function AcknowledgeButton({ alert, size = 'compact-sm' }: { alert: AlertView; size?: 'compact-sm' | 'sm' }) {
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
  if (alert.state !== 'firing' || alert.acknowledgement) return null;
  return (
    <>
      <Button size={size} variant="default" onClick={() => setOpen(true)} aria-label={`Acknowledge ${alert.name} of ${alert.deviceId}`}>
        Acknowledge
      </Button>
      {open && (
        <ConfirmDialog
          title={`Acknowledge ${alert.name}`}
          action="I see to it"
          act={() => acknowledgeAlert(alert.alertId, note)}
          close={() => setOpen(false)}
        >
          <p>Notifications of it are not repeated. It goes on firing until its condition no longer holds.</p>
          <Textarea
            label="Note"
            description="What is being done, for whoever looks next. May be empty."
            value={note}
            maxLength={NOTE_MAX}
            autosize
            minRows={2}
            data-autofocus
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </ConfirmDialog>
      )}
    </>
  );
}
