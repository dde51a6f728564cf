/** The two kinds of patches that kustomize knows: strategic merge, by the keys that Kubernetes gives its lists, and JSON Patch (RFC 6902). */

export interface JsonPatch {
  op: 'add' | 'replace' | 'remove' | 'test';
  path: string;
  value?: unknown;
}

/** Lists whose entries are merged by a key; every other list is replaced as a whole, as Kubernetes does. */
const MERGE_KEYS: Record<string, string> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  imagePullSecrets: 'name',
  topologySpreadConstraints: 'topologyKey',
};

export function mergeStrategically(base: unknown, patch: unknown, member = ''): unknown {
  if (Array.isArray(patch) && Array.isArray(base)) {
    const key = member === 'ports' ? portKeyOf(base) : MERGE_KEYS[member];
    return key === undefined ? patch : mergeLists(base as Keyed[], patch as Keyed[], key);
  }
  if (!isObject(patch) || !isObject(base)) return patch;
  if (patch['$patch'] === 'replace') return without(patch, '$patch');
  const merged = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = name in merged ? mergeStrategically(merged[name], value, name) : value;
  }
  return merged;
}

type Keyed = Record<string, unknown>;

function mergeLists(base: Keyed[], patch: Keyed[], key: string): Keyed[] {
  const merged = base.map((entry) => ({ ...entry }));
  const added: Keyed[] = [];
  for (const entry of patch) {
    if (entry[key] === undefined) throw new Error(`an entry of a patch has no ${key}`);
    const at = merged.findIndex((one) => one[key] === entry[key]);
    if (entry['$patch'] === 'delete') merged.splice(at, at < 0 ? 0 : 1);
    else if (at < 0) added.push(entry);
    else merged[at] = mergeStrategically(merged[at], entry) as Keyed;
  }
  // What is new comes first, as kustomize writes it.
  return [...added, ...merged];
}

const portKeyOf = (ports: unknown[]): string => (isObject(ports[0]) && 'containerPort' in ports[0] ? 'containerPort' : 'port');

export function applyJsonPatch(base: unknown, patches: JsonPatch[]): unknown {
  const result = structuredClone(base);
  for (const patch of patches) applyOne(result, patch);
  return result;
}

function applyOne(root: unknown, { op, path, value }: JsonPatch): void {
  const steps = path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = steps.pop()!;
  let holder = root as Record<string, unknown>;
  for (const step of steps) {
    holder = holder[step] as Record<string, unknown>;
    if (typeof holder !== 'object' || holder === null) throw new Error(`${path} leads nowhere`);
  }
  if (op !== 'add' && !(last in holder)) throw new Error(`${path} is not there`);
  if (op === 'test') {
    if (JSON.stringify(holder[last]) !== JSON.stringify(value)) throw new Error(`${path} is not ${JSON.stringify(value)}`);
  } else if (Array.isArray(holder)) changeList(holder as unknown[], op, last, value);
  else if (op === 'remove') delete holder[last];
  else holder[last] = value;
}

function changeList(list: unknown[], op: JsonPatch['op'], at: string, value: unknown): void {
  const index = at === '-' ? list.length : Number(at);
  if (op === 'add') list.splice(index, 0, value);
  else if (op === 'remove') list.splice(index, 1);
  else list[index] = value;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function without(value: Record<string, unknown>, member: string): Record<string, unknown> {
  const { [member]: _, ...rest } = value;
  return rest;
}
