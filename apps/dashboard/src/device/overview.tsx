/** What the device says now, and what it said over the chosen time: tiles, then a chart, strip or map a field. */
import type { FieldSchema, SeriesView } from '#contracts';
import { partsOf } from '#contracts';
import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { Link } from 'wouter';
import { ask, serverNow } from '../api/http.js';
import { FieldPanel } from '../charts/field-panel.js';
import { useTick } from '../live/use-live.js';
import { labelOf } from '../schema/values.js';
import { exactTime } from '../time/format.js';
import { fixed } from '../time/range.js';
import { useZone } from '../time/zone.js';
import { useDevicePage, useSeenAt } from './device-context.js';
import { lookBack } from './look-back.js';
import { RangeBar } from './range-bar.js';
import { Tiles } from './tiles.js';
import css from './device.module.css';
import panel from '../charts/panel.module.css';

/** From here on a field is easier found by typing than by scrolling. */
const FILTER_FROM = 13;

export function Overview() {
  const { device } = useDevicePage();
  const [filter, setFilter] = useState('');
  const wanted = useDeferredValue(filter.trim().toLowerCase());
  const fields = useMemo(() => Object.entries(device.schema.fields), [device.schema]);
  const shown = fields.filter(([name, field]) => !wanted || `${name} ${labelOf(name, field)}`.toLowerCase().includes(wanted));
  const colors = useMemo(() => colorsOf(fields), [fields]);
  return (
    <>
      <FirstReading />
      {fields.length >= FILTER_FROM && (
        <TextInput
          className={css.filter}
          leftSection={<IconSearch size={16} />}
          type="search"
          placeholder={`Find in ${fields.length} fields`}
          aria-label="Find a field"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <Tiles fields={shown} />
      <RangeBar />
      <OutOfSight />
      <div className={panel.grid}>
        {byKind(shown).map(([name, field]) => (
          <FieldPanel key={name} name={name} field={field} color={colors.get(name) ?? 0} />
        ))}
      </div>
    </>
  );
}

function FirstReading() {
  const { device } = useDevicePage();
  const seenAt = useSeenAt();
  if (seenAt !== undefined) return null;
  return (
    <div className={css.notice}>
      <span>No reading has arrived yet. This page moves as soon as one does.</span>
      <Link href={`/devices/${encodeURIComponent(device.deviceId)}/post`}>Show the line to post one with</Link>
    </div>
  );
}

/** History sent today lies outside “the last 15 minutes”: say so, and lead there. */
function OutOfSight() {
  useTick(1_000);
  const { latest, bounds, range } = useDevicePage();
  const { zone } = useZone();
  const newest = Math.max(...Object.values(latest.all()).map((value) => value.time));
  const leading = useLead(newest);
  if (!Number.isFinite(newest) || newest >= bounds().from || range.kind === 'fixed') return null;
  const ahead = newest > serverNow();
  return (
    <div className={css.notice}>
      <span className="num">
        The latest reading is of {exactTime(newest, zone)}, {ahead ? 'after' : 'before'} the time shown.
      </span>
      <Button size="xs" variant="light" loading={leading.isPending} onClick={() => leading.mutate()}>
        Show the time around it
      </Button>
    </div>
  );
}

/** Where its readings could not be counted. */
const LOOK_BACK_MS = 30 * 86_400_000;
/** These stand for the others. */
const FIELDS_COUNTED = 8;

/** Leads to the latest readings: to as many of them as can be told apart. */
function useLead(newest: number) {
  const { device, latest, setRange } = useDevicePage();
  return useMutation({
    mutationFn: () => {
      const known = Object.entries(device.schema.fields).filter(([name]) => latest.get(name));
      const parts = known.slice(0, FIELDS_COUNTED).flatMap(([name, field]) => partsOf(name, field));
      return lookBack((ms) => countReadings(device.deviceId, parts, newest - ms, newest));
    },
    onSettled: (ms = LOOK_BACK_MS) => setRange(fixed(newest - ms, newest + ms * 0.05)),
  });
}

async function countReadings(deviceId: string, parts: string[], from: number, to: number): Promise<number> {
  const query = { fields: parts.join(','), from: new Date(from).toISOString(), to: new Date(to + 1).toISOString(), points: 2 };
  return (await ask<SeriesView>(`/devices/${encodeURIComponent(deviceId)}/series`, { query })).of;
}

type Fields = [string, FieldSchema][];

const kindOf = (field: FieldSchema): 'map' | 'strip' | 'chart' =>
  field.type === 'location' ? 'map' : field.type === 'boolean' || field.type === 'enum' || field.type === 'string' ? 'strip' : 'chart';

/** Panels of one height stand together; where a device is comes first if its schema says it first. */
function byKind(fields: Fields): Fields {
  const of = (kind: string): Fields => fields.filter(([, field]) => kindOf(field) === kind);
  const mapFirst = fields[0] !== undefined && kindOf(fields[0][1]) === 'map';
  return mapFirst ? [...of('map'), ...of('chart'), ...of('strip')] : [...of('chart'), ...of('strip'), ...of('map')];
}

/** Neighbouring charts differ in colour; a vector takes three, and gives them back to the next. */
const colorsOf = (fields: Fields): Map<string, number> =>
  new Map(fields.filter(([, field]) => kindOf(field) === 'chart').map(([name, field], at) => [name, field.type === 'vector' ? 0 : at]));
