/** One field of a schema: what its type has, and nothing else. */
import { ActionIcon, Autocomplete, Checkbox, NativeSelect, TagsInput, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { memo } from 'react';
import { UNITS } from '../schema/units.js';
import { FIELD_TYPES, has, type FieldRow } from './model.js';
import css from './schema-form.module.css';

interface FieldRowProps {
  row: FieldRow;
  errors: Record<string, string>;
  onChange: (row: FieldRow) => void;
  onRemove: () => void;
  onUp?: () => void;
  onDown?: () => void;
}

export const FieldRowForm = memo(function FieldRowForm({ row, errors, onChange, onRemove, onUp, onDown }: FieldRowProps) {
  const title = row.name.trim() || 'new field';
  const set = (part: Partial<FieldRow>): void => onChange({ ...row, ...part });
  const text = (member: 'name' | 'label' | 'min' | 'max' | 'precision' | 'maxLength', label: string, placeholder?: string) => (
    <TextInput
      label={label}
      placeholder={placeholder}
      size="sm"
      value={row[member]}
      error={errors[member]}
      inputMode={member === 'name' || member === 'label' ? undefined : 'decimal'}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => set({ [member]: event.currentTarget.value })}
    />
  );
  return (
    <li className={css.row} aria-label={`Field ${title}`}>
      <div className={css.main}>
        {text('name', 'Name', 'temperature')}
        <NativeSelect
          label="Type"
          size="sm"
          data={FIELD_TYPES}
          value={row.type}
          error={errors['type']}
          onChange={(event) => set({ type: event.currentTarget.value as FieldRow['type'] })}
        />
        {has.unit(row.type) && <UnitInput value={row.unit} error={errors['unit']} onChange={(unit) => set({ unit })} />}
        {has.range(row.type) && text('min', 'Min')}
        {has.range(row.type) && text('max', 'Max')}
        {row.type === 'string' && text('maxLength', 'Max length')}
        {row.type === 'enum' && (
          <TagsInput
            className={css.list}
            label="Values"
            size="sm"
            placeholder={row.values.length === 0 ? 'ok, Enter, fault, Enter' : undefined}
            value={row.values}
            error={errors['values']}
            onChange={(values) => set({ values })}
            splitChars={[',']}
          />
        )}
        {row.type === 'vector' && (
          <TagsInput
            className={css.list}
            label="Axes"
            size="sm"
            value={row.axes}
            error={errors['axes']}
            onChange={(axes) => set({ axes })}
            splitChars={[',']}
          />
        )}
      </div>
      <div className={css.more}>
        {text('label', 'Label', 'shown instead of the name')}
        {has.precision(row.type) && text('precision', 'Decimals')}
        <div className={css.checks}>
          <Checkbox label="Required" checked={row.required} onChange={(event) => set({ required: event.currentTarget.checked })} />
          {has.counter(row.type) && (
            <Checkbox
              label="Counter"
              title="Only ever rises, but for a reset"
              checked={row.counter}
              onChange={(event) => set({ counter: event.currentTarget.checked })}
            />
          )}
        </div>
        <div className={css.buttons}>
          <ActionIcon variant="subtle" aria-label={`Move ${title} up`} disabled={!onUp} onClick={onUp}>
            <IconArrowUp size={17} />
          </ActionIcon>
          <ActionIcon variant="subtle" aria-label={`Move ${title} down`} disabled={!onDown} onClick={onDown}>
            <IconArrowDown size={17} />
          </ActionIcon>
          <ActionIcon variant="subtle" color="red" aria-label={`Remove ${title}`} onClick={onRemove}>
            <IconTrash size={17} />
          </ActionIcon>
        </div>
      </div>
      <OtherErrors errors={errors} />
    </li>
  );
});

const PLACED = new Set(['name', 'type', 'unit', 'min', 'max', 'maxLength', 'values', 'axes', 'label', 'precision']);

function OtherErrors({ errors }: { errors: Record<string, string> }) {
  const others = Object.entries(errors).filter(([member]) => !PLACED.has(member));
  return others.map(([member, message]) => (
    <p key={member} className={css.error} role="alert">
      {member}: {message}
    </p>
  ));
}

function UnitInput({ value, error, onChange }: { value: string; error?: string; onChange: (unit: string) => void }) {
  return (
    <Autocomplete
      label="Unit (UCUM)"
      placeholder="Cel"
      size="sm"
      data={UNITS.map((unit) => unit.code)}
      value={value}
      error={error}
      onChange={onChange}
      spellCheck={false}
      filter={({ options, search }) => {
        const wanted = search.trim().toLowerCase();
        return options.filter((option) => 'value' in option && describes(option.value, wanted));
      }}
      renderOption={({ option }) => {
        const unit = UNITS.find((each) => each.code === option.value);
        return (
          <span className={css.unit}>
            <code>{option.value}</code> <span>{unit?.symbol}</span> <small>{unit?.name}</small>
          </span>
        );
      }}
      comboboxProps={{ width: 300, position: 'bottom-start' }}
      maxDropdownHeight={280}
    />
  );
}

function describes(code: string, wanted: string): boolean {
  const unit = UNITS.find((each) => each.code === code);
  return [code, unit?.symbol ?? '', unit?.name ?? ''].some((text) => text.toLowerCase().includes(wanted));
}
