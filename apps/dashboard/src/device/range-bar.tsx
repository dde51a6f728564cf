/** Which time is shown, and in which zone: spans that follow, or from–to that stands still. */
import { ActionIcon, Button, Group, Popover, Select, Tooltip } from '@mantine/core';
import { IconCalendar, IconChevronLeft, IconChevronRight, IconZoomOut } from '@tabler/icons-react';
import { Suspense, useMemo, useState } from 'react';
import { useTick } from '../live/use-live.js';
import { latePart } from '../parts/late-part.js';
import { minuteTime, exactTime } from '../time/format.js';
import { moved, SPANS, type SpanName } from '../time/range.js';
import { offsetOf, useZone, zoneNames } from '../time/zone.js';
import { serverNow } from '../api/http.js';
import { useDevicePage } from './device-context.js';
import css from './device.module.css';

const RangeForm = latePart(() => import('./range-form.js'));
const MINUTE_MS = 60_000;

export function RangeBar() {
  const { range, setRange } = useDevicePage();
  const [open, setOpen] = useState(false);
  return (
    <div className={css.range} role="group" aria-label="Time shown">
      <div className={css.spans}>
        {Object.entries(SPANS).map(([span, { label }]) => (
          <button
            key={span}
            type="button"
            aria-pressed={range.kind === 'last' && range.span === span}
            onClick={() => setRange({ kind: 'last', span: span as SpanName })}
          >
            {label}
          </button>
        ))}
      </div>
      <Popover opened={open} onChange={setOpen} position="bottom-start" trapFocus withinPortal>
        <Popover.Target>
          <Button
            variant={range.kind === 'fixed' ? 'light' : 'default'}
            size="sm"
            leftSection={<IconCalendar size={16} />}
            onClick={() => setOpen(!open)}
            aria-expanded={open}
          >
            From – to
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <Suspense fallback={null}>
            <RangeForm close={() => setOpen(false)} />
          </Suspense>
        </Popover.Dropdown>
      </Popover>
      <Group gap={4}>
        <Step label="Earlier" icon={<IconChevronLeft size={17} />} by={{ shift: -0.5 }} />
        <Step label="Later" icon={<IconChevronRight size={17} />} by={{ shift: 0.5 }} />
        <Step label="Zoom out" icon={<IconZoomOut size={17} />} by={{ scale: 2 }} />
      </Group>
      <Shown />
      <ZonePicker />
    </div>
  );
}

function Step({ label, icon, by }: { label: string; icon: React.ReactNode; by: { shift?: number; scale?: number } }) {
  const { range, setRange } = useDevicePage();
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="lg" aria-label={label} onClick={() => setRange(moved(range, serverNow(), by))}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function Shown() {
  useTick(1_000);
  const { range, bounds } = useDevicePage();
  const { zone } = useZone();
  if (range.kind === 'last') return null;
  const { from, to } = bounds();
  const write = to - from < 10 * MINUTE_MS ? exactTime : minuteTime;
  return (
    <span className={css.shown} data-testid="shown-range">
      {write(from, zone)} – {write(to, zone)}
    </span>
  );
}

export function ZonePicker() {
  const { zone, choose } = useZone();
  const names = useMemo(() => [...new Set([zone, ...zoneNames()])], [zone]);
  const [now] = useState(serverNow);
  return (
    <Select
      className={css.zone}
      aria-label="Time zone"
      data={names}
      value={zone}
      onChange={(name) => name && choose(name)}
      searchable
      limit={60}
      allowDeselect={false}
      nothingFoundMessage="No such time zone"
      checkIconPosition="right"
      rightSectionWidth={66}
      rightSection={<span style={{ fontSize: '0.82rem', color: 'var(--ink-2)' }}>{offsetOf(zone, now)}</span>}
      rightSectionPointerEvents="none"
    />
  );
}
