/** Opaque cursors: where a list goes on, as text that clients hand back as it is. */
import { badParameter, type Parameters, textOf } from './parameters.js';

export type Place = (string | number)[];

export const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** Undefined without a cursor; refuses one that this list did not give. `shape` names the type of each member. */
export function placeOf(parameters: Parameters, shape: readonly ('string' | 'number')[]): Place | undefined {
  const cursor = textOf(parameters, 'cursor');
  if (cursor === undefined) return undefined;
  try {
    const place: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const fits =
      Array.isArray(place) &&
      place.length === shape.length &&
      place.every((member, at) => typeof member === shape[at] && member !== Infinity && member !== -Infinity);
    if (fits) return place as Place;
  } catch {
    // Not JSON: refused below like any other cursor that is not ours.
  }
  throw badParameter('cursor', 'The cursor is not one that this list gave.');
}
