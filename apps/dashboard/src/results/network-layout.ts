/** Where the nodes of a network stand: those that are connected near one another, all others apart. The same network, the same places. */

export interface Place {
  x: number;
  y: number;
}

interface Edge {
  a: number;
  b: number;
  strength: number;
}

const STEPS = 240;

/** Within 0…1 both ways (Fruchterman & Reingold 1991, from a circle instead of random places). */
export function layoutOf(count: number, edges: readonly Edge[]): Place[] {
  const places: Place[] = [];
  inGroups(count, edges).forEach((node, at) => {
    const angle = (2 * Math.PI * at) / Math.max(1, count);
    places[node] = { x: 0.5 + 0.4 * Math.cos(angle), y: 0.5 + 0.4 * Math.sin(angle) };
  });
  if (count < 3) return places;
  const ideal = 0.75 / Math.sqrt(count);
  for (let step = 0; step < STEPS; step += 1) move(places, edges, ideal, 0.08 * (1 - step / STEPS));
  return fitted(places);
}

/** All nodes, those that are connected one after another. */
function inGroups(count: number, edges: readonly Edge[]): number[] {
  const order = new Set<number>();
  const visit = (node: number): void => {
    if (order.has(node)) return;
    order.add(node);
    for (const { a, b } of edges) {
      if (a === node) visit(b);
      else if (b === node) visit(a);
    }
  };
  for (let node = 0; node < count; node += 1) visit(node);
  return [...order];
}

function move(places: Place[], edges: readonly Edge[], ideal: number, most: number): void {
  const pushes = places.map(() => ({ x: 0, y: 0 }));
  const push = (at: number, x: number, y: number): void => {
    const own = pushes[at];
    if (own) [own.x, own.y] = [own.x + x, own.y + y];
  };
  for (const [a, one] of places.entries()) {
    for (const [b, other] of places.entries()) {
      if (a === b) continue;
      const [dx, dy] = [one.x - other.x, one.y - other.y];
      const away = Math.max(0.001, Math.hypot(dx, dy));
      push(a, (dx / away) * (ideal ** 2 / away), (dy / away) * (ideal ** 2 / away));
    }
    // Towards the middle, so that what is connected with nothing does not leave.
    push(a, (0.5 - one.x) * ideal * 0.6, (0.5 - one.y) * ideal * 0.6);
  }
  for (const { a, b, strength } of edges) {
    const [one, other] = [places[a], places[b]];
    if (!one || !other) continue;
    const [dx, dy] = [other.x - one.x, other.y - one.y];
    const pull = (Math.hypot(dx, dy) / ideal) * strength;
    push(a, dx * pull, dy * pull);
    push(b, -dx * pull, -dy * pull);
  }
  places.forEach((place, at) => {
    const { x, y } = pushes[at] ?? { x: 0, y: 0 };
    const far = Math.max(0.0001, Math.hypot(x, y));
    place.x += (x / far) * Math.min(far, most);
    place.y += (y / far) * Math.min(far, most);
  });
}

function fitted(places: readonly Place[]): Place[] {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [width, height] = [Math.max(0.001, Math.max(...xs) - left), Math.max(0.001, Math.max(...ys) - top)];
  return places.map(({ x, y }) => ({ x: (x - left) / width, y: (y - top) / height }));
}
