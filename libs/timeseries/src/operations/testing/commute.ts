/** For tests of places: a way to work, of which all is known. */
import type { SeriesInput } from '../operation.js';
import { places } from './series.js';

const MINUTE = 60_000;
/** About 111 m of latitude. */
const STEP = 0.001;

/** Ten minutes at home, ten on the way (1.1 km a minute), ten at work. */
const home = Array<number>(10).fill(48);
const onTheWay = Array.from({ length: 10 }, (_, k) => 48 + (k + 1) * 10 * STEP);
export const day = [...home, ...onTheWay, ...Array<number>(10).fill(48.11)];
export const commute = (lon = 11): SeriesInput =>
  places(
    [...day.keys()].map((k) => k * MINUTE),
    day,
    day.map(() => lon),
  );
