/** The network policies let through what the platform needs, and nothing else: every pair of pods and every port is looked at. */
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { join } from 'node:path';
import type { Manifest } from '../support/kustomize.js';
import {
  APPS,
  buildOverlay,
  called,
  containersOf,
  environmentOf,
  ofKind,
  OVERLAYS,
  portNumber,
  root,
  selects,
  serverIn,
  workloadsIn,
  type Workload,
} from '../support/manifests.js';

type Labels = Record<string, string>;
interface Peer {
  podSelector?: { matchLabels?: Labels };
  namespaceSelector?: { matchLabels?: Labels };
  ipBlock?: { cidr: string; except?: string[] };
}
interface Rule {
  from?: Peer[];
  to?: Peer[];
  ports?: { protocol: string; port: number }[];
}
interface Policy extends Manifest {
  spec: { podSelector: { matchLabels?: Labels }; policyTypes: string[]; ingress?: Rule[]; egress?: Rule[] };
}
/** Pods of a workload here, whoever runs in a namespace with these labels, or an address outside. */
type Party = { pod: Workload } | { namespace: Labels } | { address: string };

const URL_VARIABLES = ['RABBITMQ_URL', 'EVENTSTOREDB_URL', 'INFLUXDB_URL', 'POSTGRES_URL', 'REDIS_URL'];
const outside = parseAllDocuments(readFileSync(join(root, 'k8s/overlays/prod/secrets.example.yaml'), 'utf8')).map(
  (document) => document.toJS() as Manifest & { stringData: Record<string, string> },
);
const access = (what: string): Party => ({ namespace: { 'thingsio.dev/access': what } });

function within(address: string, networks: readonly string[] = []): boolean {
  const familyOf = (text: string) => (text.includes(':') ? 'ipv6' : 'ipv4');
  const list = new BlockList();
  // Of the same family alone: a list takes an IPv4 address for the IPv6 one that stands for it.
  for (const network of networks.filter((it) => familyOf(it) === familyOf(address))) {
    const [start, prefix] = network.split('/') as [string, string];
    list.addSubnet(start, Number(prefix), familyOf(start));
  }
  return list.check(address, familyOf(address));
}

