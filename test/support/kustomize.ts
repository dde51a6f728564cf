/** `kustomize build` for the features that `k8s/` uses, in the order in which kustomize applies them; what it does not know it refuses, so
 *  that no overlay is ever tested as less than it says. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseAllDocuments, parse } from 'yaml';
import { applyJsonPatch, type JsonPatch, mergeStrategically } from './kustomize-patches.js';

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec?: unknown;
  data?: Record<string, string>;
  [member: string]: unknown;
}

interface Generator {
  name: string;
  behavior?: 'create' | 'merge' | 'replace';
  literals?: string[];
  envs?: string[];
  files?: string[];
}
interface Target {
  kind?: string;
  name?: string;
}
interface Kustomization {
  namespace?: string;
  resources?: string[];
  labels?: { pairs: Record<string, string>; includeTemplates?: boolean; includeSelectors?: boolean }[];
  configMapGenerator?: Generator[];
  secretGenerator?: Generator[];
  patches?: { path?: string; patch?: string; target?: Target }[];
  replicas?: { name: string; count: number }[];
  images?: { name: string; newName?: string; newTag?: string; digest?: string }[];
}

const KNOWN = new Set([
  ...['apiVersion', 'kind', 'namespace', 'resources', 'labels', 'configMapGenerator', 'secretGenerator', 'patches', 'replicas', 'images'],
]);
/** Without a namespace of their own. */
const CLUSTER_WIDE = new Set(['Namespace', 'ClusterRole', 'ClusterRoleBinding', 'PriorityClass', 'StorageClass', 'IngressClass']);

/** A resource, and whether its name ends in the hash of its content. */
interface Built {
  manifest: Manifest;
  generated: boolean;
}

/** All resources of the overlay or base in this folder, as `kubectl apply -k` would send them. */
export function kustomizeBuild(folder: string): Manifest[] {
  const built = accumulate(folder);
  const renamed = new Map<string, string>();
  for (const { manifest, generated } of built) {
    if (!generated) continue;
    const name = `${manifest.metadata.name}-${hashOf(manifest)}`;
    renamed.set(`${manifest.kind}/${manifest.metadata.name}`, name);
    manifest.metadata.name = name;
  }
  for (const { manifest } of built) followNames(manifest, renamed);
  return built.map(({ manifest }) => manifest);
}

function accumulate(folder: string): Built[] {
  const kustomization = parse(readFileSync(join(folder, 'kustomization.yaml'), 'utf8')) as Kustomization;
  for (const member of Object.keys(kustomization))
    if (!KNOWN.has(member)) throw new Error(`${folder}: kustomization.${member} is not known here`);
  const built = (kustomization.resources ?? []).flatMap((path) => resourcesAt(join(folder, path)));
  for (const generator of kustomization.configMapGenerator ?? []) generate(built, 'ConfigMap', generator, folder);
  for (const generator of kustomization.secretGenerator ?? []) generate(built, 'Secret', generator, folder);
  for (const patch of kustomization.patches ?? []) applyPatch(built, patch, folder);
  const manifests = built.map(({ manifest }) => manifest);
  if (kustomization.namespace !== undefined) for (const manifest of manifests) putInto(manifest, kustomization.namespace);
  for (const labels of kustomization.labels ?? []) for (const manifest of manifests) label(manifest, labels);
  for (const replicas of kustomization.replicas ?? []) setReplicas(manifests, replicas);
  for (const image of kustomization.images ?? [])
    if (manifests.filter((it) => setImage(it, image)).length === 0) throw new Error(`no image ${image.name}`);
  return built;
}

