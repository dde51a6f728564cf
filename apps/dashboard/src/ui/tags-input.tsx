/** Tags as `name: value` pairs, typed as text. */
import { TagsInput as MantineTagsInput } from '@mantine/core';
import { useState } from 'react';

type Tags = Record<string, string>;

interface TagsInputProps {
  value: Tags;
  onChange: (tags: Tags) => void;
  description?: string;
}

export function TagsInput({ value, onChange, description = 'name: value, then Enter. For finding and grouping devices.' }: TagsInputProps) {
  const [bad, setBad] = useState<string>();
  return (
    <MantineTagsInput
      label="Tags"
      description={description}
      placeholder={Object.keys(value).length === 0 ? 'site: Zurich' : undefined}
      value={Object.entries(value).map(([name, text]) => `${name}: ${text}`)}
      error={bad}
      onChange={(entries) => {
        const pairs = entries.map(readTag);
        const unread = entries.find((_, at) => !pairs[at]);
        setBad(unread ? `“${unread}” needs a name and a value, like site: Zurich` : undefined);
        onChange(Object.fromEntries(pairs.filter((pair) => pair !== undefined)));
      }}
    />
  );
}

function readTag(text: string): [name: string, value: string] | undefined {
  const [, name, value] = /^\s*([^:=]+?)\s*[:=]\s*(.+?)\s*$/.exec(text) ?? [];
  return name && value ? [name, value] : undefined;
}
