/** An input for each parameter of an operation, whatever its type: built from what `GET /operations` says, and from nothing else. */
import type { OperationView, ParameterView } from '#contracts';
import { Checkbox, Select, TextInput } from '@mantine/core';
import { Suspense } from 'react';
import { latePart } from '../parts/late-part.js';
import { typedOf, type Typed, type TypedParams } from './form-model.js';
import css from './analyses.module.css';

const PolygonInput = latePart(() => import('./polygon-input.js'));

export interface ParameterFieldsProps {
  operation: OperationView;
  typed: TypedParams;
  change: (name: string, value: Typed | undefined) => void;
  wrong: Record<string, string>;
  /** For a map to begin with: where these are. */
  deviceIds?: string[];
  narrow?: boolean;
}

export function ParameterFields({ operation, narrow, ...rest }: ParameterFieldsProps) {
  if (operation.parameters.length === 0) return <p>It has no parameters.</p>;
  return (
    <div className={css.parameters} data-narrow={narrow || undefined}>
      {operation.parameters.map((parameter) => (
        <Field key={`${operation.name} ${parameter.name}`} parameter={parameter} {...rest} />
      ))}
    </div>
  );
}

type FieldProps = Omit<ParameterFieldsProps, 'operation' | 'narrow'> & { parameter: ParameterView };

function Field({ parameter, typed, change, wrong, deviceIds }: FieldProps) {
  const { name, label, description, type, optional, choices = [] } = parameter;
  const value = name in typed ? typed[name] : typedOf(parameter);
  const shared = { label, description, error: wrong[name] };
  switch (type) {
    case 'boolean':
      return <Checkbox {...shared} checked={value === true} onChange={({ currentTarget: { checked } }) => change(name, checked)} />;
    case 'choice':
      return (
        <Select
          {...shared}
          data={choices}
          value={typeof value === 'string' ? value : null}
          onChange={(choice) => change(name, choice ?? undefined)}
          allowDeselect={false}
          clearable={optional}
          checkIconPosition="right"
        />
      );
    case 'polygon':
      return (
        <div className={css.wide}>
          <Suspense fallback={null}>
            <PolygonInput
              {...shared}
              corners={isCorners(value) ? value : []}
              change={(corners) => change(name, corners)}
              deviceIds={deviceIds ?? []}
            />
          </Suspense>
        </div>
      );
    default:
      return (
        <TextInput
          {...shared}
          value={typeof value === 'string' ? value : ''}
          onChange={({ currentTarget }) => change(name, currentTarget.value)}
          placeholder={placeholderOf(parameter)}
          inputMode={type === 'number' ? 'decimal' : type === 'integer' ? 'numeric' : undefined}
          rightSection={parameter.unit && <span style={{ color: 'var(--ink-3)', fontSize: '0.85rem' }}>{parameter.unit}</span>}
        />
      );
  }
}

const isCorners = (value: Typed | undefined): value is [number, number][] => Array.isArray(value);

function placeholderOf({ type, optional }: ParameterView): string | undefined {
  if (type === 'duration') return optional ? 'such as 5m, or empty' : 'such as 5m';
  if (type === 'numbers') return 'such as 5, 50, 95';
  return optional ? 'empty: found by itself' : undefined;
}
