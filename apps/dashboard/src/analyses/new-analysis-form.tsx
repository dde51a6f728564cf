/** The form of a new analysis, built from what `GET /operations` says. */
import type { AnalysisRequest, OperationView } from '#contracts';
import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Suspense, useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';
import { requestAnalysis } from '../api/analyses.js';
import { ProblemError } from '../api/http.js';
import { latePart } from '../parts/late-part.js';
import { focusFirstError } from '../ui/focus-first-error.js';
import { ProblemNote } from '../ui/problem-note.js';
import { Explained } from './explained.js';
import { readForm, readInputKey, type TypedParams } from './form-model.js';
import { InputsPicker } from './inputs-picker.js';
import { ParameterFields } from './parameter-fields.js';
import type { Range } from './range-fields.js';
import css from './analyses.module.css';

const RangeFields = latePart(() => import('./range-fields.js'));

export interface FormStart {
  operation?: string;
  deviceIds?: string[];
  inputs: string[];
  typed: TypedParams;
  range: Range;
  name: string;
  standing: boolean;
}

export function NewAnalysisForm({ operations, start }: { operations: OperationView[]; start: FormStart }) {
  const [, go] = useLocation();
  const [form, setForm] = useState({ ...start, deviceIds: start.deviceIds ?? deviceIdsIn(start.inputs) });
  const [tried, setTried] = useState(false);
  const change = (part: Partial<typeof form>): void => setForm((now) => ({ ...now, ...part }));
  const operation = operations.find(({ name }) => name === form.operation);
  const asking = useMutation({
    mutationFn: (request: AnalysisRequest) => requestAnalysis(request),
    onSuccess: ({ analysisId }) => go(`/analyses/${encodeURIComponent(analysisId)}`),
    onError: focusFirstError,
  });
  const standing = form.standing && operation?.online === true;
  const read = operation && readForm({ ...form, operation, standing });
  const wrong = { ...(tried && read?.wrong), ...refusedIn(asking.error) };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (read?.request) asking.mutate(read.request);
    else focusFirstError();
  };
  const choose = (name: string | null): void => {
    const next = operations.find((one) => one.name === name);
    const fits = next?.input.kind === operation?.input.kind;
    asking.reset();
    setTried(false);
    change({ operation: name ?? undefined, typed: {}, ...(operation && !fits && { deviceIds: [], inputs: [] }) });
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <fieldset className={css.step}>
        <legend>What to compute</legend>
        <Select
          label="Operation"
          data={operations.map(({ name, label }) => ({ value: name, label }))}
          value={form.operation ?? null}
          onChange={choose}
          searchable
          allowDeselect={false}
          placeholder="Choose"
          nothingFoundMessage="No such operation"
          maxDropdownHeight={420}
          checkIconPosition="right"
        />
        {operation && <Explained operation={operation} />}
      </fieldset>
      {operation && (
        <>
          <fieldset className={css.step}>
            <legend>Over what</legend>
            <InputsPicker
              {...{ operation, deviceIds: form.deviceIds, inputs: form.inputs, wrong: wrong['fields'] }}
              change={(deviceIds, inputs) => change({ deviceIds, inputs })}
            />
            <Suspense fallback={null}>
              <RangeFields range={form.range} change={(range) => change({ range })} wrong={wrong['to']} endless={standing} />
            </Suspense>
            {operation.online && (
              <Checkbox
                label="Goes on with every reading that comes"
                description="A standing analysis: it has its full past from the start, and follows until it is cancelled."
                checked={form.standing}
                onChange={({ currentTarget }) => change({ standing: currentTarget.checked })}
              />
            )}
          </fieldset>
          <fieldset className={css.step}>
            <legend>How</legend>
            <ParameterFields
              {...{ operation, typed: form.typed, wrong, deviceIds: form.deviceIds }}
              change={(name, value) => setForm((now) => ({ ...now, typed: { ...now.typed, [name]: value } }))}
            />
            <TextInput
              label="Name"
              description="To find it again by; optional."
              value={form.name}
              maxLength={200}
              onChange={({ currentTarget }) => change({ name: currentTarget.value })}
            />
          </fieldset>
        </>
      )}
      <ProblemNote error={asking.error} />
      <div className={css.actions}>
        <Button type="submit" disabled={!operation} loading={asking.isPending}>
          Compute it
        </Button>
        <Button variant="default" onClick={() => go('/analyses')}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

const deviceIdsIn = (inputs: readonly string[]): string[] => [...new Set(inputs.map((key) => readInputKey(key).deviceId))];

/** What the api refused, at the input that it names. */
function refusedIn(error: Error | null): Record<string, string> {
  const parameter = error instanceof ProblemError ? error.problem['parameter'] : undefined;
  return typeof parameter === 'string' ? { [parameter]: error?.message ?? '' } : {};
}
