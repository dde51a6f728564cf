/** A schema to read: a line a field. */
import type { DeviceSchema, FieldSchema } from '#contracts';
import { symbolOf } from '../schema/units.js';
import { TableFrame } from '../ui/table-frame.js';
import { counted } from '../ui/number-text.js';
import ui from '../ui/ui.module.css';

export function SchemaTable({ schema }: { schema: DeviceSchema }) {
  return (
    <>
      <TableFrame label="Fields of the schema" style={{ maxHeight: 640 }}>
        <table className={ui.table}>
          <thead>
            <tr>
              {['Field', 'Label', 'Type', 'Unit', 'Allowed', 'Required'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(schema.fields).map(([name, field]) => (
              <tr key={name}>
                <td>
                  <code>{name}</code>
                </td>
                <td>{field.label ?? ''}</td>
                <td>
                  {field.type}
                  {'counter' in field && field.counter ? ', counter' : ''}
                </td>
                <td>
                  {field.unit && (
                    <>
                      {symbolOf(field.unit)}{' '}
                      {symbolOf(field.unit) !== field.unit && <code style={{ color: 'var(--ink-3)' }}>{field.unit}</code>}
                    </>
                  )}
                </td>
                <td>{allowed(field)}</td>
                <td>{field.required ? 'yes' : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableFrame>
      <p style={{ color: 'var(--ink-3)', padding: '10px 2px', fontSize: '0.9rem' }}>
        A reading with other fields is {schema.unknownFields === 'ignore' ? 'taken without them' : 'refused'}.
      </p>
    </>
  );
}

function allowed(field: FieldSchema): string {
  if (field.type === 'enum') return field.values.join(', ');
  if (field.type === 'string') return field.maxLength === undefined ? '' : `at most ${counted(field.maxLength, 'character')}`;
  const axes = field.type === 'vector' ? `axes ${field.axes.join(', ')}` : '';
  const { min, max } = field as { min?: number; max?: number };
  const range =
    min !== undefined && max !== undefined
      ? `${min} to ${max}`
      : min !== undefined
        ? `from ${min}`
        : max !== undefined
          ? `up to ${max}`
          : '';
  return [axes, range].filter(Boolean).join('; ');
}
