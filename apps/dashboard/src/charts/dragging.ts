/** A value on the axis of a chart, moved by pointer or key. */

export interface ValueAxis {
  min: number;
  max: number;
  /** In pixels, where `max` and `min` lie. */
  top: number;
  bottom: number;
}

/** A 1, 2 or 5 with zeros, so that some two hundred of them make up the axis. */
export function stepOf({ min, max }: Pick<ValueAxis, 'min' | 'max'>): number {
  const wanted = (max - min) / 200;
  if (!(wanted > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return (wanted / power < 2 ? 1 : wanted / power < 5 ? 2 : 5) * power;
}

/** The next whole number of steps, without the dust of binary fractions. */
export const snapped = (value: number, step: number): number => Number((Math.round(value / step) * step).toPrecision(12));

export function valueAt(pixel: number, axis: ValueAxis): number {
  const { min, max, top, bottom } = axis;
  const share = Math.min(1, Math.max(0, (bottom - pixel) / Math.max(1, bottom - top)));
  return snapped(min + share * (max - min), stepOf(axis));
}

export function pixelOf(value: number, { min, max, top, bottom }: ValueAxis): number {
  return bottom - ((value - min) / (max - min || 1)) * (bottom - top);
}

/** As sliders do it; nothing for a key that means nothing here. */
export function valueByKey(key: string, value: number, axis: Pick<ValueAxis, 'min' | 'max'>): number | undefined {
  const step = stepOf(axis);
  switch (key) {
    case 'ArrowUp':
    case 'ArrowRight':
      return snapped(value + step, step);
    case 'ArrowDown':
    case 'ArrowLeft':
      return snapped(value - step, step);
    case 'PageUp':
      return snapped(value + 10 * step, step);
    case 'PageDown':
      return snapped(value - 10 * step, step);
    case 'Home':
      return snapped(axis.min, step);
    case 'End':
      return snapped(axis.max, step);
    default:
      return undefined;
  }
}
