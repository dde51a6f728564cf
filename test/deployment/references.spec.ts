/** What the manifests name is there: settings, ports, paths, secrets, accounts, volumes, labels, and the programs behind all of it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { OperatorController } from '../../apps/api/src/operator/operator.controller.js';
import { describeSettings, HEALTH_PATHS, readSettings } from '#platform';
import { each, type Manifest } from '../support/kustomize.js';
import {
  APPS,
  buildOverlay,
  called,
  containersOf,
  environmentOf,
  isCalled,
  ofKind,
  OVERLAYS,
  portNumber,
  root,
  selects,
  workloadsIn,
  type Workload,
} from '../support/manifests.js';

const settings = describeSettings();
const defaults = readSettings([], {});
const KNOWN_VARIABLES = new Set(settings.map(({ env }) => env));
/** Where each app answers: the api on its own port, the others on that of their health. */
const portOf = (app: string): number => (app === 'api' ? defaults.port : defaults.healthPort);

const secretsOutside = parseAllDocuments(readFileSync(join(root, 'k8s/overlays/prod/secrets.example.yaml'), 'utf8')).map(
  (document) => document.toJS() as Manifest & { stringData: Record<string, string> },
);

describe.each(OVERLAYS)('overlays/%s', (overlay) => {
  let manifests: Manifest[];
  let workloads: Workload[];
  beforeAll(() => {
    manifests = buildOverlay(overlay);
    workloads = workloadsIn(manifests);
  });
  const app = (name: string): Workload => called<Workload>(manifests, 'Deployment', name);

  it('runs the four apps and the five engines', () => {
    expect(workloads.filter(({ kind }) => kind === 'Deployment').map(({ metadata }) => metadata.name)).toEqual([...APPS]);
    expect(workloads.filter(({ kind }) => kind === 'StatefulSet').map(({ metadata }) => metadata.name)).toEqual(
      expect.arrayContaining(['rabbitmq', 'eventstoredb', 'influxdb', 'postgres', 'redis']),
    );
  });

  it.each(APPS)('gives %s only variables that are settings, with values that can be read', (name) => {
    for (const container of containersOf(app(name))) {
      const environment = environmentOf(manifests, container);
      expect([...environment.keys()].filter((variable) => !KNOWN_VARIABLES.has(variable))).toEqual([]);
      const given = Object.fromEntries([...environment].filter(([, value]) => value !== undefined));
      expect(readSettings([], given)).toMatchObject({ platform: 'distributed', host: '0.0.0.0' });
    }
  });

  it.each(APPS)('asks %s for its health where it answers', (name) => {
    for (const container of containersOf(app(name))) {
      const { startupProbe, livenessProbe, readinessProbe } = container;
      expect(startupProbe!.httpGet!.path).toBe(HEALTH_PATHS.live);
      expect(livenessProbe!.httpGet!.path).toBe(HEALTH_PATHS.live);
      expect(readinessProbe!.httpGet!.path).toBe(HEALTH_PATHS.ready);
      const environment = environmentOf(manifests, container);
      const configured = Number(environment.get(name === 'api' ? 'THINGSIO_PORT' : 'THINGSIO_HEALTH_PORT'));
      for (const probe of [startupProbe, livenessProbe, readinessProbe]) {
        expect(portNumber(container, probe!.httpGet!.port)).toBe(configured);
      }
      expect(configured).toBe(portOf(name));
    }
    const { annotations } = app(name).spec.template.metadata;
    expect(annotations).toMatchObject({ 'prometheus.io/port': String(portOf(name)), 'prometheus.io/path': HEALTH_PATHS.metrics });
  });

  it.each(APPS)('starts a program that there is as %s, and gives it time to stop', (name) => {
    expect(existsSync(join(root, `apps/${name}/src/main.ts`)), `apps/${name}/src/main.ts`).toBe(true);
    const { terminationGracePeriodSeconds, containers } = app(name).spec.template.spec;
    const stopMs = Number(
      /STOP_MS_MAX = ([\d_]+)/.exec(readFileSync(join(root, 'libs/platform/src/run-app.ts'), 'utf8'))![1]!.replace('_', ''),
    );
    const before = containers[0]!.lifecycle?.preStop?.sleep?.seconds ?? 0;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(before + stopMs / 1_000);
    // Proxies go on sending for a while after a pod was told to stop.
    if (name === 'api') expect(before).toBeGreaterThanOrEqual(5);
  });

  it.each(APPS)('tells %s of the servers that it opens, and of no other', (name) => {
    const main = readFileSync(join(root, `apps/${name}/src/main.ts`), 'utf8');
    const platform = readFileSync(join(root, 'libs/platform/src/distributed.platform.ts'), 'utf8');
    const servers = new Map(
      [...platform.matchAll(/^ {2}(\w+): \{\s*server: '(\w+)'/gm)].map(([, adapter, server]) => [adapter, `${server!.toUpperCase()}_URL`]),
    );
    const opened = [.../openDistributed\(\s*\[([^\]]+)\]/.exec(main)![1]!.matchAll(/'(\w+)'/g)].map(([, adapter]) => servers.get(adapter!));
    expect(opened).not.toContain(undefined);
    const given = containersOf(app(name)).flatMap((container) => [...environmentOf(manifests, container).keys()]);
    expect(given.filter((variable) => [...servers.values()].includes(variable)).sort()).toEqual([...new Set(opened)].sort());
  });

  it('tells those who send notifications through whom and from whom, and nobody else', () => {
    for (const name of APPS) {
      const given = containersOf(app(name)).flatMap((container) => [...environmentOf(manifests, container).keys()]);
      expect(given.includes('THINGSIO_SMTP_URL'), name).toBe(name === 'analytics');
    }
  });

  it('lets the pods of every workload be found by what selects them', () => {
    for (const { spec, metadata } of workloads)
      expect(selects(spec.selector.matchLabels, spec.template.metadata.labels), metadata.name).toBe(true);
    const selectors = [
      ...ofKind<Manifest & { spec: { selector: Record<string, string> } }>(manifests, 'Service').map(
        ({ metadata, spec }) => [metadata.name, spec.selector] as const,
      ),
      ...ofKind<Manifest & { spec: { selector: { matchLabels: Record<string, string> } } }>(manifests, 'PodDisruptionBudget').map(
        ({ metadata, spec }) => [metadata.name, spec.selector.matchLabels] as const,
      ),
    ];
    for (const [name, selector] of selectors) {
      expect(
        workloads.filter(({ spec }) => selects(selector, spec.template.metadata.labels)),
        name,
      ).toHaveLength(1);
    }
    for (const { spec, metadata } of workloads) {
      for (const { labelSelector } of spec.template.spec.topologySpreadConstraints ?? []) {
        expect(selects(labelSelector.matchLabels, spec.template.metadata.labels), metadata.name).toBe(true);
      }
    }
  });

  it('bounds the disruption of every workload', () => {
    const budgets = ofKind(manifests, 'PodDisruptionBudget').map(({ metadata }) => metadata.name);
    expect(budgets.sort()).toEqual(workloads.map(({ metadata }) => metadata.name).sort());
  });

  it('sends every Service, and the Ingress, to a port that is there', () => {
    interface Service extends Manifest {
      spec: { clusterIP?: string; selector: Record<string, string>; ports: { name: string; port: number; targetPort: string | number }[] };
    }
    for (const { spec, metadata } of ofKind<Service>(manifests, 'Service')) {
      const [workload] = workloads.filter((it) => selects(spec.selector, it.spec.template.metadata.labels));
      for (const { targetPort } of spec.ports) {
        expect(portNumber(workload!.spec.template.spec.containers[0]!, targetPort), `${metadata.name} ${targetPort}`).toBeDefined();
      }
    }
    for (const { spec, metadata } of workloads.filter(({ kind }) => kind === 'StatefulSet')) {
      expect(called<Service>(manifests, 'Service', spec.serviceName!).spec.clusterIP, metadata.name).toBe('None');
    }
    const backends: { name: string; port: { name: string } }[] = [];
    each(ofKind(manifests, 'Ingress'), (holder) => holder['service'] && backends.push(holder['service'] as (typeof backends)[number]));
    expect(backends).toHaveLength(1);
    for (const { name, port } of backends) {
      expect(called<Service>(manifests, 'Service', name).spec.ports.map((it) => it.name)).toContain(port.name);
    }
  });

  it('names no ConfigMap, Secret, key, account or volume that is not there', () => {
    for (const workload of workloads) {
      const { name } = workload.metadata;
      const pod = workload.spec.template.spec;
      expect(() => called(manifests, 'ServiceAccount', pod.serviceAccountName!), name).not.toThrow();
      each(pod, (holder) => {
        for (const member of ['configMapRef', 'configMap']) {
          if (typeof holder[member] === 'object') called(manifests, 'ConfigMap', (holder[member] as { name: string }).name);
        }
        const reference = holder['secretKeyRef'] as { name: string; key: string } | undefined;
        if (reference) expect(keysOfSecret(reference.name), `${name}: ${reference.name}`).toContain(reference.key);
      });
      const volumes = [
        ...(pod.volumes ?? []).map((it) => it.name),
        ...(workload.spec.volumeClaimTemplates ?? []).map((it) => it.metadata.name),
      ];
      for (const container of containersOf(workload)) {
        for (const mount of container.volumeMounts ?? []) expect(volumes, `${name} ${mount.mountPath}`).toContain(mount.name);
      }
      const mounted = containersOf(workload).flatMap((container) => (container.volumeMounts ?? []).map((mount) => mount.name));
      expect(
        volumes.filter((volume) => !mounted.includes(volume)),
        name,
      ).toEqual([]);
    }
  });

  it('mounts no key of a ConfigMap that it has not', () => {
    for (const workload of workloads) {
      const { volumes = [], containers } = workload.spec.template.spec;
      for (const { name, subPath } of containers.flatMap(({ volumeMounts = [] }) => volumeMounts)) {
        const map = volumes.find((volume) => volume.name === name)?.configMap;
        if (map && subPath) expect(Object.keys(called(manifests, 'ConfigMap', map.name).data!)).toContain(subPath);
      }
    }
  });

  const keysOfSecret = (name: string): string[] => {
    const inside = manifests.find(({ kind, metadata }) => kind === 'Secret' && metadata.name === name);
    if (inside) return Object.keys(inside.data!);
    const outside = secretsOutside.find(({ metadata }) => metadata.name === name);
    return overlay === 'prod' && outside ? Object.keys(outside.stringData) : [];
  };
});

it('asks the api for its health by routes that the api has', () => {
  const controller = OperatorController.prototype as unknown as Record<string, object>;
  const paths = Object.getOwnPropertyNames(controller).map((name) => Reflect.getMetadata('path', controller[name]!) as string | undefined);
  for (const path of Object.values(HEALTH_PATHS)) expect(paths).toContain(path.slice(1));
});

describe('overlays/dev', () => {
  it('has the secrets that prod asks its operator for, under the same keys', () => {
    const dev = ofKind(buildOverlay('dev'), 'Secret');
    for (const { metadata, stringData } of secretsOutside.filter(({ metadata: { name } }) => name !== 'rabbitmq-management')) {
      const secret = dev.find(({ metadata: { name } }) => isCalled(metadata.name, name));
      expect(Object.keys(secret?.data ?? {}).sort(), metadata.name).toEqual(Object.keys(stringData).sort());
    }
  });

  it('gives the apps the passwords that the engines take', () => {
    const dev = ofKind(buildOverlay('dev'), 'Secret');
    const secret = (name: string): Record<string, string> =>
      Object.fromEntries(
        Object.entries(dev.find(({ metadata }) => isCalled(name, metadata.name))!.data!).map(([key, value]) => [
          key,
          Buffer.from(value, 'base64').toString(),
        ]),
      );
    const servers = secret('thingsio-servers');
    const login = (url: string): string => /:\/\/([^@]*)@/.exec(url)![1]!;
    const [rabbitmq, postgres, redis, influxdb] = ['rabbitmq', 'postgres', 'redis', 'influxdb'].map((name) =>
      secret(`${name}-credentials`),
    );
    expect(login(servers['RABBITMQ_URL']!)).toBe(`${rabbitmq!['user']}:${rabbitmq!['password']}`);
    expect(login(servers['POSTGRES_URL']!)).toBe(`${postgres!['user']}:${postgres!['password']}`);
    expect(login(servers['REDIS_URL']!)).toBe(`:${redis!['password']}`);
    expect(servers['INFLUXDB_URL']).toContain(influxdb!['token']);
  });
});

describe('overlays/prod', () => {
  let manifests: Manifest[];
  beforeAll(() => (manifests = buildOverlay('prod')));

  it('names who may operate, and who notifications come from', () => {
    const environment = environmentOf(manifests, containersOf(called<Workload>(manifests, 'Deployment', 'analytics'))[0]!);
    for (const setting of ['THINGSIO_OPERATORS', 'THINGSIO_MAIL_FROM']) expect(environment.get(setting), setting).toMatch(/@/);
  });

  it('leaves the number of pods to whoever scales them, each workload to one', () => {
    interface Scaler extends Manifest {
      spec: { scaleTargetRef: { kind: string; name: string } };
    }
    const scaled = ofKind<Scaler>(manifests, 'HorizontalPodAutoscaler', 'ScaledObject').map(({ spec }) => spec.scaleTargetRef);
    expect(scaled.map(({ name }) => name).sort()).toEqual(['analytics', 'api', 'ingestor']);
    for (const { kind, name } of scaled) expect(called<Workload>(manifests, kind, name).spec.replicas, name).toBeUndefined();
    for (const { spec, metadata } of workloadsIn(manifests)) {
      if (!scaled.some(({ name }) => name === metadata.name)) expect(spec.replicas, metadata.name).toBeGreaterThan(0);
    }
  });

  it('runs three nodes of what has a cluster, each on a machine of its own, and tells them of each other', () => {
    for (const name of ['rabbitmq', 'eventstoredb']) {
      const { spec } = called<Workload>(manifests, 'StatefulSet', name);
      expect(spec.replicas).toBe(3);
      expect(JSON.stringify(spec.template.spec)).toContain('requiredDuringSchedulingIgnoredDuringExecution');
    }
    const container = containersOf(called<Workload>(manifests, 'StatefulSet', 'eventstoredb'))[0]!;
    const environment = environmentOf(manifests, container);
    expect(environment.get('EVENTSTORE_CLUSTER_SIZE')).toBe('3');
    const [service, namespace] = environment.get('EVENTSTORE_CLUSTER_DNS')!.split('.');
    expect(called(manifests, 'Service', service!).metadata.namespace).toBe(namespace);
    const config = ofKind(manifests, 'ConfigMap').find(({ metadata }) => isCalled('rabbitmq-config', metadata.name))!.data![
      'rabbitmq.conf'
    ]!;
    const nodes = [...config.matchAll(/classic_config\.nodes\.\d = rabbit@(\S+)/g)].map(([, host]) => host);
    expect(nodes).toEqual([0, 1, 2].map((n) => `rabbitmq-${n}.rabbitmq-nodes.thingsio.svc.cluster.local`));
  });

  it('takes its images by a version, and lets nobody in without TLS', () => {
    for (const workload of workloadsIn(manifests)) {
      for (const { image } of containersOf(workload)) expect(image).toMatch(/:[\w.-]*\d+\.\d|:\d+$/);
    }
    const ingress = ofKind<Manifest & { spec: { tls: { hosts: string[] }[]; rules: { host: string }[] } }>(manifests, 'Ingress')[0]!;
    expect(ingress.spec.rules.map(({ host }) => host)).toEqual(ingress.spec.tls.flatMap(({ hosts }) => hosts));
  });
});
