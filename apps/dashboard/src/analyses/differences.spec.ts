import type { AnalysisView } from '#contracts';
import { describe, expect, it } from 'vitest';
import { differences } from './differences.js';

const view = (horizon: number, digest: string): AnalysisView => ({
  ...{ analysisId: 'n1', operation: 'forecast', status: 'completed', progress: 1, restarts: 0, standing: false },
  ...{ inputs: [{ deviceId: 'd', field: 't' }], params: { horizon }, requestedAt: '2026-01-01T00:00:00Z' },
  lineage: {
    ...{ operation: 'forecast', operationVersion: 1, params: { horizon }, position: '1234', digest },
    inputs: [
      { deviceId: 'd', field: 't', readings: 10, firstAt: '2026-01-01T00:00:00Z', lastAt: '2026-01-02T00:00:00Z', schemaVersions: [1] },
    ],
  },
});

describe('what two analyses were made of', () => {
  it('is the same but for what was asked differently', () => {
    const sut = differences(view(24, 'a'.repeat(64)), view(48, 'b'.repeat(64)), 'UTC');
    expect(sut.filter(({ ofA, ofB }) => ofA !== ofB)).toEqual([
      { what: 'Parameters', ofA: 'horizon 24', ofB: 'horizon 48' },
      { what: 'Digest', ofA: 'aaaaaaaa…aaaaaaaa', ofB: 'bbbbbbbb…bbbbbbbb' },
    ]);
  });
});
