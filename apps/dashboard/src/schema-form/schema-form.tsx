/** Describes what a device measures: as rows, or as the JSON they are; each view edits the same draft. */
import { Button, Radio, SegmentedControl } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { FieldRowForm } from './field-row-form.js';
import { newRow, type FieldRow, type SchemaDraft, type SchemaErrors } from './model.js';
import { SchemaJson } from './schema-json.js';
import { TEMPLATES } from './templates.js';
import { counted } from '../ui/number-text.js';
import css from './schema-form.module.css';

export interface SchemaFormProps {
  draft: SchemaDraft;
  errors: SchemaErrors;
  onChange: (draft: SchemaDraft) => void;
}

/** Rows beyond this are drawn a part at a time: a schema may have a thousand fields. */
const ROWS_STEP = 50;

export function SchemaForm({ draft, errors, onChange }: SchemaFormProps) {
  const [view, setView] = useState('rows');
  const general = Object.entries(errors[''] ?? {});
  return (
    <section className={css.form} aria-label="Schema">
      <div className={css.top}>
        <SegmentedControl
          size="xs"
          value={view}
          onChange={setView}
          data={[
            { value: 'rows', label: 'Fields' },
            { value: 'json', label: 'JSON' },
          ]}
          aria-label="View of the schema"
        />
        {view === 'rows' && <Templates draft={draft} onChange={onChange} />}
      </div>
      {general.map(([path, message]) => (
        <p key={path} className={css.error} role="alert">
          {path}: {message}
        </p>
      ))}
      {view === 'rows' ? <Rows draft={draft} errors={errors} onChange={onChange} /> : <SchemaJson draft={draft} onChange={onChange} />}
      <Radio.Group
        label="A reading with a field that is not in the schema"
        value={draft.unknownFields}
        onChange={(value) => onChange({ ...draft, unknownFields: value as SchemaDraft['unknownFields'] })}
      >
        <div className={css.policies}>
          <Radio value="reject" label="is refused, so that a misspelt field is noticed" />
          <Radio value="ignore" label="is taken without that field" />
        </div>
      </Radio.Group>
    </section>
  );
}

function Rows({ draft, errors, onChange }: SchemaFormProps) {
  const [limit, setLimit] = useState(ROWS_STEP);
  const put = (rows: FieldRow[]): void => onChange({ ...draft, rows });
  const change = (row: FieldRow): void => put(draft.rows.map((each) => (each.key === row.key ? row : each)));
  const move = (at: number, by: number): void => {
    const rows = [...draft.rows];
    const [row] = rows.splice(at, 1);
    if (row) rows.splice(at + by, 0, row);
    put(rows);
  };
  return (
    <>
      <ol className={css.rows}>
        {draft.rows.slice(0, limit).map((row, at) => (
          <FieldRowForm
            key={row.key}
            row={row}
            errors={errors[row.key] ?? {}}
            onChange={change}
            onRemove={() => put(draft.rows.filter((each) => each.key !== row.key))}
            onUp={at > 0 ? () => move(at, -1) : undefined}
            onDown={at < draft.rows.length - 1 ? () => move(at, 1) : undefined}
          />
        ))}
      </ol>
      {draft.rows.length > limit && (
        <Button variant="subtle" size="xs" onClick={() => setLimit(limit + ROWS_STEP)}>
          Show {Math.min(ROWS_STEP, draft.rows.length - limit)} more of {counted(draft.rows.length, 'field')}
        </Button>
      )}
      <Button
        variant="default"
        size="sm"
        leftSection={<IconPlus size={16} />}
        onClick={() => {
          setLimit(Math.max(limit, draft.rows.length + 1));
          put([...draft.rows, newRow()]);
        }}
        style={{ justifySelf: 'start' }}
      >
        Add a field
      </Button>
    </>
  );
}

function Templates({ draft, onChange }: { draft: SchemaDraft; onChange: (draft: SchemaDraft) => void }) {
  return (
    <div className={css.templates} role="group" aria-label="Add well-known fields">
      <span>Add:</span>
      {TEMPLATES.map(({ label, rows }) => (
        <Button
          key={label}
          size="compact-xs"
          variant="light"
          onClick={() => {
            const taken = new Set(draft.rows.map((row) => row.name));
            const kept = draft.rows.filter((row) => row.name.trim() !== '');
            onChange({ ...draft, rows: [...kept, ...rows.filter((row) => !taken.has(row.name ?? '')).map((row) => newRow(row))] });
          }}
        >
          {label}
        </Button>
      ))}
    </div>
  );
}
