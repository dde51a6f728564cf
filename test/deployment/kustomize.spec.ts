/** The build that the deployment tests rest on does what kustomize does, and refuses what it does not know. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { kustomizeBuild } from '../support/kustomize.js';
import { applyJsonPatch, mergeStrategically } from '../support/kustomize-patches.js';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files of a tree, and builds the folder `overlay` in it. */
function build(files: Record<string, unknown>) {
  folder = mkdtempSync(join(tmpdir(), 'thingsio-kustomize-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : stringify(content));
  }
  return kustomizeBuild(join(folder, 'overlay'));
}

const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'api', labels: { a: '1' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { a: '1' } },
    template: {
      metadata: { labels: { a: '1' } },
      spec: {
        containers: [
          {
            name: 'api',
            image: 'things/api:1',
            env: [{ name: 'KEPT', value: 'a' }],
            envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'keys' } }],
          },
        ],
        volumes: [{ name: 'v', configMap: { name: 'settings' } }],
      },
    },
  },
};
const base = {
  'base/kustomization.yaml': { resources: ['api.yaml'], configMapGenerator: [{ name: 'settings', literals: ['A=1', 'B=x=y'] }] },
  'base/api.yaml': deployment,
};
const overlay = (kustomization: object, files: object = {}) =>
  build({ ...base, 'overlay/kustomization.yaml': { resources: ['../base'], ...kustomization }, ...files });
type Built = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- a tree of another's making
const apiIn = (manifests: ReturnType<typeof build>) => manifests.find(({ kind }) => kind === 'Deployment') as Built;
const mapIn = (manifests: ReturnType<typeof build>) => manifests.find(({ kind }) => kind === 'ConfigMap') as Built;

describe('building an overlay', () => {
  it('gives a generated ConfigMap a name that follows from its content, wherever it is named', () => {
    const one = overlay({});
    const other = overlay({ configMapGenerator: [{ name: 'settings', behavior: 'merge', literals: ['A=2'] }] });
    expect(mapIn(one)['data']).toEqual({ A: '1', B: 'x=y' });
    expect(mapIn(other)['data']).toEqual({ A: '2', B: 'x=y' });
    const [name, changed] = [mapIn(one)['metadata'].name, mapIn(other)['metadata'].name] as [string, string];
    expect(name).toMatch(/^settings-[2456789bcdfghkmt]{10}$/);
    expect(changed).not.toBe(name);
    const { containers, volumes } = apiIn(other)['spec'].template.spec;
    expect(containers[0].envFrom[0].configMapRef.name).toBe(changed);
    expect(volumes[0].configMap.name).toBe(changed);
  });

  it('makes Secrets of lines, and replaces as a whole what is to be replaced', () => {
    const built = overlay(
      {
        secretGenerator: [{ name: 'keys', envs: ['keys.env'] }],
        configMapGenerator: [{ name: 'settings', behavior: 'replace', files: ['some.conf'] }],
      },
      { 'overlay/keys.env': '# not this\nURL=a://b?c=d&e=f\n', 'overlay/some.conf': 'x = 1\n' },
    );
    const secret = built.find(({ kind }) => kind === 'Secret') as Built;
    expect(Buffer.from(secret['data'].URL, 'base64').toString()).toBe('a://b?c=d&e=f');
    expect(apiIn(built)['spec'].template.spec.containers[0].envFrom[1].secretRef.name).toBe(secret['metadata'].name);
    expect(mapIn(built)['data']).toEqual({ 'some.conf': 'x = 1\n' });
  });

  it('sets namespace, labels, replicas and images, and leaves selectors alone', () => {
    const built = overlay({
      namespace: 'there',
      labels: [{ pairs: { b: '2' }, includeTemplates: true }],
      replicas: [{ name: 'api', count: 5 }],
      images: [{ name: 'things/api', newName: 'registry.example.org:5000/things/api', newTag: '2' }],
    });
    const api = apiIn(built);
    expect(built.map(({ metadata }) => metadata.namespace)).toEqual(['there', 'there']);
    expect(api['metadata'].labels).toEqual({ a: '1', b: '2' });
    expect(api['spec']).toMatchObject({
      replicas: 5,
      selector: { matchLabels: { a: '1' } },
      template: { metadata: { labels: { a: '1', b: '2' } } },
    });
    expect(api['spec'].selector.matchLabels).toEqual({ a: '1' });
    expect(api['spec'].template.spec.containers[0].image).toBe('registry.example.org:5000/things/api:2');
  });

  it('applies both kinds of patches to what they name, by pattern too', () => {
    const built = overlay({
      patches: [
        {
          patch: stringify({
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'api' },
            spec: { template: { spec: { containers: [{ name: 'api', env: [{ name: 'NEW', value: 'b' }] }] } } },
          }),
        },
        { target: { kind: 'Deployment', name: 'api|other' }, patch: '- op: remove\n  path: /spec/replicas\n' },
      ],
    });
    const { spec } = apiIn(built);
    expect(spec.replicas).toBeUndefined();
    expect(spec.template.spec.containers[0].env).toEqual([
      { name: 'NEW', value: 'b' },
      { name: 'KEPT', value: 'a' },
    ]);
    expect(spec.template.spec.containers[0].image).toBe('things/api:1');
  });

  it.each([
    [{ commonLabels: { a: 'b' } }, 'commonLabels is not known'],
    [{ resources: ['nowhere.yaml'] }, 'is not there'],
    [{ patches: [{ target: { name: 'ap' }, patch: '- op: remove\n  path: /spec\n' }] }, 'fits no resource'],
    [{ replicas: [{ name: 'none', count: 1 }] }, 'nothing called none'],
    [{ images: [{ name: 'none', newTag: '1' }] }, 'no image none'],
    [{ configMapGenerator: [{ name: 'settings', literals: [] }] }, 'cannot be created'],
    [{ configMapGenerator: [{ name: 'none', behavior: 'merge', literals: [] }] }, 'cannot be merged'],
  ])('refuses %j', (kustomization, message) => {
    expect(() => build({ ...base, 'overlay/kustomization.yaml': { resources: ['../base'], ...kustomization } })).toThrow(message);
  });
});

