/** When a condition that holds becomes an alert, when that is over, and in which hours anybody cares. */
import { Checkbox, Select, TextInput } from '@mantine/core';
import { useMemo } from 'react';
import { zoneNames } from '../../time/zone.js';
import { DAY_NAMES } from '../words.js';
import type { Wrong } from './condition-draft.js';
import { wrongAt, type RuleDraft } from './rule-draft.js';
import { ORDER } from './order.js';
import css from './editor.module.css';

interface TimingFormProps {
  draft: RuleDraft;
  change: (part: Partial<RuleDraft>) => void;
  wrong: Wrong;
}

const LENGTHS = [
  { member: 'for', label: 'It must hold for', description: 'Empty: the first reading raises it.', placeholder: 'such as 2m' },
  { member: 'keepFiringFor', label: 'It must be over for', description: 'Empty: the first reading clears it.', placeholder: 'such as 5m' },
] as const;

export function TimingForm(props: TimingFormProps) {
  const { draft, change, wrong } = props;
  return (
    <>
      <div className={css.inputs}>
        {LENGTHS.map(({ member, ...said }) => (
          <TextInput
            key={member}
            {...said}
            inputWrapperOrder={ORDER}
            value={draft[member]}
            onChange={({ currentTarget }) => change({ [member]: currentTarget.value })}
            error={wrongAt(wrong, member)}
            autoComplete="off"
          />
        ))}
      </div>
      <Schedule {...props} />
      <Flapping {...props} />
    </>
  );
}

function Schedule({ draft, change, wrong }: TimingFormProps) {
  const { schedule } = draft;
  const zones = useMemo(() => [...new Set([schedule.tz, ...zoneNames()])], [schedule.tz]);
  const put = (part: Partial<typeof schedule>): void => change({ schedule: { ...schedule, ...part } });
  return (
    <>
      <Checkbox
        label="Only in certain hours"
        description="Outside of them the condition counts as not holding."
        checked={schedule.on}
        onChange={({ currentTarget }) => put({ on: currentTarget.checked })}
      />
      {schedule.on && (
        <div className={css.nested} role="group" aria-label="Schedule">
          <Days days={schedule.days} change={(days) => put({ days })} />
          {wrongAt(wrong, 'schedule.days', true) && <p className={css.wrong}>{wrongAt(wrong, 'schedule.days', true)}</p>}
          <div className={css.inputs}>
            <TextInput
              label="From"
              placeholder="08:00"
              value={schedule.from}
              onChange={({ currentTarget }) => put({ from: currentTarget.value })}
              error={wrongAt(wrong, 'schedule.from')}
              inputWrapperOrder={ORDER}
            />
            <TextInput
              label="To"
              placeholder="18:00"
              description={schedule.to <= schedule.from ? 'Of the next day.' : undefined}
              value={schedule.to}
              onChange={({ currentTarget }) => put({ to: currentTarget.value })}
              error={wrongAt(wrong, 'schedule.to')}
              inputWrapperOrder={ORDER}
            />
            <Select
              label="Time zone"
              data={zones}
              value={schedule.tz}
              onChange={(tz) => tz && put({ tz })}
              searchable
              limit={60}
              allowDeselect={false}
              nothingFoundMessage="No such time zone"
              checkIconPosition="right"
              error={wrongAt(wrong, 'schedule.tz')}
            />
          </div>
        </div>
      )}
    </>
  );
}

function Days({ days, change }: { days: number[]; change: (days: number[]) => void }) {
  return (
    <div className={css.days} role="group" aria-label="Days">
      {DAY_NAMES.map((name, at) => {
        const day = at + 1;
        const on = days.includes(day);
        return (
          <button
            key={name}
            type="button"
            aria-pressed={on}
            aria-label={name}
            onClick={() => change(on ? days.filter((one) => one !== day) : [...days, day].sort())}
          >
            {name.slice(0, 2)}
          </button>
        );
      })}
    </div>
  );
}

function Flapping({ draft, change, wrong }: TimingFormProps) {
  const { flapping } = draft;
  const put = (part: Partial<typeof flapping>): void => change({ flapping: { ...flapping, ...part } });
  return (
    <>
      <Checkbox
        label="Guard against flapping"
        description="Raised again and again, it stays until the condition has not held for as long."
        checked={flapping.on}
        onChange={({ currentTarget }) => put({ on: currentTarget.checked })}
      />
      {flapping.on && (
        <div className={`${css.nested} ${css.inputs}`} role="group" aria-label="Flapping">
          <TextInput
            label="Raised so often"
            value={flapping.changes}
            inputMode="numeric"
            onChange={({ currentTarget }) => put({ changes: currentTarget.value })}
            error={wrongAt(wrong, 'flapping.changes')}
          />
          <TextInput
            label="Within"
            placeholder="1h"
            value={flapping.within}
            onChange={({ currentTarget }) => put({ within: currentTarget.value })}
            error={wrongAt(wrong, 'flapping.within')}
          />
        </div>
      )}
    </>
  );
}
