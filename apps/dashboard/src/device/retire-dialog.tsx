/** Asks before a device is retired: it cannot be undone, and its id stays taken. */
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { retireDevice } from '../api/actions.js';
import { ProblemNote } from '../ui/problem-note.js';
import { useDevicePage } from './device-context.js';

export function RetireDialog({ close }: { close: () => void }) {
  const { device } = useDevicePage();
  const [, go] = useLocation();
  const [typed, setTyped] = useState('');
  const retiring = useMutation({ mutationFn: () => retireDevice(device.deviceId), onSuccess: () => go('/') });
  return (
    <Modal opened onClose={close} title="Retire this device" centered>
      <form
        style={{ display: 'grid', gap: 14 }}
        onSubmit={(event) => {
          event.preventDefault();
          retiring.mutate();
        }}
      >
        <p>It takes no more readings and leaves your list. Its history stays in the log, and its id cannot be used again.</p>
        <TextInput
          label={`Type ${device.deviceId} to confirm`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-autofocus
          autoComplete="off"
        />
        <ProblemNote error={retiring.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" color="red" disabled={typed !== device.deviceId} loading={retiring.isPending}>
            Retire it
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
