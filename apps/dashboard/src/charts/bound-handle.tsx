/** The grip of a bound that is drawn on a chart: dragged, or moved by the arrow keys. */
import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { pixelOf, valueAt, valueByKey, type ValueAxis } from './dragging.js';
import type { LineChart } from './line-chart.js';
import css from './panel.module.css';

export interface Handle {
  /** What it moves, in words. */
  label: string;
  value: number;
  text: string;
  /** Its grip stands further in, so that two near one another can both be taken. */
  aside?: boolean;
  change: (value: number) => void;
}

interface BoundHandleProps extends Handle {
  chart: RefObject<LineChart | null>;
  /** Calls back after each drawing of the chart; returns the way to stop. */
  watch: (placed: () => void) => () => void;
  /** While it is dragged, the axis stands still. */
  hold: (held: boolean) => void;
}

/** A bound beyond the axis is held at its edge. */
const within = (pixel: number, { top, bottom }: ValueAxis): number => Math.min(bottom, Math.max(top, pixel));

export function BoundHandle({ label, value, text, aside, change, chart, watch, hold }: BoundHandleProps) {
  const grip = useRef<HTMLDivElement>(null);
  const dragging = useRef<number>(undefined);
  const newest = useRef(value);
  newest.current = value;
  useEffect(() => {
    const place = (): void => {
      const axis = chart.current?.valueAxis();
      const element = grip.current;
      if (!axis || !element) return;
      const { offsetTop, offsetLeft } = chart.current?.canvas ?? { offsetTop: 0, offsetLeft: 0 };
      const top = `${offsetTop + within(pixelOf(newest.current, axis), axis)}px`;
      Object.assign(element.style, {
        top,
        left: `${offsetLeft + axis.left}px`,
        width: `${axis.right - axis.left}px`,
        visibility: 'visible',
      });
      element.setAttribute('aria-valuemin', String(Number(axis.min.toPrecision(6))));
      element.setAttribute('aria-valuemax', String(Number(axis.max.toPrecision(6))));
    };
    place();
    return watch(place);
  }, [chart, watch, value]);
  const drag = (event: PointerEvent<HTMLDivElement>): void => {
    const axis = chart.current?.valueAxis();
    if (!axis || dragging.current === undefined) return;
    const top = chart.current?.canvas.getBoundingClientRect().top ?? 0;
    const next = valueAt(event.clientY - top - dragging.current, axis);
    if (next !== newest.current) change(next);
  };
  const take = (event: PointerEvent<HTMLDivElement>): void => {
    const axis = chart.current?.valueAxis();
    if (!axis || event.button !== 0) return;
    event.preventDefault();
    const { currentTarget: element } = event;
    element.focus();
    element.setPointerCapture(event.pointerId);
    // Taken beside the line it does not jump to the pointer.
    const top = chart.current?.canvas.getBoundingClientRect().top ?? 0;
    dragging.current = event.clientY - top - within(pixelOf(newest.current, axis), axis);
    hold(true);
  };
  const release = (): void => {
    if (dragging.current === undefined) return;
    dragging.current = undefined;
    hold(false);
  };
  const press = (event: KeyboardEvent): void => {
    const axis = chart.current?.valueAxis();
    const next = axis && valueByKey(event.key, value, axis);
    if (next === undefined) return;
    event.preventDefault();
    change(next);
  };
  return (
    <div
      ref={grip}
      className={css.grip}
      data-aside={aside || undefined}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={value}
      aria-valuetext={text}
      onPointerDown={take}
      onPointerMove={drag}
      onPointerUp={release}
      onPointerCancel={release}
      onLostPointerCapture={release}
      onKeyDown={press}
    >
      <span aria-hidden>{text}</span>
    </div>
  );
}
