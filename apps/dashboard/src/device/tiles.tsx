/** A tile a field: its latest value, where it lies between the limits of the schema, and when it was measured. */
import type { FieldSchema } from '#contracts';
import { Button } from '@mantine/core';
import { memo, useState } from 'react';
import { serverNow } from '../api/http.js';
import { labelOf, showValue } from '../schema/values.js';
import { clockTime, exactTime } from '../time/format.js';
import { useZone } from '../time/zone.js';
import { useLatestKnown, useLatestValue } from './device-context.js';
import { Gauge } from './gauge.js';
import { Pending } from './pending.js';
import css from './device.module.css';

const TILES_AT_FIRST = 24;

export function Tiles({ fields }: { fields: [string, FieldSchema][] }) {
  const [all, setAll] = useState(false);
  const shown = all ? fields : fields.slice(0, TILES_AT_FIRST);
  return (
    <>
      <dl className={css.tiles} aria-label="Latest values">
        {shown.map(([name, field]) => (
          <Tile key={name} name={name} field={field} />
        ))}
      </dl>
      {fields.length > shown.length && (
        <Button variant="default" size="xs" mb="md" onClick={() => setAll(true)}>
          Show all {fields.length} values
        </Button>
      )}
    </>
  );
}

const Tile = memo(function Tile({ name, field }: { name: string; field: FieldSchema }) {
  const latest = useLatestValue(name);
  const isKnown = useLatestKnown() || latest !== undefined;
  const { zone } = useZone();
  const shown = showValue(latest?.value, field);
  return (
    <div className={css.tile} data-tile={name}>
      <dt title={name}>{labelOf(name, field)}</dt>
      <dd>
        {shown.parts ? (
          <span className={css.parts}>
            {shown.parts.map((part) => (
              <span key={part.name}>
                <small>{part.name}</small> {part.text}
              </span>
            ))}
            <small>{shown.unit}</small>
          </span>
        ) : (
          <div className={css.value} title={exactValue(latest?.value)}>
            {isKnown ? shown.text : <Pending />} <small>{shown.unit}</small>
          </div>
        )}
        <Gauge value={typeof latest?.value === 'number' ? latest.value : undefined} field={field} />
        <span className={css.when} title={latest && exactTime(latest.time, zone)}>
          {latest ? clockTime(latest.time, zone, serverNow()) : isKnown ? 'no value yet' : '\u00a0'}
        </span>
      </dd>
    </div>
  );
});

const exactValue = (value: unknown): string | undefined =>
  typeof value === 'number' || typeof value === 'string' ? String(value) : undefined;
