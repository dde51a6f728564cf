/** A matrix of correlations as a network: who belongs together. */

export interface NetworkNode {
  id: string;
  deviceId: string;
  field: string;
  /** How many edges it has. */
  degree: number;
  /** The number of the group of nodes that are connected with each other, from 0, the largest group first. */
  group: number;
}

export interface NetworkEdge {
  from: string;
  to: string;
  correlation: number;
  pairs: number;
}

export interface Network {
  nodes: NetworkNode[];
  edges: NetworkEdge[];
}

/** `edges` by the places of the nodes in `fields`. */
export function networkOf(
  fields: readonly { deviceId: string; field: string }[],
  found: readonly { a: number; b: number; correlation: number; pairs: number }[],
): Network {
  const id = (at: number) => `${fields[at]!.deviceId} ${fields[at]!.field}`;
  const roots = fields.map((_, at) => at);
  const root = (at: number): number => (roots[at] === at ? at : (roots[at] = root(roots[at]!)));
  for (const { a, b } of found) roots[root(a)] = root(b);
  const members = new Map<number, number>();
  fields.forEach((_, at) => members.set(root(at), (members.get(root(at)) ?? 0) + 1));
  const groups = [...members.keys()].sort((a, b) => members.get(b)! - members.get(a)!);
  const nodes = fields.map(({ deviceId, field }, at) => ({
    id: id(at),
    deviceId,
    field,
    degree: found.filter(({ a, b }) => a === at || b === at).length,
    group: groups.indexOf(root(at)),
  }));
  const edges = [...found]
    .sort((x, y) => Math.abs(y.correlation) - Math.abs(x.correlation))
    .map(({ a, b, correlation, pairs }) => ({ from: id(a), to: id(b), correlation, pairs }));
  return { nodes, edges };
}
