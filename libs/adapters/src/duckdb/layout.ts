/** Which table and slot holds which part of a device's fields. */
import { EMPTY_SLOTS, extendSlots, type LayoutStep, type SlotLayout } from '../shared/series-layout.js';

export type { LayoutStep, PartKind, PartReader, Slot } from '../shared/series-layout.js';

export interface SizeClass {
  numbers: number;
  texts: number;
}

export interface Layout extends SlotLayout {
  /** Tables the device's rows may be in, the one written to now last. */
  classes: readonly SizeClass[];
}

export const EMPTY_LAYOUT: Layout = { ...EMPTY_SLOTS, classes: [{ numbers: 0, texts: 0 }] };

export function extendLayout(layout: Layout, step: LayoutStep): Layout {
  const slots = extendSlots(layout, step);
  return { ...slots, classes: withClass(layout.classes, sizeClass(slots.numbers, slots.texts)) };
}

/** Powers of two (and none), so that all devices together need few tables. */
export function sizeClass(numbers: number, texts: number): SizeClass {
  return { numbers: roundUp(numbers), texts: roundUp(texts) };
}

export function tableOf({ numbers, texts }: SizeClass): string {
  return `readings_n${numbers}_t${texts}`;
}

function roundUp(n: number): number {
  return n === 0 ? 0 : 2 ** Math.ceil(Math.log2(n));
}

function withClass(classes: readonly SizeClass[], next: SizeClass): SizeClass[] {
  return [...classes.filter((one) => tableOf(one) !== tableOf(next)), next];
}
