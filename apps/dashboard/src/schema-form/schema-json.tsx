/** The schema as JSON, for reading, copying and pasting; what is valid goes into the rows at once. */
import { Textarea } from '@mantine/core';
import type { DeviceSchema } from '#contracts';
import { useState } from 'react';
import { draftOf, schemaOf, type SchemaDraft } from './model.js';

const FIELD_TYPES = new Set(['number', 'integer', 'boolean', 'string', 'enum', 'location', 'vector']);

export function SchemaJson({ draft, onChange }: { draft: SchemaDraft; onChange: (draft: SchemaDraft) => void }) {
  const [text, setText] = useState(() => JSON.stringify(schemaOf(draft), null, 2));
  const [wrong, setWrong] = useState<string>();
  return (
    <Textarea
      label="Schema as JSON"
      description="What POST /api/v1/devices takes under “schema”."
      autosize
      minRows={14}
      maxRows={34}
      spellCheck={false}
      styles={{ input: { fontFamily: 'var(--font-mono)', fontSize: '0.85rem', lineHeight: 1.6 } }}
      value={text}
      error={wrong}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        const read = readSchema(typed);
        if (typeof read === 'string') return setWrong(read);
        setWrong(undefined);
        onChange(draftOf(read));
      }}
    />
  );
}

/** A schema the form can hold, or why it is none; the finer rules are the server's. */
export function readSchema(text: string): DeviceSchema | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return `Not valid JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (!isObject(json) || !isObject(json['fields'])) return 'A schema is an object with an object under "fields".';
  for (const [name, field] of Object.entries(json['fields'])) {
    if (!isObject(field) || !FIELD_TYPES.has(String(field['type']))) return `"${name}" needs a type: ${[...FIELD_TYPES].join(', ')}.`;
    for (const list of ['values', 'axes']) if (list in field && !Array.isArray(field[list])) return `"${list}" of "${name}" is a list.`;
    if (field['type'] === 'enum' && !field['values']) return `"${name}" needs "values".`;
    if (field['type'] === 'vector' && !field['axes']) return `"${name}" needs "axes".`;
  }
  return json as unknown as DeviceSchema;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
