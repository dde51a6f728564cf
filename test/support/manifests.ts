/** What the deployment tests ask of manifests: pods, environment, names. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { kustomizeBuild, type Manifest } from './kustomize.js';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const OVERLAYS = ['dev', 'prod'] as const;
export const APPS = ['api', 'ingestor', 'projector', 'analytics'] as const;
export const buildOverlay = (name: (typeof OVERLAYS)[number]): Manifest[] => kustomizeBuild(join(root, 'k8s/overlays', name));

type Labels = Record<string, string>;
export interface Port {
  name?: string;
  containerPort: number;
}
export interface EnvEntry {
  name: string;
  value?: string;
  valueFrom?: { secretKeyRef?: { name: string; key: string }; configMapKeyRef?: { name: string; key: string }; fieldRef?: object };
}
export interface Probe {
  httpGet?: { path: string; port: string | number };
  tcpSocket?: { port: string | number };
  exec?: { command: string[] };
}
export interface Container {
  name: string;
  image: string;
  ports?: Port[];
  env?: EnvEntry[];
  envFrom?: { configMapRef?: { name: string }; secretRef?: { name: string } }[];
  startupProbe?: Probe;
  livenessProbe?: Probe;
  readinessProbe?: Probe;
  volumeMounts?: { name: string; mountPath: string; subPath?: string }[];
  securityContext?: Record<string, unknown>;
  resources?: { requests?: Labels; limits?: Labels };
  lifecycle?: { preStop?: { sleep?: { seconds: number } } };
}
export interface PodSpec {
  serviceAccountName?: string;
  automountServiceAccountToken?: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext?: Record<string, unknown>;
  topologySpreadConstraints?: { labelSelector: { matchLabels: Labels } }[];
  containers: Container[];
  initContainers?: Container[];
  volumes?: { name: string; configMap?: { name: string }; secret?: { secretName: string }; emptyDir?: object }[];
}
/** A Deployment or StatefulSet. */
export interface Workload extends Manifest {
  spec: {
    replicas?: number;
    serviceName?: string;
    selector: { matchLabels: Labels };
    template: { metadata: { labels: Labels; annotations?: Labels }; spec: PodSpec };
    volumeClaimTemplates?: { metadata: { name: string } }[];
  };
}

export const ofKind = <T extends Manifest>(manifests: readonly Manifest[], ...kinds: string[]): T[] =>
  manifests.filter(({ kind }) => kinds.includes(kind)) as T[];

export const workloadsIn = (manifests: readonly Manifest[]): Workload[] => ofKind<Workload>(manifests, 'Deployment', 'StatefulSet');

export function called<T extends Manifest>(manifests: readonly Manifest[], kind: string, name: string): T {
  const found = manifests.find((it) => it.kind === kind && it.metadata.name === name);
  if (!found) throw new Error(`there is no ${kind} ${name}`);
  return found as T;
}

/** By the name that a kustomization gave it, whatever hash follows. */
export const isCalled = (name: string, given: string): boolean => given === name || new RegExp(`^${name}-[a-z0-9]{10}$`).test(given);

export const selects = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

export const containersOf = ({ spec }: Workload): Container[] => [
  ...(spec.template.spec.initContainers ?? []),
  ...spec.template.spec.containers,
];

/** The number behind a port's name, or the number itself. */
export function portNumber(container: Container, port: string | number): number | undefined {
  if (typeof port === 'number') return container.ports?.find(({ containerPort }) => containerPort === port)?.containerPort;
  return container.ports?.find(({ name }) => name === port)?.containerPort;
}

/** Every variable of a container, with the values that are known: those of ConfigMaps, and of Secrets where these are generated. */
export function environmentOf(manifests: readonly Manifest[], container: Container): Map<string, string | undefined> {
  const environment = new Map<string, string | undefined>();
  for (const { configMapRef } of container.envFrom ?? []) {
    if (!configMapRef) continue;
    for (const [key, value] of Object.entries(called(manifests, 'ConfigMap', configMapRef.name).data ?? {})) environment.set(key, value);
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const secret = valueFrom?.secretKeyRef;
    const kept = secret && manifests.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === secret.name)?.data?.[secret.key];
    environment.set(name, kept === undefined ? value : Buffer.from(kept, 'base64').toString());
  }
  return environment;
}

/** Host and port that a server's URL names. */
export function serverIn(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url.replace(/^[a-z+]+:/, 'http:'));
  return { host: hostname, port: Number(port) };
}