function resourcesAt(path: string): Built[] {
  if (!existsSync(path)) throw new Error(`${path} is not there`);
  if (statSync(path).isDirectory()) return accumulate(path);
  return parseAllDocuments(readFileSync(path, 'utf8'), { merge: true })
    .map((document) => {
      if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]!.message}`);
      return document.toJS() as Manifest | null;
    })
    .filter((manifest) => manifest !== null)
    .map((manifest) => ({ manifest, generated: false }));
}

function generate(
  built: Built[],
  kind: 'ConfigMap' | 'Secret',
  { name, behavior = 'create', ...sources }: Generator,
  folder: string,
): void {
  const read = (path: string): string => readFileSync(join(folder, path), 'utf8');
  const lines = [
    ...(sources.literals ?? []),
    ...(sources.envs ?? []).flatMap((path) =>
      read(path)
        .split('\n')
        .filter((line) => line && !line.startsWith('#')),
    ),
  ];
  const pairs = lines.map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
  for (const path of sources.files ?? []) pairs.push([basename(path), read(path)]);
  const encode = (value: string): string => (kind === 'Secret' ? Buffer.from(value).toString('base64') : value);
  const data = Object.fromEntries(pairs.map(([key, value]) => [key, encode(value)]));
  const before = built.find(({ manifest }) => manifest.kind === kind && manifest.metadata.name === name);
  if ((before !== undefined) !== (behavior !== 'create')) throw new Error(`${folder}: ${kind} ${name} cannot be ${behavior}d`);
  if (before) before.manifest.data = behavior === 'merge' ? { ...before.manifest.data, ...data } : data;
  else
    built.push({
      manifest: { apiVersion: 'v1', kind, metadata: { name }, data, ...(kind === 'Secret' && { type: 'Opaque' }) },
      generated: true,
    });
}

function applyPatch(built: Built[], { path, patch, target }: NonNullable<Kustomization['patches']>[number], folder: string): void {
  const content = parse(patch ?? readFileSync(join(folder, path!), 'utf8')) as JsonPatch[] | Manifest;
  const goal = target ?? (Array.isArray(content) ? {} : { kind: content.kind, name: content.metadata.name });
  const fits = ({ kind, metadata: { name } }: Manifest): boolean => matches(goal.kind, kind) && matches(goal.name, name);
  const hit = built.filter(({ manifest }) => fits(manifest));
  if (hit.length === 0) throw new Error(`${folder}: the patch ${path ?? patch} fits no resource`);
  for (const one of hit) {
    one.manifest = (Array.isArray(content) ? applyJsonPatch(one.manifest, content) : mergeStrategically(one.manifest, content)) as Manifest;
  }
}

/** A pattern of a patch's target stands for the whole of a name. */
const matches = (pattern: string | undefined, name: string): boolean => pattern === undefined || new RegExp(`^(?:${pattern})$`).test(name);

function putInto(manifest: Manifest, namespace: string): void {
  if (manifest.kind === 'Namespace') manifest.metadata.name = namespace;
  else if (!CLUSTER_WIDE.has(manifest.kind)) manifest.metadata.namespace = namespace;
}

function label(manifest: Manifest, { pairs, includeTemplates, includeSelectors }: NonNullable<Kustomization['labels']>[number]): void {
  if (includeSelectors) throw new Error('labels in selectors are not known here');
  manifest.metadata.labels = { ...manifest.metadata.labels, ...pairs };
  const template = (manifest.spec as { template?: { metadata: { labels?: object } } } | undefined)?.template;
  if (includeTemplates && template) template.metadata.labels = { ...template.metadata.labels, ...pairs };
}

function setReplicas(manifests: Manifest[], { name, count }: { name: string; count: number }): void {
  const scaled = manifests.filter(({ kind, metadata }) => metadata.name === name && (kind === 'Deployment' || kind === 'StatefulSet'));
  if (scaled.length === 0) throw new Error(`nothing called ${name} has replicas`);
  for (const { spec } of scaled) (spec as { replicas: number }).replicas = count;
}

function setImage(manifest: Manifest, { name, newName = name, newTag, digest }: NonNullable<Kustomization['images']>[number]): boolean {
  let found = false;
  each(manifest, (holder) => {
    if (typeof holder['image'] !== 'string') return;
    const [, image, tag] = /^(.+?)(?::([^/:]+))?$/.exec(holder['image'])!;
    if (image !== name) return;
    found = true;
    const end = digest ? `@${digest}` : newTag ? `:${newTag}` : tag ? `:${tag}` : '';
    holder['image'] = `${newName}${end}`;
  });
  return found;
}

/** Where resources name ConfigMaps and Secrets, they name them as they are called now. */
function followNames(manifest: Manifest, renamed: Map<string, string>): void {
  const follow = (holder: Record<string, unknown>, member: string, kind: string): void => {
    const name = holder[member];
    if (typeof name === 'string') holder[member] = renamed.get(`${kind}/${name}`) ?? name;
  };
  each(manifest, (holder) => {
    for (const reference of ['configMapRef', 'configMapKeyRef', 'configMap'])
      if (isObject(holder[reference])) follow(holder[reference], 'name', 'ConfigMap');
    for (const reference of ['secretRef', 'secretKeyRef']) if (isObject(holder[reference])) follow(holder[reference], 'name', 'Secret');
    follow(holder, 'secretName', 'Secret');
  });
}

/** Every object in it, however deep. */
export function each(value: unknown, visit: (holder: Record<string, unknown>) => void): void {
  if (Array.isArray(value)) value.forEach((entry) => each(entry, visit));
  else if (isObject(value)) {
    visit(value);
    Object.values(value).forEach((entry) => each(entry, visit));
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The suffix of a generated name: SHA-256 over the content as Go writes its JSON, ten characters that spell no word. */
function hashOf({ kind, metadata: { name }, data = {}, type }: Manifest): string {
  const sorted = Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1)));
  const content = kind === 'Secret' ? { data: sorted, kind, name, type } : { data: sorted, kind, name };
  const json = JSON.stringify(content).replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`);
  const hex = createHash('sha256').update(json).digest('hex').slice(0, 10);
  return hex.replace(/[013ae]/g, (sign) => ({ 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' })[sign]!);
}