describe.each(OVERLAYS)('overlays/%s', (overlay) => {
  const manifests = buildOverlay(overlay);
  const policies = ofKind<Policy>(manifests, 'NetworkPolicy');
  const workloads = workloadsIn(manifests);
  const labelsOf = ({ spec }: Workload): Labels => spec.template.metadata.labels;
  const workload = (name: string): Workload => workloads.find(({ metadata }) => metadata.name === name)!;

  const fits = ({ podSelector, namespaceSelector, ipBlock }: Peer, party: Party): boolean => {
    if ('address' in party) return ipBlock !== undefined && within(party.address, [ipBlock.cidr]) && !within(party.address, ipBlock.except);
    if (ipBlock !== undefined) return false;
    if ('namespace' in party) return namespaceSelector !== undefined && selects(namespaceSelector.matchLabels ?? {}, party.namespace);
    return namespaceSelector === undefined && selects(podSelector?.matchLabels ?? {}, labelsOf(party.pod));
  };
  const opens = (pod: Workload, direction: 'Ingress' | 'Egress', other: Party, port: number, protocol = 'TCP'): boolean => {
    const mine = policies.filter(
      ({ spec }) => spec.policyTypes.includes(direction) && selects(spec.podSelector.matchLabels ?? {}, labelsOf(pod)),
    );
    if (mine.length === 0) return true;
    const rules = mine.flatMap(({ spec }) => (direction === 'Ingress' ? spec.ingress : spec.egress) ?? []);
    return rules.some(
      ({ from, to, ports }) =>
        (from ?? to ?? []).some((peer) => fits(peer, other)) &&
        (ports === undefined || ports.some((it) => it.port === port && it.protocol === protocol)),
    );
  };
  const passes = (from: Workload, to: Workload, port: number): boolean =>
    opens(from, 'Egress', { pod: to }, port) && opens(to, 'Ingress', { pod: from }, port);

  /** Workload and port behind the host of a URL: a Service of ours. */
  const behind = (url: string): { to: Workload; port: number } => {
    const { host, port } = serverIn(url);
    const service = called<Manifest & { spec: { selector: Labels; ports: { port: number; targetPort: string }[] } }>(
      manifests,
      'Service',
      host.split('.')[0]!,
    );
    const [to] = workloads.filter((it) => selects(service.spec.selector, labelsOf(it)));
    const { targetPort } = service.spec.ports.find((it) => it.port === port)!;
    return { to: to!, port: portNumber(containersOf(to!)[0]!, targetPort)! };
  };
  const urlsOf = (app: Workload): string[] =>
    containersOf(app).flatMap((container) => {
      const environment = environmentOf(manifests, container);
      return URL_VARIABLES.filter((variable) => environment.has(variable)).map(
        (variable) =>
          environment.get(variable) ?? outside.find(({ metadata }) => metadata.name === 'thingsio-servers')!.stringData[variable]!,
      );
    });

  /** `from to port` of all that the platform needs between its pods. */
  const needed = new Set<string>();
  for (const name of APPS) {
    for (const url of urlsOf(workload(name))) {
      const { to, port } = behind(url);
      needed.add(`${name} ${to.metadata.name} ${port}`);
    }
  }
  for (const [name, ports] of Object.entries({ rabbitmq: [4369, 25672], eventstoredb: [2113, 1112] })) {
    for (const port of ports) needed.add(`${name} ${name} ${port}`);
  }

  it('lets every app reach the servers that its URLs name, and the nodes of an engine each other', () => {
    expect(needed.size).toBe(5 + 4 + 4 + 5 + 4);
    for (const flow of needed) {
      const [from, to, port] = flow.split(' ');
      expect(passes(workload(from!), workload(to!), Number(port)), flow).toBe(true);
    }
  });

  it('lets nothing else pass between pods', () => {
    const passing = workloads.flatMap((from) =>
      workloads.flatMap((to) =>
        containersOf(to)
          .flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort))
          .filter((port) => passes(from, to, port))
          .map((port) => `${from.metadata.name} ${to.metadata.name} ${port}`),
      ),
    );
    expect(passing.sort()).toEqual([...needed].sort());
  });

  it('lets in the ingress to the api, the monitoring to what it measures, the scaling to the queues, and nobody else', () => {
    const measured = workloads.flatMap((it) => {
      const { annotations } = it.spec.template.metadata;
      return annotations?.['prometheus.io/scrape'] === 'true' ? [`${it.metadata.name} ${annotations['prometheus.io/port']}`] : [];
    });
    const reach = (party: Party): string[] =>
      workloads.flatMap((it) =>
        containersOf(it)
          .flatMap(({ ports = [] }) => ports.map(({ containerPort }) => containerPort))
          .filter((port) => opens(it, 'Ingress', party, port))
          .map((port) => `${it.metadata.name} ${port}`),
      );
    expect(reach(access('ingress'))).toEqual(['api 3000']);
    expect(reach(access('monitoring')).sort()).toEqual(measured.sort());
    expect(reach(access('scaling'))).toEqual(['rabbitmq 15672']);
    expect(reach(access('anything else'))).toEqual([]);
    expect(reach({ namespace: {} })).toEqual([]);
  });

  it('lets analytics, which sends what alerts say, reach mail servers and webhooks outside, and nobody anything private', () => {
    const notified = [25, 80, 443, 465, 587];
    for (const each of workloads) {
      const reach = (address: string): number[] => [22, ...notified].filter((port) => opens(each, 'Egress', { address }, port));
      const expected = each.metadata.name === 'analytics' ? notified : [];
      for (const address of ['93.184.215.14', '2606:2800:220:1::1'])
        expect(reach(address), `${each.metadata.name} ${address}`).toEqual(expected);
      for (const address of ['10.1.2.3', '172.20.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '127.0.0.1', 'fd00::1', 'fe80::1'])
        expect(reach(address), `${each.metadata.name} ${address}`).toEqual([]);
    }
  });

  it('lets everything look up names, and the apps send traces', () => {
    const names: Party = { namespace: { 'kubernetes.io/metadata.name': 'kube-system' } };
    for (const each of workloads) {
      expect(opens(each, 'Egress', names, 53, 'UDP'), each.metadata.name).toBe(true);
      const isApp = (APPS as readonly string[]).includes(each.metadata.name);
      expect(opens(each, 'Egress', access('telemetry'), 4318), each.metadata.name).toBe(isApp);
      expect(opens(each, 'Egress', { namespace: {} }, 443), each.metadata.name).toBe(false);
    }
  });
});
