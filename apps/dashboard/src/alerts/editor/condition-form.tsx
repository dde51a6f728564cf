/** What a rule looks for: one condition, or all or any of several. */
import { Button, Select } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { ConditionFields, type ConditionFieldsProps } from './condition-fields.js';
import { isGroup, newCondition, type ConditionDraft, type ConditionType } from './condition-draft.js';
import { wrongAt } from './rule-draft.js';
import css from './editor.module.css';

const TYPES: { value: ConditionType; label: string; about: string }[] = [
  { value: 'threshold', label: 'Threshold', about: 'The value is above, or below, a bound.' },
  { value: 'range', label: 'Range', about: 'The value leaves a range.' },
  { value: 'rate', label: 'Rate of change', about: 'The value changes faster than it should.' },
  { value: 'geofence', label: 'Area', about: 'The device is inside of an area, or leaves it.' },
  { value: 'no-data', label: 'No data', about: 'Nothing arrives for a while, by the clock of arrival.' },
  { value: 'anomaly', label: 'Anomaly', about: 'The value is unusual for this field, as the operation “Anomalies” scores it.' },
  { value: 'forecast', label: 'Forecast', about: 'By its trend, the value is going to cross a bound soon.' },
  { value: 'compare', label: 'Comparison', about: 'One field against another, of this device or of others.' },
  { value: 'all', label: 'All of several', about: 'Every one of these holds.' },
  { value: 'any', label: 'Any of several', about: 'At least one of these holds.' },
];

/** As deep as the api takes them. */
const DEPTH_MAX = 4;

interface ConditionFormProps extends ConditionFieldsProps {
  depth?: number;
}

export function ConditionForm({ draft, path, change, wrong, offered, depth = 1 }: ConditionFormProps) {
  const types = depth >= DEPTH_MAX ? TYPES.filter(({ value }) => !isGroup({ type: value })) : TYPES;
  const choose = (type: ConditionType): void => {
    const begins = isGroup({ type }) && draft.of.length === 0;
    change({ ...draft, type, ...(begins && { of: [newCondition({ ...draft, of: [] }), newCondition()] }) });
  };
  return (
    <>
      <Select
        label="When"
        data={types.map(({ value, label }) => ({ value, label }))}
        value={draft.type}
        onChange={(type) => type && choose(type as ConditionType)}
        description={types.find(({ value }) => value === draft.type)?.about}
        error={wrongAt(wrong, path) ?? wrongAt(wrong, `${path}.type`)}
        allowDeselect={false}
        checkIconPosition="right"
        maxDropdownHeight={380}
      />
      {isGroup(draft) ? (
        <Group {...{ draft, path, change, wrong, offered, depth }} />
      ) : (
        <ConditionFields {...{ draft, path, change, wrong, offered }} />
      )}
    </>
  );
}

function Group({ draft, path, change, wrong, offered, depth = 1 }: ConditionFormProps) {
  const put = (at: number, next: ConditionDraft): void => change({ ...draft, of: draft.of.map((each, i) => (i === at ? next : each)) });
  return (
    <div className={css.group}>
      {draft.of.map((each, at) => (
        <section key={each.key} className={css.nested} aria-label={`Condition ${at + 1}`}>
          <header>
            <span>
              {at > 0 && (draft.type === 'all' ? 'and ' : 'or ')}
              condition {at + 1}
            </span>
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              leftSection={<IconTrash size={14} />}
              disabled={draft.of.length === 1}
              onClick={() => change({ ...draft, of: draft.of.filter((_, i) => i !== at) })}
              aria-label={`Remove condition ${at + 1}`}
            >
              Remove
            </Button>
          </header>
          <ConditionForm
            draft={each}
            path={`${path}.of.${at}`}
            change={(next) => put(at, next)}
            wrong={wrong}
            offered={offered}
            depth={depth + 1}
          />
        </section>
      ))}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPlus size={14} />}
        style={{ justifySelf: 'start' }}
        onClick={() => change({ ...draft, of: [...draft.of, newCondition({ field: draft.of.at(-1)?.field ?? '' })] })}
      >
        Another condition
      </Button>
    </div>
  );
}
