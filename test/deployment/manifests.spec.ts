/** Every manifest, as the overlays build it, is one that Kubernetes takes: by its schemas, and strictly, without a member it does not know. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Manifest } from '../support/kustomize.js';
import { buildOverlay, OVERLAYS, root } from '../support/manifests.js';

interface Schema {
  new (data: object): { validate(): void };
}

/** Of the package that has the schema, and its type. */
function schemaOf({ apiVersion, kind }: Manifest): { module: string; type: string } {
  if (apiVersion === 'keda.sh/v1alpha1') return { module: `@kubernetes-models/keda/keda.sh/v1alpha1/${kind}`, type: `I${kind}` };
  return { module: `kubernetes-models/${apiVersion}/${kind}`, type: `I${kind}` };
}

const examples = parseAllDocuments(readFileSync(join(root, 'k8s/overlays/prod/secrets.example.yaml'), 'utf8')).map(
  (document) => document.toJS() as Manifest,
);
const sources: [name: string, manifests: Manifest[]][] = [
  ...OVERLAYS.map((name): [string, Manifest[]] => [`overlays/${name}`, buildOverlay(name)]),
  ['overlays/prod/secrets.example.yaml', examples],
];

describe.each(sources)('k8s/%s', (_name, manifests) => {
  it.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s is as its schema says',
    async (_title, manifest) => {
      const model = (await import(schemaOf(manifest).module)) as Record<string, Schema>;
      const { apiVersion: _apiVersion, kind, ...data } = manifest;
      expect(() => new model[kind]!(data).validate()).not.toThrow();
    },
  );

  it('has no member that Kubernetes does not know', () => {
    expect(unknownMembers(manifests)).toEqual([]);
  }, 60_000);

  it('has each resource once, in one namespace', () => {
    const names = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    const namespaces = new Set(manifests.filter(({ kind }) => kind !== 'Namespace').map(({ metadata }) => metadata.namespace));
    expect(namespaces.size).toBe(1);
  });
});

it('tells a member that is misspelt', () => {
  const [deployment] = buildOverlay('dev').filter(({ kind }) => kind === 'Deployment');
  const text = JSON.stringify(deployment).replaceAll('livenessProbe', 'livelinessProbe');
  expect(unknownMembers([JSON.parse(text) as Manifest])).toEqual([expect.stringMatching(/livelinessProbe.+does not exist/)]);
});

/** The schemas allow what they do not know; Kubernetes does not, where it validates strictly. Their types know all members: the compiler
 *  finds the others in the manifest written as an object literal. */
function unknownMembers(manifests: Manifest[]): string[] {
  const file = join(root, 'test/deployment/manifests.generated.ts');
  const text = manifests
    .map((manifest, n) => {
      const { module, type } = schemaOf(manifest);
      return `import type { ${type} as T${n} } from '${module}';\nexport const m${n}: T${n} = ${JSON.stringify(manifest)};\n`;
    })
    .join('');
  const options: ts.CompilerOptions = {
    ...{ strict: true, noEmit: true, skipLibCheck: true, types: [] },
    ...{ target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  host.fileExists = (name) => name === file || fileExists(name);
  host.readFile = (name) => (name === file ? text : readFile(name));
  const program = ts.createProgram([file], options, host);
  const diagnostics = [...program.getSyntacticDiagnostics(), ...program.getSemanticDiagnostics(program.getSourceFile(file))];
  return diagnostics.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
