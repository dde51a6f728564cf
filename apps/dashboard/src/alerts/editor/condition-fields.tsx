/** The inputs of one condition, by its type. */
import type { Comparison } from '#contracts';
import { COMPARISONS } from '#contracts';
import { Select, TextInput } from '@mantine/core';
import { Suspense } from 'react';
import { latePart } from '../../parts/late-part.js';
import { OPS } from '../words.js';
import type { ConditionDraft, ConditionTexts, Wrong } from './condition-draft.js';
import { fieldsOffered, unitOffered, type FieldKind, type OfferedFields } from './offered-fields.js';
import { wrongAt } from './rule-draft.js';
import { ORDER } from './order.js';
import css from './editor.module.css';

const PolygonInput = latePart(() => import('../../analyses/polygon-input.js'));

export interface ConditionFieldsProps {
  draft: ConditionDraft;
  /** As the api calls it: `condition.of.1`. */
  path: string;
  change: (draft: ConditionDraft) => void;
  wrong: Wrong;
  offered: OfferedFields;
}

export function ConditionFields(props: ConditionFieldsProps) {
  const { draft } = props;
  switch (draft.type) {
    case 'threshold':
      return (
        <div className={css.inputs}>
          <FieldInput {...props} />
          <Bound {...props} />
          <Text {...props} member="clear" label="Until (hysteresis)" description="Where it ends; empty: at the threshold." number />
        </div>
      );
    case 'range':
      return (
        <div className={css.inputs}>
          <FieldInput {...props} />
          <Text {...props} member="min" label="Lower bound" number />
          <Text {...props} member="max" label="Upper bound" number />
          <Text {...props} member="hysteresis" label="Hysteresis" description="How far back inside it must come to end." number />
        </div>
      );
    case 'rate':
      return (
        <div className={css.inputs}>
          <FieldInput {...props} />
          <Bound {...props} label="Change" />
          <Text {...props} member="per" label="Per" placeholder="1m" />
          <Text {...props} member="over" label="Measured over" description="Empty: since the reading before." placeholder="such as 10m" />
        </div>
      );
    case 'geofence':
      return <Area {...props} />;
    case 'no-data':
      return (
        <div className={css.inputs}>
          <FieldInput {...props} kind="any" optional />
          <Text {...props} member="within" label="For" placeholder="10m" />
        </div>
      );
    case 'anomaly':
      return (
        <div className={css.inputs}>
          <FieldInput {...props} />
          <Text {...props} member="score" label="Score of at least" description="0: usual, 1: nothing like it was seen." number />
        </div>
      );
    case 'forecast':
      return (
        <div className={css.inputs}>
          <FieldInput {...props} />
          <Bound {...props} />
          <Text {...props} member="within" label="Within" placeholder="1h" />
          <Text
            {...props}
            member="halfLife"
            place="params.halfLife"
            label="Half-life"
            description="After it a reading counts half; empty: a quarter of it."
            placeholder="such as 15m"
          />
        </div>
      );
    case 'compare':
      return <Sides {...props} />;
    default:
      return null;
  }
}

/** Bounds of one field mean nothing for another. */
const WITHOUT_BOUNDS = { value: '', clear: '', min: '', max: '', hysteresis: '' };

/** Which field, of those the devices have. */
function FieldInput({
  draft,
  path,
  change,
  wrong,
  offered,
  kind = 'number',
  optional,
}: ConditionFieldsProps & { kind?: FieldKind; optional?: boolean }) {
  return (
    <Select
      label="Field"
      data={fieldsOffered(offered.looked, kind, draft.field)}
      value={draft.field || null}
      onChange={(field) => change({ ...draft, ...WITHOUT_BOUNDS, field: field ?? '' })}
      placeholder={optional ? 'any field' : 'Choose'}
      clearable={optional}
      allowDeselect={false}
      searchable
      limit={200}
      nothingFoundMessage="No such field"
      checkIconPosition="right"
      error={wrongAt(wrong, `${path}.field`)}
      className={css.whole}
    />
  );
}

/** `> 30`, the comparison and the number in one line. */
function Bound({ label = 'Threshold', ...props }: ConditionFieldsProps & { label?: string }) {
  return (
    <div className={css.bound}>
      <Op {...props} />
      <Text {...props} member="value" label={label} number />
    </div>
  );
}