describe('a strategic merge', () => {
  it('merges lists by their keys, replaces the others, and takes away what is null', () => {
    const pod = { containers: [{ name: 'a', args: ['1'], ports: [{ containerPort: 1, name: 'x' }] }, { name: 'b' }], hostname: 'h' };
    const patch = {
      containers: [
        { name: 'a', args: ['2'], ports: [{ containerPort: 1, protocol: 'UDP' }] },
        { name: 'b', $patch: 'delete' },
      ],
      hostname: null,
    };
    expect(mergeStrategically(pod, patch)).toEqual({
      containers: [{ name: 'a', args: ['2'], ports: [{ containerPort: 1, name: 'x', protocol: 'UDP' }] }],
    });
  });

  it('leaves what it merges into as it was', () => {
    const pod = { env: [{ name: 'A', value: '1' }] };
    mergeStrategically(pod, { env: [{ name: 'A', value: '2' }] });
    expect(pod).toEqual({ env: [{ name: 'A', value: '1' }] });
  });
});

describe('a JSON patch', () => {
  it('adds, replaces and removes by path', () => {
    const patches = [
      { op: 'add', path: '/list/-', value: 3 },
      { op: 'replace', path: '/list/0', value: 0 },
      { op: 'add', path: '/a~1b', value: 1 },
      { op: 'remove', path: '/gone' },
    ] as const;
    expect(applyJsonPatch({ list: [1, 2], gone: true }, [...patches])).toEqual({ list: [0, 2, 3], 'a/b': 1 });
  });

  it('refuses a path that leads nowhere', () => {
    expect(() => applyJsonPatch({}, [{ op: 'replace', path: '/a', value: 1 }])).toThrow('/a is not there');
    expect(() => applyJsonPatch({}, [{ op: 'add', path: '/a/b', value: 1 }])).toThrow('leads nowhere');
  });
});
