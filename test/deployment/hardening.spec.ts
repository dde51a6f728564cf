/** Every pod runs with as little as it can do its work with. */
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../support/kustomize.js';
import { buildOverlay, containersOf, ofKind, OVERLAYS, workloadsIn } from '../support/manifests.js';

describe.each(OVERLAYS)('overlays/%s', (overlay) => {
  const manifests = buildOverlay(overlay);
  const workloads = workloadsIn(manifests);

  it.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
    '%s is no root, writes nowhere but on its volumes, and may do nothing',
    (_name, workload) => {
      const pod = workload.spec.template.spec;
      expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(pod.securityContext!['runAsUser']).toBeGreaterThan(0);
      for (const { securityContext, name } of containersOf(workload)) {
        expect(securityContext, name).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
      expect(containersOf(workload).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ mountPath }) => mountPath))).toContain('/tmp');
      expect(pod.automountServiceAccountToken).toBe(false);
    },
  );

  it('gives every workload an account of its own, without a token', () => {
    const accounts = ofKind<Manifest & { automountServiceAccountToken: boolean }>(manifests, 'ServiceAccount');
    for (const account of accounts) expect(account.automountServiceAccountToken, account.metadata.name).toBe(false);
    const used = workloads.map(({ spec }) => spec.template.spec.serviceAccountName);
    expect(new Set(used).size).toBe(workloads.length);
    expect(accounts.map(({ metadata }) => metadata.name).sort()).toEqual([...used].sort());
  });

  it.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
    '%s says what it needs, and has a bound for its memory',
    (_name, workload) => {
      for (const { resources, name } of containersOf(workload)) {
        expect(Object.keys(resources?.requests ?? {}).sort(), name).toEqual(['cpu', 'memory']);
        expect(bytes(resources!.limits!['memory']!), name).toBeGreaterThanOrEqual(bytes(resources!.requests!['memory']!));
      }
    },
  );

  it.each(workloads.map((workload) => [workload.metadata.name, workload] as const))(
    '%s is asked whether it has started, lives and is ready',
    (_name, workload) => {
      for (const container of workload.spec.template.spec.containers) {
        expect(container).toMatchObject({
          startupProbe: expect.anything(),
          livenessProbe: expect.anything(),
          readinessProbe: expect.anything(),
        });
      }
    },
  );

  it('keeps passwords out of everything but Secrets', () => {
    const others = JSON.stringify(manifests.filter(({ kind }) => kind !== 'Secret'));
    expect(others).not.toMatch(/thingsio-dev-token|thingsio-dev-cookie|:\/\/[^"@/]*:[^"@/]+@/);
    expect(ofKind(manifests, 'Secret').length).toBe(overlay === 'dev' ? 5 : 0);
  });
});

function bytes(quantity: string): number {
  const [, number, unit] = /^(\d+)([KMG]i)$/.exec(quantity)!;
  return Number(number) * 1024 ** ('KMG'.indexOf(unit![0]!) + 1);
}
