/** The schema of the device: its versions, and the way to the next one. */
import type { DeviceSchema } from '#contracts';
import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { changeSchema } from '../api/actions.js';
import { ProblemError } from '../api/http.js';
import { useSchema } from '../api/queries.js';
import { checkDraft, draftOf, placeErrors, schemaOf, type SchemaErrors } from '../schema-form/model.js';
import { SchemaForm } from '../schema-form/schema-form.js';
import { SchemaTable } from '../schema-form/schema-table.js';
import { exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { PageLoading } from '../ui/page-loading.js';
import { focusFirstError } from '../ui/focus-first-error.js';
import { ProblemNote } from '../ui/problem-note.js';
import { useDevicePage } from './device-context.js';
import ui from '../ui/ui.module.css';

export default function SchemaTab() {
  const { device } = useDevicePage();
  const { zone } = useZone();
  const schema = useSchema(device.deviceId);
  const [editing, setEditing] = useState(false);
  if (schema.isPending) return <PageLoading />;
  if (schema.error) return <ProblemNote error={schema.error} retry={() => void schema.refetch()} />;
  const { schemaVersion, versions } = schema.data;
  const now = versions.find((version) => version.schemaVersion === schemaVersion);
  if (editing)
    return <Editor schema={schema.data.schema} schemaVersion={schemaVersion} etag={schema.data.etag} close={() => setEditing(false)} />;
  return (
    <>
      <Group justify="space-between" mb="md">
        <span>
          Version {schemaVersion}
          {now && <span style={{ color: 'var(--ink-3)' }}>, since {exactTime(Date.parse(now.registeredAt), zone)}</span>}
        </span>
        <Button variant="default" onClick={() => setEditing(true)}>
          Change the schema
        </Button>
      </Group>
      <SchemaTable schema={schema.data.schema} />
      {versions.length > 1 && (
        <section style={{ marginTop: 28 }}>
          <h2 style={{ marginBottom: 10 }}>Earlier versions</h2>
          {[...versions]
            .filter((version) => version.schemaVersion !== schemaVersion)
            .reverse()
            .map((version) => (
              <details key={version.schemaVersion} style={{ padding: '8px 0' }}>
                <summary style={{ cursor: 'pointer' }}>
                  Version {version.schemaVersion}, from {exactTime(Date.parse(version.registeredAt), zone)}
                </summary>
                <div style={{ paddingTop: 10 }}>
                  <SchemaTable schema={version.schema} />
                </div>
              </details>
            ))}
        </section>
      )}
    </>
  );
}

interface EditorProps {
  schema: DeviceSchema;
  schemaVersion: number;
  etag?: string;
  close: () => void;
}

function Editor({ schema, schemaVersion, etag, close }: EditorProps) {
  const { device } = useDevicePage();
  const [draft, setDraft] = useState(() => draftOf({ ...schema, upcasts: undefined }));
  const [errors, setErrors] = useState<SchemaErrors>({});
  const saving = useMutation({
    mutationFn: () => changeSchema(device.deviceId, schemaOf(draft), etag),
    onSuccess: close,
    onError: (error) => {
      setErrors(error instanceof ProblemError ? placeErrors(draft, error.problem['errors']) : {});
      focusFirstError();
    },
  });
  return (
    <form
      className={ui.card}
      style={{ display: 'grid', gap: 18 }}
      onSubmit={(event) => {
        event.preventDefault();
        const wrong = checkDraft(draft);
        setErrors(wrong);
        if (Object.keys(wrong).length === 0) saving.mutate();
        else focusFirstError();
      }}
    >
      <p style={{ color: 'var(--ink-2)' }}>
        This becomes version {schemaVersion + 1}. What was recorded under earlier versions stays as it is and stays readable; where a type
        or unit changes, say under “upcasts” in the JSON view how to read the old values.
      </p>
      <SchemaForm draft={draft} errors={errors} onChange={setDraft} />
      <ProblemNote error={saving.error} />
      <Group>
        <Button type="submit" loading={saving.isPending}>
          Register version {schemaVersion + 1}
        </Button>
        <Button variant="subtle" onClick={close}>
          Cancel
        </Button>
      </Group>
    </form>
  );
}
