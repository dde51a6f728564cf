/** A boolean, enum or text field as a strip of states over time; of texts that are no states, a list. Mounted only while near the window. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { FieldSchema, SeriesView } from '#contracts';
import { useDevicePage } from '../device/device-context.js';
import { labelOf } from '../schema/values.js';
import { duration, exactTime } from '../time/format.js';
import { windowFor } from '../time/range.js';
import { useZone } from '../time/zone.js';
import { useFrames } from '../ui/use-frames.js';
import { PlotMessage } from './plot-message.js';
import { addChange, segmentsIn, stateOf, toChanges, type Segment, type StateChange } from './segments.js';
import { TextList } from './text-list.js';
import { areFreeTexts, STATES_MAX, type TextRead } from './texts.js';
import { TimeTicks } from './time-ticks.js';
import { columnsOf, useLiveColumns } from './use-live-columns.js';
import { counted } from '../ui/number-text.js';
import css from './panel.module.css';

/** So many windows a strip; more would be narrower than a finger can point at. */
const WINDOWS = 400;
const SERIES_COUNT = 8;
/** So many texts that came live are kept. */
const LIVE_MAX = 400;

export default function StateStrip({ name, field }: { name: string; field: FieldSchema }) {
  const { bounds, range } = useDevicePage();
  const isBoolean = field.type === 'boolean';
  const changes = useRef<StateChange[]>([]);
  const live = useRef<TextRead[]>([]);
  const isFree = useRef(false);
  const [window, setWindow] = useState(bounds);
  const span = window.to - window.from;
  const columns = useLiveColumns({
    parts: [name],
    every: windowFor(span, WINDOWS),
    fn: 'last',
    rateHz: 4,
    onLive: (time, values) => {
      (values[name] ?? []).forEach((value, at) => {
        if (value === null) return;
        const read = { time: time[at] ?? 0, text: stateOf(value, isBoolean) };
        addChange(changes.current, { time: read.time, state: read.text });
        live.current = [...live.current, read].slice(-LIVE_MAX);
      });
    },
  });
  useEffect(() => setWindow(bounds()), [bounds]);
  useEffect(() => {
    if (!columns.view) return;
    changes.current = toChanges(columns.view.time, columnsOf(columns.view)[name] ?? [], isBoolean);
    setWindow(bounds());
  }, [columns.view, bounds, isBoolean, name]);
  useFrames(1_000, range.kind === 'last', () => setWindow(bounds()));

  const listed = useMemo(() => textsIn(columns.view, name), [columns.view, name]);
  // While another time is asked for, what is shown stays of its kind.
  if (columns.view) isFree.current = field.type === 'string' && areFreeTexts([...listed, ...live.current.map(({ text }) => text)]);
  if (isFree.current) return <TextList name={name} label={labelOf(name, field)} live={live.current} />;
  const segments = segmentsIn(changes.current, window.from, window.to);
  const states = statesOf(field, segments);
  return (
    <div className={css.strip}>
      <div style={{ position: 'relative' }}>
        <Strip segments={segments} states={states} window={window} label={labelOf(name, field)} />
        <PlotMessage pending={columns.isPending} error={columns.error} empty={segments.length === 0} />
      </div>
      <TimeTicks from={window.from} to={window.to} />
      <ul className={css.legend}>
        {states.slice(0, STATES_MAX).map((state, at) => (
          <li key={state}>
            <i style={{ background: colorOf(at, state) }} />
            {state}
            <span style={{ color: 'var(--ink-3)' }}>{shareOf(state, segments)}</span>
          </li>
        ))}
        {states.length > STATES_MAX && <li>and {states.length - STATES_MAX} more</li>}
      </ul>
    </div>
  );
}

function Strip({
  segments,
  states,
  window: { from, to },
  label,
}: {
  segments: Segment[];
  states: string[];
  window: { from: number; to: number };
  label: string;
}) {
  const { zone } = useZone();
  const scale = 1000 / Math.max(1, to - from);
  return (
    <svg
      viewBox="0 0 1000 40"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${label}: ${counted(segments.length, 'state')} in this range`}
    >
      <rect width="1000" height="40" fill="var(--inset)" />
      {segments.map((segment) => (
        <rect
          key={segment.from}
          x={(segment.from - from) * scale}
          width={Math.max(0.8, (segment.to - segment.from) * scale)}
          height="40"
          fill={colorOf(states.indexOf(segment.state), segment.state)}
        >
          <title>{`${segment.state}: ${exactTime(segment.from, zone)} – ${exactTime(segment.to, zone)} (${duration(segment.to - segment.from)})`}</title>
        </rect>
      ))}
    </svg>
  );
}

const textsIn = (view: SeriesView | undefined, name: string): string[] =>
  (view ? (columnsOf(view)[name] ?? []) : []).filter((value) => typeof value === 'string');

function statesOf(field: FieldSchema, segments: Segment[]): string[] {
  const known = field.type === 'enum' ? field.values : field.type === 'boolean' ? ['off', 'on'] : [];
  return [...new Set([...known, ...segments.map((segment) => segment.state)])];
}

const colorOf = (at: number, state: string): string => (state === 'off' ? 'var(--line)' : `var(--series-${(at % SERIES_COUNT) + 1})`);

function shareOf(state: string, segments: Segment[]): string {
  const all = segments.reduce((sum, segment) => sum + segment.to - segment.from, 0);
  const own = segments.reduce((sum, segment) => sum + (segment.state === state ? segment.to - segment.from : 0), 0);
  if (all === 0 || own === 0) return '';
  const percent = (own / all) * 100;
  return percent < 1 ? '< 1 %' : `${Math.round(percent)} %`;
}
