/** Cuts rings and lines to a box, so that a country of ten thousand points costs a street-level tile next to nothing. */

export type Box = [left: number, top: number, right: number, bottom: number];
type Flat = ArrayLike<number>;

/** Sutherland–Hodgman, one side after the other. The ring may come out empty. */
export function clipRing(ring: Flat, [left, top, right, bottom]: Box): number[] {
  let points = clipSide(ring, 0, left, 1);
  points = clipSide(points, 0, right, -1);
  points = clipSide(points, 1, top, 1);
  return clipSide(points, 1, bottom, -1);
}

/** Keeps what lies on the `sign` side of `limit` along the axis (0 = x, 1 = y). */
function clipSide(points: Flat, axis: 0 | 1, limit: number, sign: 1 | -1): number[] {
  const kept: number[] = [];
  const count = points.length / 2;
  for (let at = 0; at < count; at += 1) {
    const before = ((at + count - 1) % count) * 2;
    const here = at * 2;
    const wasIn = ((points[before + axis] ?? 0) - limit) * sign >= 0;
    const isIn = ((points[here + axis] ?? 0) - limit) * sign >= 0;
    if (wasIn !== isIn) cross(points, before, here, axis, limit, kept);
    if (isIn) kept.push(points[here] ?? 0, points[here + 1] ?? 0);
  }
  return kept;
}

function cross(points: Flat, a: number, b: number, axis: 0 | 1, limit: number, into: number[]): void {
  const start = points[a + axis] ?? 0;
  const part = (limit - start) / ((points[b + axis] ?? 0) - start);
  const other = axis === 0 ? 1 : 0;
  const value = (points[a + other] ?? 0) + part * ((points[b + other] ?? 0) - (points[a + other] ?? 0));
  if (axis === 0) into.push(limit, value);
  else into.push(value, limit);
}

/** The runs of a line whose segments come near the box. */
export function runsNear(line: Flat, [left, top, right, bottom]: Box): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  for (let at = 2; at < line.length; at += 2) {
    const [x0, y0, x1, y1] = [line[at - 2] ?? 0, line[at - 1] ?? 0, line[at] ?? 0, line[at + 1] ?? 0];
    const near = Math.max(x0, x1) >= left && Math.min(x0, x1) <= right && Math.max(y0, y1) >= top && Math.min(y0, y1) <= bottom;
    if (near) {
      if (run.length === 0) run.push(x0, y0);
      run.push(x1, y1);
    } else if (run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

export const touches = (a: Box, b: Box): boolean => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];
