/** Edits a device's name and tags. */
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { describeDevice } from '../api/actions.js';
import { TagsInput } from '../ui/tags-input.js';
import { ProblemNote } from '../ui/problem-note.js';
import { useDevicePage } from './device-context.js';

export function DescribeDialog({ close }: { close: () => void }) {
  const { device } = useDevicePage();
  const [name, setName] = useState(device.name);
  const [tags, setTags] = useState(device.tags);
  const saving = useMutation({ mutationFn: () => describeDevice(device.deviceId, { name: name.trim(), tags }), onSuccess: close });
  return (
    <Modal opened onClose={close} title="Name and tags" centered>
      <form
        style={{ display: 'grid', gap: 16 }}
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <TagsInput value={tags} onChange={setTags} />
        <ProblemNote error={saving.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={saving.isPending}>
            Save
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
