/** On which devices a rule looks: those that are named, those that bear all of some tags, or all. */
import { MultiSelect } from '@mantine/core';
import type { DeviceView } from '#contracts';
import { TagsInput } from '../../ui/tags-input.js';
import type { Wrong } from './condition-draft.js';
import { wrongAt, type RuleDraft } from './rule-draft.js';
import css from './editor.module.css';

interface DevicesFormProps {
  draft: RuleDraft;
  change: (part: Partial<RuleDraft>) => void;
  wrong: Wrong;
  devices: readonly DeviceView[];
  looked: readonly DeviceView[];
}

export function DevicesForm({ draft, change, wrong, devices, looked }: DevicesFormProps) {
  const { deviceIds, tags } = draft;
  const offered = devices.map(({ deviceId, name }) => ({ value: deviceId, label: name === deviceId ? name : `${name} (${deviceId})` }));
  const known = new Set(devices.map(({ deviceId }) => deviceId));
  const others = deviceIds.filter((deviceId) => !known.has(deviceId)).map((deviceId) => ({ value: deviceId, label: deviceId }));
  const isAll = deviceIds.length === 0 && Object.keys(tags).length === 0;
  return (
    <>
      <MultiSelect
        label="Devices"
        data={[...offered, ...others]}
        value={deviceIds}
        onChange={(next) => change({ deviceIds: next })}
        placeholder={deviceIds.length === 0 ? (isAll ? 'every device of the account' : 'none by name') : undefined}
        searchable
        limit={100}
        nothingFoundMessage="No such device"
        error={wrongAt(wrong, 'devices.deviceIds', true) ?? wrongAt(wrong, 'devices')}
      />
      <TagsInput
        value={tags}
        onChange={(next) => change({ tags: next })}
        description="And every device that bears all of these, also those that come later. name: value, then Enter."
      />
      {wrongAt(wrong, 'devices.tags', true) && <p className={css.wrong}>{wrongAt(wrong, 'devices.tags', true)}</p>}
      <p className={css.hint}>
        {isAll ? 'Nothing chosen: ' : ''}It looks at {looked.length === 1 ? 'one device' : `${looked.length} devices`} now
        {isAll ? ', and at every one that comes.' : '.'}
      </p>
    </>
  );
}
