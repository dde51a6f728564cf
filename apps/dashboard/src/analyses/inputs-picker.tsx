/** Which fields of which devices an analysis reads: those that fit the operation. */
import type { OperationView } from '#contracts';
import { Button, MultiSelect } from '@mantine/core';
import { useMemo } from 'react';
import { useAllDevices } from '../api/queries.js';
import { labelOf } from '../schema/values.js';
import { ProblemNote } from '../ui/problem-note.js';
import { fieldsNeeded, fittingParts, inputKey, readInputKey } from './form-model.js';
import css from './analyses.module.css';

interface InputsPickerProps {
  operation: OperationView;
  deviceIds: string[];
  inputs: string[];
  change: (deviceIds: string[], inputs: string[]) => void;
  wrong?: string;
}

const KINDS = { number: 'a number', location: 'a location', vector: 'a vector' };

export function InputsPicker({ operation, deviceIds, inputs, change, wrong }: InputsPickerProps) {
  const devices = useAllDevices();
  const { kind, fieldsMax } = operation.input;
  const fitting = useMemo(() => {
    const all = (devices.data ?? []).map((device) => ({ device, parts: fittingParts(device.schema.fields, kind) }));
    return all.filter(({ parts }) => parts.length > 0);
  }, [devices.data, kind]);
  const groups = fitting
    .filter(({ device }) => deviceIds.includes(device.deviceId))
    .map(({ device, parts }) => ({
      group: device.name,
      items: parts.map((part) => ({
        value: inputKey(device.deviceId, part),
        label: deviceIds.length > 1 ? `${device.name}: ${partLabel(device.schema.fields, part)}` : partLabel(device.schema.fields, part),
      })),
    }));
  const offered = groups.flatMap(({ items }) => items.map(({ value }) => value));
  const pickDevices = (next: string[]): void => {
    const kept = inputs.filter((key) => next.includes(readInputKey(key).deviceId));
    // Where there is nothing to choose between, it is chosen.
    const added = fitting.flatMap(({ device: { deviceId }, parts: [only, ...more] }) =>
      next.includes(deviceId) && !deviceIds.includes(deviceId) && only !== undefined && more.length === 0 ? [inputKey(deviceId, only)] : [],
    );
    change(next, [...kept, ...added].slice(0, fieldsMax));
  };
  if (devices.error) return <ProblemNote error={devices.error} retry={() => void devices.refetch()} />;
  if (devices.data && fitting.length === 0) return <p>No device has a field that is {KINDS[kind]}, which this operation reads.</p>;
  return (
    <>
      <MultiSelect
        label="Devices"
        description={`Those that have a field that is ${KINDS[kind]}.`}
        data={fitting.map(({ device: { deviceId, name } }) => ({
          value: deviceId,
          label: name === deviceId ? name : `${name} (${deviceId})`,
        }))}
        value={deviceIds}
        onChange={pickDevices}
        searchable
        limit={100}
        nothingFoundMessage="No such device"
        placeholder={deviceIds.length === 0 ? 'Choose' : undefined}
      />
      <MultiSelect
        label="Fields"
        description={`${fieldsNeeded(operation)}${operation.input.fieldsMin === 2 && fieldsMax === 2 ? ' The second is held against the first.' : ''}`}
        data={groups}
        value={inputs.filter((key) => offered.includes(key) || !devices.data)}
        onChange={(next) => change(deviceIds, next)}
        maxValues={fieldsMax}
        searchable
        limit={200}
        disabled={deviceIds.length === 0}
        nothingFoundMessage="No such field"
        placeholder={inputs.length === 0 ? 'Choose' : undefined}
        error={wrong}
      />
      {offered.length > 1 && fieldsMax > 1 && (
        <div className={css.actions}>
          <Button
            size="compact-sm"
            variant="default"
            disabled={inputs.length >= Math.min(fieldsMax, offered.length)}
            onClick={() => change(deviceIds, [...inputs, ...offered.filter((key) => !inputs.includes(key))].slice(0, fieldsMax))}
          >
            All {Math.min(fieldsMax, offered.length)} fields
          </Button>
        </div>
      )}
    </>
  );
}

/** `Acceleration x` for `acceleration.x`. */
function partLabel(fields: Parameters<typeof fittingParts>[0], part: string): string {
  const dot = part.lastIndexOf('.');
  const own = fields[part];
  if (own || dot < 0) return labelOf(part, own);
  return `${labelOf(part.slice(0, dot), fields[part.slice(0, dot)])} ${part.slice(dot + 1)}`;
}
