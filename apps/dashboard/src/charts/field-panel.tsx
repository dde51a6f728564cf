/** The frame of one field's chart, strip or map: title, present value, and what is drawn once it comes near the window. */
import type { FieldSchema } from '#contracts';
import { memo, Suspense } from 'react';
import { AddOperation } from '../chart-operations/add-operation.js';
import { kindOfField } from '../chart-operations/model.js';
import { OperationList } from '../chart-operations/operation-list.js';
import { useChartOperations } from '../chart-operations/use-chart-operations.js';
import { useComputed, type ComputedOperation } from '../chart-operations/use-computed.js';
import { useLatestKnown, useLatestValue } from '../device/device-context.js';
import { Pending } from '../device/pending.js';
import { latePart } from '../parts/late-part.js';
import { labelOf, showValue } from '../schema/values.js';
import { useInView } from '../ui/use-in-view.js';
import { ChartMenu } from './chart-menu.js';
import css from './panel.module.css';

const SeriesChart = latePart(() => import('./series-chart.js'));
const StateStrip = latePart(() => import('./state-strip.js'));
const TrackMap = latePart(() => import('../map/track-map.js'));

const HEIGHT: Record<FieldSchema['type'], number> = {
  number: 232,
  integer: 232,
  vector: 232,
  boolean: 104,
  enum: 104,
  string: 104,
  location: 440,
};
const SERIES_COUNT = 8;

export const FieldPanel = memo(function FieldPanel({ name, field, color: order }: { name: string; field: FieldSchema; color: number }) {
  const [ref, near] = useInView<HTMLElement>();
  const label = labelOf(name, field);
  const color = order % SERIES_COUNT;
  const { operations, add, remove } = useChartOperations(name);
  const [computed, report] = useComputed(operations);
  const isWide = field.type === 'location' || operations.length > 0;
  return (
    <section className={`${css.panel} ${isWide ? css.wide : ''}`} ref={ref} aria-label={label} data-field={name}>
      <header className={css.head}>
        <div className={css.titles}>
          <h3 className={css.title}>{label}</h3>
          {label !== name && <span className={css.name}>{name}</span>}
        </div>
        <span className={css.does}>
          {kindOfField(field) && <AddOperation name={name} field={field} add={add} />}
          <ChartMenu name={name} field={field} />
        </span>
        <Now name={name} field={field} color={color} />
      </header>
      <div style={{ minHeight: HEIGHT[field.type] }}>
        {near && (
          <Suspense fallback={<div className={css.plot} />}>
            <Plot name={name} field={field} color={color} computed={computed} />
          </Suspense>
        )}
      </div>
      {operations.length > 0 && (
        <OperationList name={name} field={field} color={color} enabled={near} {...{ operations, remove, computed, report }} />
      )}
    </section>
  );
});

function Plot({ name, field, color, computed }: { name: string; field: FieldSchema; color: number; computed: ComputedOperation[] }) {
  switch (field.type) {
    case 'number':
    case 'integer':
    case 'vector':
      return <SeriesChart name={name} field={field} color={color} computed={computed} />;
    case 'location':
      return <TrackMap name={name} field={field} />;
    case 'boolean':
    case 'enum':
    case 'string':
      return <StateStrip name={name} field={field} />;
  }
}

function Now({ name, field, color }: { name: string; field: FieldSchema; color: number }) {
  const latest = useLatestValue(name);
  const isKnown = useLatestKnown() || latest !== undefined;
  const shown = showValue(latest?.value, field);
  if (field.type === 'vector' && shown.parts) {
    return (
      <span className={css.now}>
        {field.axes.map((axis, at) => (
          <span className={css.axis} key={axis}>
            <i className={css.swatch} style={{ background: `var(--series-${((color + at) % SERIES_COUNT) + 1})` }} />
            <small>{axis}</small> {shown.parts?.find((part) => part.name === axis)?.text ?? '–'}
          </span>
        ))}
        <small>{shown.unit}</small>
      </span>
    );
  }
  return (
    <span className={css.now}>
      <span title={typeof latest?.value === 'string' ? latest.value : undefined}>
        {isKnown ? shown.text : <Pending />} <small>{shown.unit}</small>
      </span>
    </span>
  );
}