function Op({ draft, path, change, wrong }: ConditionFieldsProps) {
  return (
    <Select
      label="Is"
      data={COMPARISONS.map((value) => ({ value, label: OPS[value] }))}
      value={draft.op}
      onChange={(op) => op && change({ ...draft, op: op as Comparison })}
      allowDeselect={false}
      checkIconPosition="right"
      error={wrongAt(wrong, `${path}.op`)}
    />
  );
}

interface TextProps extends ConditionFieldsProps {
  member: keyof ConditionTexts & keyof ConditionDraft;
  /** As the api calls it, where that differs. */
  place?: string;
  label: string;
  description?: string;
  placeholder?: string;
  number?: boolean;
}

function Text({ draft, path, change, wrong, offered, member, place = member, label, description, placeholder, number }: TextProps) {
  const unit = number && member !== 'score' ? unitOffered(offered.looked, draft.field) : '';
  return (
    <TextInput
      label={label}
      description={description}
      placeholder={placeholder}
      value={draft[member]}
      onChange={({ currentTarget }) => change({ ...draft, [member]: currentTarget.value })}
      inputMode={number ? 'decimal' : undefined}
      error={wrongAt(wrong, `${path}.${place}`)}
      inputWrapperOrder={ORDER}
      rightSection={unit ? <span className={css.unit}>{unit}</span> : undefined}
      rightSectionWidth={unit.length > 2 ? 58 : 38}
      rightSectionPointerEvents="none"
      autoComplete="off"
    />
  );
}

function Area(props: ConditionFieldsProps) {
  const { draft, path, change, wrong, offered } = props;
  return (
    <>
      <div className={css.inputs}>
        <FieldInput {...props} kind="location" />
        <Select
          label="Is"
          data={[
            { value: 'outside', label: 'outside of the area' },
            { value: 'inside', label: 'inside of the area' },
          ]}
          value={draft.when}
          onChange={(when) => when && change({ ...draft, when: when as ConditionDraft['when'] })}
          allowDeselect={false}
          checkIconPosition="right"
        />
      </div>
      <Suspense fallback={null}>
        <PolygonInput
          label="Area"
          description="Around where the devices were in their last month."
          error={wrongAt(wrong, `${path}.polygon`, true)}
          corners={draft.polygon}
          change={(polygon) => change({ ...draft, polygon })}
          deviceIds={offered.looked.map(({ deviceId }) => deviceId)}
        />
      </Suspense>
    </>
  );
}

function Sides(props: ConditionFieldsProps) {
  const { draft, path, change, wrong, offered } = props;
  const sides = [
    { title: 'This', field: 'field', deviceId: 'deviceId', place: 'left' },
    { title: 'With', field: 'rightField', deviceId: 'rightDeviceId', place: 'right' },
  ] as const;
  const own = { value: '', label: 'the device itself' };
  return (
    <>
      {sides.map(({ title, field, deviceId, place }, at) => (
        <div key={place} className={css.inputs}>
          <Select
            label={`${title} field`}
            data={fieldsOffered(
              draft[deviceId] ? offered.devices.filter((one) => one.deviceId === draft[deviceId]) : offered.looked,
              'number',
              draft[field],
            )}
            value={draft[field] || null}
            onChange={(name) => change({ ...draft, [field]: name ?? '' })}
            placeholder="Choose"
            allowDeselect={false}
            searchable
            limit={200}
            checkIconPosition="right"
            error={wrongAt(wrong, `${path}.${place}.field`)}
          />
          <Select
            label="of"
            data={[own, ...offered.devices.map(({ deviceId: value, name }) => ({ value, label: name }))]}
            value={draft[deviceId]}
            onChange={(id) => change({ ...draft, [deviceId]: id ?? '' })}
            allowDeselect={false}
            searchable
            limit={100}
            checkIconPosition="right"
            error={wrongAt(wrong, `${path}.${place}.deviceId`)}
          />
          {at === 0 && <Op {...props} />}
          {at === 1 && <Text {...props} member="offset" label="Plus" description="Empty: nothing." number />}
        </div>
      ))}
    </>
  );
}
