/** Creates an API key and shows it, once. */
import type { Scope } from '#contracts';
import { Button, Checkbox, Group, Modal, MultiSelect, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { createKey } from '../api/actions.js';
import { serverNow } from '../api/http.js';
import { useAllDevices, useMe } from '../api/queries.js';
import { CopyBlock } from '../ui/copy-block.js';
import { focusFirstError } from '../ui/focus-first-error.js';
import { ProblemNote } from '../ui/problem-note.js';

const SCOPES: { value: Scope; label: string; description: string }[] = [
  { value: 'write', label: 'write', description: 'Post readings' },
  { value: 'read', label: 'read', description: 'See devices, readings and live data' },
  { value: 'manage', label: 'manage', description: 'Add, change and retire devices; make and revoke keys' },
];

const DAY_MS = 86_400_000;
const EXPIRIES = [
  { value: '', label: 'Never' },
  { value: '1', label: 'In a day' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
];

export function NewKeyDialog({ close }: { close: () => void }) {
  const [made, setMade] = useState<string>();
  return (
    <Modal opened onClose={close} title={made ? 'The new key' : 'Create a key'} centered size={520} closeOnClickOutside={!made}>
      {made ? <Made apiKey={made} close={close} /> : <Form close={close} onMade={setMade} />}
    </Modal>
  );
}

function Form({ close, onMade }: { close: () => void; onMade: (key: string) => void }) {
  const me = useMe();
  const devices = useAllDevices();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(['write']);
  const [deviceIds, setDeviceIds] = useState<string[]>([]);
  const [days, setDays] = useState<string | null>('');
  const [tried, setTried] = useState(false);
  const creating = useMutation({
    mutationFn: () =>
      createKey({
        name: name.trim(),
        scopes: scopes as Scope[],
        deviceIds: deviceIds.length > 0 ? deviceIds : undefined,
        expiresAt: days ? new Date(serverNow() + Number(days) * DAY_MS).toISOString() : undefined,
      }),
    onSuccess: (key) => onMade(key.apiKey),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (name.trim() === '' || scopes.length === 0) focusFirstError();
    else creating.mutate();
  };
  const offered = me.data?.scopes.includes('operate')
    ? [
        ...SCOPES,
        { value: 'operate' as Scope, label: 'operate', description: 'See and rebuild projections; retry or drop parked commands' },
      ]
    : SCOPES;
  const known = devices.data ?? [];
  return (
    <form onSubmit={submit} noValidate style={{ display: 'grid', gap: 16 }}>
      <TextInput
        label="Name"
        description="What it is for, so that you know it when you see it again."
        required
        maxLength={128}
        error={tried && name.trim() === '' && 'This is needed.'}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <Checkbox.Group
        label="What it may do"
        value={scopes}
        onChange={setScopes}
        error={tried && scopes.length === 0 && 'Choose one at least.'}
      >
        <div style={{ display: 'grid', gap: 9, paddingTop: 8 }}>
          {offered.map(({ value, label, description }) => (
            <Checkbox key={value} value={value} label={label} description={description} />
          ))}
        </div>
      </Checkbox.Group>
      <MultiSelect
        label="Only for these devices"
        description="None chosen: all devices, also those to come."
        placeholder={deviceIds.length === 0 ? 'All devices' : undefined}
        data={known.map((device) => ({
          value: device.deviceId,
          label: device.name === device.deviceId ? device.name : `${device.name} (${device.deviceId})`,
        }))}
        value={deviceIds}
        onChange={setDeviceIds}
        searchable
        clearable
        limit={50}
        nothingFoundMessage="No such device"
      />
      <Select label="Expires" data={EXPIRIES} value={days} onChange={setDays} allowDeselect={false} />
      <ProblemNote error={creating.error} />
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          Cancel
        </Button>
        <Button type="submit" loading={creating.isPending}>
          Create the key
        </Button>
      </Group>
    </form>
  );
}

function Made({ apiKey, close }: { apiKey: string; close: () => void }) {
  return (
    <div style={{ display: 'grid', gap: 14 }}>
      <p>Copy it now: it is shown this once, and only its hash is kept.</p>
      <CopyBlock text={apiKey} label="API key" testId="new-key" wrap />
      <Button onClick={close} style={{ justifySelf: 'end' }}>
        I have copied it
      </Button>
    </div>
  );
}
