/** Adds an operation to the chart of one field. */
import type { FieldSchema, OperationView } from '#contracts';
import { Button, Checkbox, Modal, Select } from '@mantine/core';
import { IconMathFunction } from '@tabler/icons-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useOperations } from '../api/analyses.js';
import { readParams, type TypedParams } from '../analyses/form-model.js';
import { Explained } from '../analyses/explained.js';
import { ParameterFields } from '../analyses/parameter-fields.js';
import { useDevicePage } from '../device/device-context.js';
import { labelOf } from '../schema/values.js';
import { focusFirstError } from '../ui/focus-first-error.js';
import { PageLoading } from '../ui/page-loading.js';
import { ProblemNote } from '../ui/problem-note.js';
import { fitsField, wantsPast, type ChartOperation } from './model.js';

interface AddOperationProps {
  name: string;
  field: FieldSchema;
  add: (operation: ChartOperation) => void;
}

export function AddOperation({ name, field, add }: AddOperationProps) {
  const [open, setOpen] = useState(false);
  const label = labelOf(name, field);
  return (
    <>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconMathFunction size={15} />}
        onClick={() => setOpen(true)}
        aria-label={`Add an operation to ${label}`}
      >
        Operation
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} title={`Add an operation to ${label}`} size="lg">
        <AddForm name={name} field={field} add={add} close={() => setOpen(false)} />
      </Modal>
    </>
  );
}

function AddForm({ name, field, add, close }: AddOperationProps & { close: () => void }) {
  const operations = useOperations();
  const { device } = useDevicePage();
  const [chosen, setChosen] = useState<OperationView>();
  const [typed, setTyped] = useState<TypedParams>({});
  const [past, setPast] = useState(false);
  const [tried, setTried] = useState(false);
  const select = useRef<HTMLInputElement>(null);
  // The dialog may be open before there is anything to choose from.
  useEffect(() => select.current?.focus(), [operations.isPending]);
  if (operations.isPending) return <PageLoading />;
  if (operations.error) return <ProblemNote error={operations.error} retry={() => void operations.refetch()} />;
  const fitting = operations.data.filter((operation) => fitsField(operation, field));
  const read = chosen && readParams(chosen, typed);
  const choose = (wanted: string | null): void => {
    const next = fitting.find((operation) => operation.name === wanted);
    setChosen(next);
    setTyped({});
    setTried(false);
    setPast(next !== undefined && wantsPast(next));
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (!chosen || !read || Object.keys(read.wrong).length > 0) return focusFirstError();
    add({ field: name, operation: chosen.name, params: read.params, past });
    close();
  };
  return (
    <form onSubmit={submit} noValidate style={{ display: 'grid', gap: 16 }}>
      <Select
        label="Operation"
        data={fitting.map((operation) => ({ value: operation.name, label: operation.label }))}
        value={chosen?.name ?? null}
        onChange={choose}
        searchable
        allowDeselect={false}
        placeholder="Choose"
        nothingFoundMessage="No such operation"
        maxDropdownHeight={320}
        checkIconPosition="right"
        ref={select}
        openOnFocus={false}
        data-autofocus
      />
      {chosen && (
        <>
          <Explained operation={chosen} />
          <ParameterFields
            operation={chosen}
            typed={typed}
            change={(parameter, value) => setTyped((now) => ({ ...now, [parameter]: value }))}
            wrong={tried ? (read?.wrong ?? {}) : {}}
            deviceIds={[device.deviceId]}
          />
          <Checkbox
            label="Take in all readings before the time shown, too"
            description="What learns from the past is surer the more it has of it. Without this, it is computed of what the chart shows."
            checked={past}
            onChange={({ currentTarget }) => setPast(currentTarget.checked)}
          />
        </>
      )}
      <Button type="submit" disabled={!chosen} style={{ justifySelf: 'start' }}>
        Add it
      </Button>
    </form>
  );
}
