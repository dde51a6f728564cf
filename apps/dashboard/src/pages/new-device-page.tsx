/** Adds a device: who it is, and what it measures. */
import { Button, Group, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { createDevice } from '../api/actions.js';
import { ProblemError } from '../api/http.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { checkDraft, newDraft, placeErrors, schemaOf, type SchemaErrors } from '../schema-form/model.js';
import { PageHead } from '../ui/page-head.js';
import { focusFirstError } from '../ui/focus-first-error.js';
import { ProblemNote } from '../ui/problem-note.js';
import { TagsInput } from '../ui/tags-input.js';
import ui from '../ui/ui.module.css';

const DEVICE_ID = /^[A-Za-z0-9_.:-]{1,128}$/;

export default function NewDevicePage() {
  const [, go] = useLocation();
  const [name, setName] = useState('');
  const [deviceId, setDeviceId] = useState('');
  const [tags, setTags] = useState<Record<string, string>>({});
  const [draft, setDraft] = useState(newDraft);
  const [errors, setErrors] = useState<SchemaErrors>({});
  const badId = deviceId !== '' && !DEVICE_ID.test(deviceId) ? 'Letters, digits and _ . : - only, at most 128' : undefined;
  const creating = useMutation({
    mutationFn: () => createDevice({ name: name.trim(), deviceId: deviceId || undefined, tags, schema: schemaOf(draft) }),
    onSuccess: (made) => go(`/devices/${encodeURIComponent(made.deviceId)}/post`),
    onError: (error) => {
      setErrors(error instanceof ProblemError ? placeErrors(draft, error.problem['errors']) : {});
      focusFirstError();
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const wrong = checkDraft(draft);
    setErrors(wrong);
    if (Object.keys(wrong).length === 0 && !badId) creating.mutate();
    else focusFirstError();
  };
  return (
    <>
      <PageHead title="Add a device">
        <p>Describe what it measures. You can change this later; what was recorded before stays readable.</p>
      </PageHead>
      <form onSubmit={submit} noValidate={false} style={{ display: 'grid', gap: 16, maxWidth: 900 }}>
        <section className={ui.card} style={{ display: 'grid', gap: 14 }} aria-label="Device">
          <TextInput
            label="Name"
            required
            maxLength={256}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoFocus
          />
          <TextInput
            label="Id"
            description="What it is called in URLs. Leave it empty to be given one."
            value={deviceId}
            onChange={(event) => setDeviceId(event.currentTarget.value.trim())}
            error={badId}
            spellCheck={false}
            autoComplete="off"
          />
          <TagsInput value={tags} onChange={setTags} />
        </section>
        <section className={ui.card}>
          <h2 style={{ marginBottom: 14 }}>What it measures</h2>
          <SchemaForm draft={draft} errors={errors} onChange={setDraft} />
        </section>
        <ProblemNote error={creating.error} />
        {Object.keys(errors).length > 0 && !creating.error && (
          <p role="alert" style={{ color: 'var(--bad)' }}>
            Correct the fields marked above.
          </p>
        )}
        <Group>
          <Button type="submit" size="md" loading={creating.isPending}>
            Add the device
          </Button>
          <Button variant="subtle" size="md" onClick={() => go('/')}>
            Cancel
          </Button>
        </Group>
      </form>
    </>
  );
}
